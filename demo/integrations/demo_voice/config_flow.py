"""Config flow of the demo voice."""

from typing import Any, override

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult


class DemoVoiceFlow(ConfigFlow, domain="demo_voice"):
    """A config flow without a form."""

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Create the entry."""
        return self.async_create_entry(title="Demo voice", data={})
