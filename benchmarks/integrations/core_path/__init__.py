"""An integration with only the shared push code, and its floors.

The `kind` of an entry is `push` (a WebSocket with PushCoordinator and PushEntity), `stock` (the same entities with
Home Assistant's DataUpdateCoordinator), `bare` (sensors without data) or `esphome` (sensors of ESPHome).
"""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .coordinator import CoreCoordinator, StockCoordinator

PLATFORMS = ["binary_sensor", "sensor"]


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Connect if the kind has a connection, and add the entities."""
    kind = entry.data["kind"]
    if kind == "push":
        coordinator = CoreCoordinator(hass, entry)
        await coordinator.async_start()
        entry.runtime_data = coordinator
    elif kind == "stock":
        entry.runtime_data = StockCoordinator(hass, entry)
    elif kind == "esphome":
        # The requirements of ESPHome are only installed for the full benchmarks.
        from .esphome import make_data

        entry.runtime_data = make_data(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Remove the entities and close the connection."""
    unloaded = await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
    if unloaded and entry.data["kind"] == "push":
        await entry.runtime_data.async_stop()
    return unloaded
