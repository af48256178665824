"""Nothing to ask for."""

from typing import Any, override

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult


class DemoVoiceFlow(ConfigFlow, domain="demo_voice"):
    """The flow."""

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Add the voice at once."""
        return self.async_create_entry(title="Demo voice", data={})
