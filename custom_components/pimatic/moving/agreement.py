"""A repair that lists the rules whose drafts have agreed with them for a week, and deactivates them in pimatic."""

from typing import Any, Final, override

from homeassistant.components.repairs import RepairsFlowResult
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.selector import SelectOptionDict, SelectSelector, SelectSelectorConfig, SelectSelectorMode
import voluptuous as vol

from ..api import Rule
from ..common.client.markup import plain_text
from ..common.issues import FixFlow, drop_with_entry, set_issue
from ..coordinator import SEEN, PimaticConfigEntry

DRAFTS_AGREE: Final = "drafts_agree"
CONF_RULES: Final = "rules"


@callback
def watch_agreement(hass: HomeAssistant, entry: PimaticConfigEntry) -> None:
    """Create one issue for a server while some of its rules can be deactivated."""
    coordinator = entry.runtime_data
    raised: list[str] = []

    @callback
    def check(_: object = None) -> None:
        nonlocal raised
        names = [plain_text(rule.name) for rule in coordinator.watches.agreeing()]
        if names != raised:
            raised = names
            listed = {"rules": "\n".join(f"- {name}" for name in sorted(names))}
            set_issue(hass, entry, DRAFTS_AGREE, bool(names), placeholders=listed)

    check()
    entry.async_on_unload(coordinator.subscribe_event(SEEN, check))
    drop_with_entry(hass, entry, DRAFTS_AGREE)


class SwitchOffRulesFlow(FixFlow):
    """Asks which of the rules to deactivate. It does not offer the others again."""

    def __init__(self, entry_id: str) -> None:
        super().__init__(entry_id)
        self._offered: list[Rule] = []
        self._chosen: list[str] = []

    @override
    async def async_step_confirm(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Store the selected rules, then fix."""
        if user_input is not None:
            self._chosen = user_input[CONF_RULES]
        return await super().async_step_confirm(user_input)

    @override
    async def async_ask(self, entry: ConfigEntry[Any]) -> RepairsFlowResult:
        """Show the rules; all are selected by default."""
        if entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        self._offered = list(entry.runtime_data.watches.agreeing())
        options = [SelectOptionDict(value=rule.id, label=rule.name) for rule in self._offered]
        several = SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.LIST)
        chosen = [rule.id for rule in self._offered]
        return self.async_show_form(
            step_id="confirm",
            data_schema=vol.Schema({vol.Required(CONF_RULES, default=chosen): SelectSelector(several)}),
            description_placeholders={"name": entry.title},
        )

    @override
    async def async_fix(self, entry: PimaticConfigEntry) -> None:
        coordinator = entry.runtime_data
        for rule in self._offered:
            if rule.id in self._chosen:
                call = coordinator.client.call("updateRuleByString", ruleId=rule.id, rule={"active": False})
                await coordinator.async_call(call)
            else:
                coordinator.watches.decline(rule.id)
