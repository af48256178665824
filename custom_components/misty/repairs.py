"""Repairs: hazards that are off, AV streaming that is on, refused subscriptions."""

from typing import NamedTuple, override

from homeassistant.components.repairs import RepairsFlow
from homeassistant.core import HomeAssistant, callback

from .api import Command
from .common.issues import FixFlow, drop_with_entry, raise_while
from .const import ISSUE_SUBSCRIPTIONS
from .coordinator import MistyConfigEntry
from .topics import HAZARDS_OFF, Key, service


class Problem(NamedTuple):
    """A key whose value is true while there is a problem, and the commands that fix it."""

    key: Key
    fix: tuple[Command, ...]


PROBLEMS = {
    "hazards_off": Problem(HAZARDS_OFF, (Command("hazard/updatebasesettings", {"revertToDefault": True}),)),
    "av_streaming_on": Problem(
        service("avstreaming"), (Command("avstreaming/stop", {}), Command("services/camera/enable", {}))
    ),
}

# A restart removes the subscriptions that other programs left behind.
RESTART = (Command("reboot", {"core": True, "sensoryServices": True}),)


@callback
def watch_issues(hass: HomeAssistant, entry: MistyConfigEntry) -> None:
    """Raise each issue while there is its problem."""
    for issue, problem in PROBLEMS.items():
        raise_while(hass, entry, issue, problem.key, bool)
    drop_with_entry(hass, entry, ISSUE_SUBSCRIPTIONS)


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow that fixes an issue."""
    known = data or {}
    return SendCommandsFlow(str(known.get("entry_id")), str(known.get("issue")))


class SendCommandsFlow(FixFlow):
    """Sends the commands that fix the problem."""

    def __init__(self, entry_id: str, issue: str) -> None:
        super().__init__(entry_id)
        self._issue = issue

    @override
    async def async_fix(self, entry: MistyConfigEntry) -> None:
        problem = PROBLEMS.get(self._issue)
        for command in problem.fix if problem else RESTART:
            await entry.runtime_data.async_post(command.path, **command.arguments)
        if problem:
            await entry.runtime_data.async_refresh_slow()
