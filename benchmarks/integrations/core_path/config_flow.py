"""Home Assistant wants a flow for every config entry; the bench adds its own entries without one."""

from homeassistant.config_entries import ConfigFlow


class CorePathFlow(ConfigFlow, domain="core_path"):
    """Never shown."""
