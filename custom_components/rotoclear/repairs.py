"""Repairs: a stream without authentication, a wrong clock, a certificate that has changed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, override

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.ssl import get_default_no_verify_context

from .api import fetch_fingerprint, readable_fingerprint
from .common.client.errors import PushError
from .common.issues import FixFlow, raise_while, set_issue
from .const import CONF_FINGERPRINT, ISSUE_CERTIFICATE
from .coordinator import RotoclearConfigEntry

# Recordings and tags carry the unit's time; a smaller difference does no harm.
WRONG_BY_SECONDS = 300


def _is_wrong(moment: datetime | None) -> bool:
    return moment is not None and abs((dt_util.utcnow() - moment).total_seconds()) > WRONG_BY_SECONDS


# Each issue with its variable, the check for a wrong value, and the values that fix it.
WATCHED: dict[str, tuple[str, Callable[[Any], bool], dict[str, Any]]] = {
    "public_stream": ("mjpgStreamIsOpen", bool, {"mjpgStreamIsOpen": False}),
    "wrong_clock": ("seconds", _is_wrong, {"ntpSync": True}),
}


@callback
def watch_issues(hass: HomeAssistant, entry: RotoclearConfigEntry) -> None:
    """Raise each issue while its variable is wrong."""
    for issue, (variable, is_wrong, _) in WATCHED.items():
        raise_while(hass, entry, issue, variable, is_wrong)


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow that fixes an issue."""
    known = data or {}
    issue, entry_id = str(known.get("issue")), str(known.get("entry_id"))
    return TrustCertificateFlow(entry_id) if issue == ISSUE_CERTIFICATE else SetVariablesFlow(entry_id, issue)


class SetVariablesFlow(FixFlow):
    """Sets the variables that fix the issue."""

    def __init__(self, entry_id: str, issue: str) -> None:
        super().__init__(entry_id)
        self._issue = issue

    @override
    async def async_fix(self, entry: RotoclearConfigEntry) -> None:
        await entry.runtime_data.async_set(WATCHED[self._issue][2])


class TrustCertificateFlow(FixFlow):
    """Shows the fingerprint of the new certificate, and pins it."""

    needs_loaded = False

    def __init__(self, entry_id: str) -> None:
        super().__init__(entry_id)
        self._fingerprint = ""

    @override
    async def async_ask(self, entry: RotoclearConfigEntry) -> RepairsFlowResult:
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
    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Pin the certificate that was shown; if the unit has yet another one by now, ask again."""
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is not None and user_input is not None:
            shown = self._fingerprint
            asked = await self.async_ask(entry)
            if self._fingerprint != shown:
                return asked
        return await super().async_step_confirm(user_input)

    @override
    async def async_fix(self, entry: RotoclearConfigEntry) -> None:
        self.hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_FINGERPRINT: self._fingerprint})
        set_issue(self.hass, entry, ISSUE_CERTIFICATE, False)
        self.hass.config_entries.async_schedule_reload(entry.entry_id)
