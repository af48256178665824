"""Config flow. Home Assistant requires one for an integration with config entries."""

from homeassistant.config_entries import ConfigFlow


class CorePathFlow(ConfigFlow, domain="core_path"):
    """A flow without steps: the benchmarks add the entries themselves."""
