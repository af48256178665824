"""Repairs: hazards switched off, AV streaming left on, subscriptions refused."""

from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow, RepairsFlowResult
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .api import Key
from .const import DOMAIN
from .coordinator import MistyConfigEntry
from .topics import HAZARDS_OFF, service

REFUSED = "subscriptions_refused"


@dataclass(frozen=True, slots=True)
class Problem:
    """A value that is a problem while it is true, and the commands that end it."""

    issue: str
    key: Key
    fix: tuple[tuple[str, dict[str, Any]], ...]


PROBLEMS = {
    problem.issue: problem
    for problem in (
        Problem("hazards_off", HAZARDS_OFF, (("hazard/updatebasesettings", {"revertToDefault": True}),)),
        Problem("av_streaming_on", service("avstreaming"), (("avstreaming/stop", {}), ("services/camera/enable", {}))),
    )
}


@callback
def watch(hass: HomeAssistant, entry: MistyConfigEntry) -> None:
    """Raise each issue while its problem lasts, and drop it with the problem or the entry."""
    coordinator = entry.runtime_data
    for problem in PROBLEMS.values():
        _watch_problem(hass, entry, problem)
    issue_id = f"{REFUSED}_{entry.entry_id}"

    @callback
    def refused() -> None:
        _create(hass, entry, REFUSED, is_fixable=False)

    coordinator.on_refused = refused
    entry.async_on_unload(
        coordinator.subscribe_event("connected", lambda _: ir.async_delete_issue(hass, DOMAIN, issue_id))
    )
    entry.async_on_unload(lambda: ir.async_delete_issue(hass, DOMAIN, issue_id))


@callback
def _watch_problem(hass: HomeAssistant, entry: MistyConfigEntry, problem: Problem) -> None:
    coordinator = entry.runtime_data

    @callback
    def check() -> None:
        if coordinator.data.get(problem.key) is True:
            _create(hass, entry, problem.issue, is_fixable=True)
        else:
            ir.async_delete_issue(hass, DOMAIN, f"{problem.issue}_{entry.entry_id}")

    check()
    entry.async_on_unload(coordinator.subscribe((problem.key,), check))
    entry.async_on_unload(lambda: ir.async_delete_issue(hass, DOMAIN, f"{problem.issue}_{entry.entry_id}"))


@callback
def _create(hass: HomeAssistant, entry: MistyConfigEntry, issue: str, *, is_fixable: bool) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{issue}_{entry.entry_id}",
        data={"entry_id": entry.entry_id, "issue": issue},
        is_fixable=is_fixable,
        severity=ir.IssueSeverity.WARNING,
        translation_key=issue,
        translation_placeholders={"name": entry.title},
    )


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow that ends a problem."""
    data = data or {}
    return EndProblemFlow(str(data.get("entry_id")), PROBLEMS[str(data.get("issue"))])


class EndProblemFlow(ConfirmRepairFlow):
    """Sends what ends the problem, after a confirmation."""

    def __init__(self, entry_id: str, problem: Problem) -> None:
        """Remember which robot and what to do."""
        self._entry_id = entry_id
        self._problem = problem

    @override
    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask, then end it."""
        entry: MistyConfigEntry | None = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is None:
            return self.async_abort(reason="entry_gone")
        if user_input is not None:
            for path, arguments in self._problem.fix:
                await entry.runtime_data.async_post(path, **arguments)
            await entry.runtime_data.async_refresh_slow()
            return self.async_create_entry(data={})
        return self.async_show_form(step_id="confirm", description_placeholders={"name": entry.title})
