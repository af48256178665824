"""Repairs: a stream that anybody can watch, a clock that is wrong, a certificate that has changed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, override

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
from homeassistant.util.ssl import get_default_no_verify_context

from .api import fetch_fingerprint, readable_fingerprint
from .common.client.errors import PushError
from .const import CONF_FINGERPRINT, DOMAIN
from .coordinator import RotoclearConfigEntry

CERTIFICATE = "certificate_changed"
# Recordings and tags carry the unit's time; less than this is no harm.
WRONG_BY_SECONDS = 300


def _is_wrong(moment: datetime | None) -> bool:
    return moment is not None and abs((dt_util.utcnow() - moment).total_seconds()) > WRONG_BY_SECONDS


# Issue: the variable that tells, what is wrong with it, and what sets it right.
WATCHED: dict[str, tuple[str, Callable[[Any], bool], dict[str, Any]]] = {
    "public_stream": ("mjpgStreamIsOpen", bool, {"mjpgStreamIsOpen": False}),
    "wrong_clock": ("seconds", _is_wrong, {"ntpSync": True}),
}


@callback
def watch_issues(hass: HomeAssistant, entry: RotoclearConfigEntry) -> None:
    """Raise each issue while it lasts, and drop it with its cause or the entry."""
    for issue, (variable, is_wrong, _) in WATCHED.items():
        _watch(hass, entry, issue, variable, is_wrong)


@callback
def _watch(
    hass: HomeAssistant, entry: RotoclearConfigEntry, issue: str, variable: str, is_wrong: Callable[[Any], bool]
) -> None:
    coordinator = entry.runtime_data
    raised = False

    @callback
    def check() -> None:
        nonlocal raised
        wrong = is_wrong(coordinator.data.get(variable))
        if wrong != raised:
            raised = wrong
            report(hass, entry, issue, wrong)

    check()
    entry.async_on_unload(coordinator.subscribe((variable,), check))
    entry.async_on_unload(lambda: report(hass, entry, issue, False))


@callback
def report(hass: HomeAssistant, entry: RotoclearConfigEntry, issue: str, is_wrong: bool) -> None:
    """Raise or drop an issue."""
    issue_id = f"{issue}_{entry.entry_id}"
    if not is_wrong:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        data={"entry_id": entry.entry_id, "issue": issue},
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=issue,
        translation_placeholders={"name": entry.title},
    )


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow that sets an issue right."""
    known = data or {}
    issue, entry_id = str(known.get("issue")), str(known.get("entry_id"))
    return TrustCertificateFlow(entry_id) if issue == CERTIFICATE else SetVariablesFlow(entry_id, issue)


class _Flow(RepairsFlow):
    """Asks once, then sets the issue right."""

    def __init__(self, entry_id: str) -> None:
        """Remember which unit."""
        self._entry_id = entry_id

    @property
    def _entry(self) -> RotoclearConfigEntry | None:
        return self.hass.config_entries.async_get_entry(self._entry_id)

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Begin with the question."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask, then act."""
        if (entry := self._entry) is None:
            return self.async_abort(reason="entry_gone")
        if user_input is None:
            return await self._async_ask(entry)
        await self._async_fix(entry)
        return self.async_create_entry(data={})

    async def _async_ask(self, entry: RotoclearConfigEntry) -> RepairsFlowResult:
        return self.async_show_form(step_id="confirm", description_placeholders={"name": entry.title})

    async def _async_fix(self, entry: RotoclearConfigEntry) -> None:
        """Set the issue right."""


class SetVariablesFlow(_Flow):
    """Sets what makes the issue go away."""

    def __init__(self, entry_id: str, issue: str) -> None:
        """Remember which issue."""
        super().__init__(entry_id)
        self._issue = issue

    @override
    async def _async_fix(self, entry: RotoclearConfigEntry) -> None:
        await entry.runtime_data.async_set(WATCHED[self._issue][2])


class TrustCertificateFlow(_Flow):
    """Shows the new certificate's fingerprint and trusts it from now on."""

    def __init__(self, entry_id: str) -> None:
        """Know no fingerprint yet."""
        super().__init__(entry_id)
        self._fingerprint = ""

    @override
    async def _async_ask(self, entry: RotoclearConfigEntry) -> RepairsFlowResult:
        try:
            self._fingerprint = await fetch_fingerprint(
                entry.data[CONF_HOST], int(entry.data[CONF_PORT]), get_default_no_verify_context()
            )
        except PushError:
            return self.async_abort(reason="cannot_connect")
        return self.async_show_form(
            step_id="confirm",
            description_placeholders={"name": entry.title, "fingerprint": readable_fingerprint(self._fingerprint)},
        )

    @override
    async def _async_fix(self, entry: RotoclearConfigEntry) -> None:
        self.hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_FINGERPRINT: self._fingerprint})
        report(self.hass, entry, CERTIFICATE, False)
        self.hass.config_entries.async_schedule_reload(entry.entry_id)
