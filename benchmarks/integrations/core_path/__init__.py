"""The shared push code by itself, with nothing of a vendor around it, and its floors.

An entry's `kind` says what it is: `push` reads a WebSocket through PushCoordinator and PushEntity, `stock` has the same
entities on Home Assistant's own coordinator, `bare` has sensors without any data, `esphome` those of ESPHome.
"""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .coordinator import CoreCoordinator, StockCoordinator

PLATFORMS = ["binary_sensor", "sensor"]


async def async_setup_entry(hass: HomeAssistant, entry: ConfigEntry) -> bool:
    """Connect, where there is something to connect to, and add the entities."""
    kind = entry.data["kind"]
    if kind == "push":
        coordinator = CoreCoordinator(hass, entry)
        await coordinator.async_start()
        entry.runtime_data = coordinator
    elif kind == "stock":
        entry.runtime_data = StockCoordinator(hass, entry)
    elif kind == "esphome":
        # What it is made of is there where the bench runs in full.
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
