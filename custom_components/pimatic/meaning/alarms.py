"""The actions that arm and disarm an alarm panel, by the state that each brings it into."""

from collections.abc import Mapping
from typing import Final

from homeassistant.components.alarm_control_panel import AlarmControlPanelState as State

# Actions without parameters, of panels that have no `changeArmTo`.
ARMING_ACTIONS: Final[Mapping[State, tuple[str, ...]]] = {
    State.DISARMED: ("disarm",),
    State.ARMED_AWAY: ("away", "armAway", "arm"),
    State.ARMED_HOME: ("stay", "armStay", "home", "armHome"),
    State.ARMED_NIGHT: ("night", "armNight"),
    State.ARMED_VACATION: ("vacation", "armVacation"),
}
