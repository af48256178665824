"""Repairs: a camera stream that anybody on the network can watch."""

from typing import override

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow, RepairsFlowResult
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .coordinator import RotoclearConfigEntry

PUBLIC_STREAM = "mjpgStreamIsOpen"


@callback
def watch_public_stream(hass: HomeAssistant, entry: RotoclearConfigEntry) -> None:
    """Raise the issue while the stream is public, and drop it with the stream's protection or the entry."""
    coordinator = entry.runtime_data
    issue_id = f"public_stream_{entry.entry_id}"

    @callback
    def check() -> None:
        if not coordinator.data.get(PUBLIC_STREAM):
            ir.async_delete_issue(hass, DOMAIN, issue_id)
            return
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            data={"entry_id": entry.entry_id},
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key="public_stream",
            translation_placeholders={"name": entry.title},
        )

    check()
    entry.async_on_unload(coordinator.listen((PUBLIC_STREAM,), check))
    entry.async_on_unload(lambda: ir.async_delete_issue(hass, DOMAIN, issue_id))


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow that protects the stream."""
    return ProtectStreamFlow(str((data or {}).get("entry_id")))


class ProtectStreamFlow(ConfirmRepairFlow):
    """Switches the public stream off after a confirmation."""

    def __init__(self, entry_id: str) -> None:
        """Remember which unit."""
        self._entry_id = entry_id

    @override
    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask, then protect the stream."""
        entry: RotoclearConfigEntry | None = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is None:
            return self.async_abort(reason="entry_gone")
        if user_input is not None:
            await entry.runtime_data.async_set({PUBLIC_STREAM: False})
            return self.async_create_entry(data={})
        return self.async_show_form(step_id="confirm", description_placeholders={"name": entry.title})
