"""Helpers for repair issues, and the base of their fix flows."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.loader import async_get_loaded_integration

from .client.markup import plain_text
from .push.coordinator import PushCoordinator
from .texts import text_of


@callback
def set_issue(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    issue: str,
    is_wrong: bool,
    *,
    is_fixable: bool = True,
    placeholders: Mapping[str, str] | None = None,
) -> None:
    """Create or delete an issue of an entry. `name` in its texts is the title of the entry."""
    issue_id = f"{issue}_{entry.entry_id}"
    if not is_wrong:
        ir.async_delete_issue(hass, entry.domain, issue_id)
        return
    documentation = async_get_loaded_integration(hass, entry.domain).documentation
    ir.async_create_issue(
        hass,
        entry.domain,
        issue_id,
        data={"entry_id": entry.entry_id, "issue": issue},
        is_fixable=is_fixable,
        learn_more_url=None if is_fixable else f"{documentation}#troubleshooting",
        severity=ir.IssueSeverity.WARNING,
        translation_key=issue,
        translation_placeholders={"name": entry.title, **(placeholders or {})},
    )


@callback
def drop_with_entry(hass: HomeAssistant, entry: ConfigEntry[Any], issue: str) -> None:
    """Delete an issue when the entry is unloaded."""
    entry.async_on_unload(lambda: set_issue(hass, entry, issue, False))


@callback
def raise_while(
    hass: HomeAssistant,
    entry: ConfigEntry[Any],
    issue: str,
    key: Hashable,
    is_wrong: Callable[[Any], bool],
    *,
    is_fixable: bool = True,
) -> None:
    """Keep an issue while the value of a key is wrong and the entry is loaded.

    `is_wrong` gets None if the value is unknown.
    """
    coordinator: PushCoordinator[Any, Any] = entry.runtime_data
    raised = False

    @callback
    def check() -> None:
        nonlocal raised
        wrong = is_wrong(coordinator.data.get(key))
        if wrong != raised:
            raised = wrong
            set_issue(hass, entry, issue, wrong, is_fixable=is_fixable)

    check()
    entry.async_on_unload(coordinator.subscribe((key,), check))
    drop_with_entry(hass, entry, issue)


class FixFlow(RepairsFlow):
    """A flow that asks for a confirmation and then fixes an issue.

    The translations need the abort reasons `entry_gone`, `not_loaded` and `fix_failed` (with `reason`).
    """

    # False if the fix does not need the coordinator.
    needs_loaded = True

    def __init__(self, entry_id: str) -> None:
        self._entry_id = entry_id

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Start the flow."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask for the confirmation, then fix the issue."""
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is None:
            return self.async_abort(reason="entry_gone")
        if user_input is None:
            return await self.async_ask(entry)
        if self.needs_loaded and entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        try:
            await self.async_fix(entry)
        except HomeAssistantError as error:
            # It may contain a text of the device.
            reason = plain_text(await text_of(self.hass, error))
            return self.async_abort(reason="fix_failed", description_placeholders={"reason": reason})
        return self.async_create_entry(data={})

    async def async_ask(self, entry: ConfigEntry[Any]) -> RepairsFlowResult:
        """Show the form of the confirmation."""
        return self.async_show_form(step_id="confirm", description_placeholders={"name": entry.title})

    async def async_fix(self, entry: ConfigEntry[Any]) -> None:
        """Fix the issue. Raises HomeAssistantError if that fails."""
