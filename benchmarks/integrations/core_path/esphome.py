"""The binary sensors of ESPHome, which are updated like its connection updates them, for a comparison with ours.

ESPHome is the core integration that is most similar to ours. Its library decodes the values.
"""

from aioesphomeapi import APIClient, BinarySensorInfo, BinarySensorState, DeviceInfo
from homeassistant.components.esphome.binary_sensor import EsphomeBinarySensor
from homeassistant.components.esphome.entry_data import ESPHomeStorage, RuntimeEntryData
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity import Entity


def make_data(hass: HomeAssistant, entry: ConfigEntry) -> RuntimeEntryData:
    """Return the runtime data of one device with the number of sensors in the entry."""
    data = RuntimeEntryData(
        entry_id=entry.entry_id,
        title=entry.title,
        client=APIClient("127.0.0.1", 6053, None),
        store=ESPHomeStorage(hass, 1, "core_path.esphome"),
        available=True,
        device_info=DeviceInfo(name="peer", friendly_name="Peer", mac_address="02:00:00:00:00:01"),
    )
    data.info[BinarySensorInfo] = {
        (0, key): BinarySensorInfo(key=key, object_id=f"value_{key}", name=f"Value {key}")
        for key in range(entry.data["entities"])
    }
    return data


def make_sensors(data: RuntimeEntryData) -> list[Entity]:
    """Return the sensors of the device."""
    infos = data.info[BinarySensorInfo].values()
    return [EsphomeBinarySensor(data, info, BinarySensorState) for info in infos]
