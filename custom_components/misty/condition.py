"""Conditions of faces, movements and hazards."""

from typing import override

from homeassistant.const import CONF_OPTIONS, STATE_OFF, STATE_ON, Platform
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.automation import DomainSpec
from homeassistant.helpers.condition import (
    ATTR_BEHAVIOR,
    BEHAVIOR_ALL,
    BEHAVIOR_ANY,
    ENTITY_STATE_CONDITION_SCHEMA_ANY_ALL,
    Condition,
    ConditionConfig,
    EntityConditionBase,
)
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .common.automation import Entities, make_condition
from .const import DOMAIN

CONF_PERSON = "person"
CONF_WITHIN = "within"

FACES = Entities(DOMAIN, Platform.EVENT, frozenset({"face"}))
MOVING = Entities(DOMAIN, Platform.BINARY_SENSOR, frozenset({"moving"}))
HAZARD = Entities(DOMAIN, Platform.BINARY_SENSOR, frozenset({"hazard"}))


class SeesSomebodyCondition(EntityConditionBase):
    """Condition that a robot has just seen a face, or that of one of some persons.

    The robot sends an event each second while it sees a face (docs/protocol/misty.md#debounce), and none when the face
    has gone.
    """

    _domain_specs = {Platform.EVENT: DomainSpec()}
    _schema = ENTITY_STATE_CONDITION_SCHEMA_ANY_ALL.extend(
        {
            vol.Required(CONF_OPTIONS, default={}): {
                vol.Required(ATTR_BEHAVIOR, default=BEHAVIOR_ANY): vol.In([BEHAVIOR_ANY, BEHAVIOR_ALL]),
                vol.Optional(CONF_PERSON, default=[]): vol.All(cv.ensure_list, [cv.string]),
                vol.Optional(CONF_WITHIN, default={"seconds": 10}): cv.positive_time_period,
            }
        }
    )

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        super().__init__(hass, config)
        options = config.options or {}
        self._persons = {name.casefold() for name in options[CONF_PERSON]}
        self._within = options[CONF_WITHIN]

    @property
    @override
    def needs_polling(self) -> bool:
        """Return True: the condition ends without an event."""
        return True

    @override
    def entity_filter(self, entity_ids: set[str]) -> set[str]:
        """Return the event entities for faces."""
        return FACES.among(self._hass, entity_ids)

    @override
    def is_valid_state(self, entity_state: State) -> bool:
        """Return True if the last face was seen recently, and is that of one of the persons."""
        seen = dt_util.parse_datetime(entity_state.state)
        label = str(entity_state.attributes.get("label")).casefold()
        return (
            seen is not None
            # A time in the future is possible after a change of the clock.
            and abs(dt_util.utcnow() - seen) <= self._within
            and (not self._persons or label in self._persons)
        )


CONDITIONS: dict[str, type[Condition]] = {
    "sees_somebody": SeesSomebodyCondition,
    "is_moving": make_condition(MOVING, STATE_ON.__eq__),
    "is_standing_still": make_condition(MOVING, STATE_OFF.__eq__),
    "notices_a_hazard": make_condition(HAZARD, STATE_ON.__eq__),
    "notices_no_hazard": make_condition(HAZARD, STATE_OFF.__eq__),
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions of Misty."""
    return CONDITIONS
