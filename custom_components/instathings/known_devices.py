"""The stored descriptions of a project's devices, for a start without the cloud: a gateway does not describe them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, NamedTuple, TypedDict

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .api import Device, DeviceType
from .const import DOMAIN

STORAGE_VERSION = 1


class StoredDevices(TypedDict):
    """The stored form: devices and types as JSON objects, and the names of protocols by id."""

    devices: list[dict[str, Any]]
    types: list[dict[str, Any]]
    protocols: dict[str, str]


class Known(NamedTuple):
    """Devices, their types, and the names of protocols by id."""

    devices: tuple[Device, ...]
    types: tuple[DeviceType, ...]
    protocols: Mapping[str, str]


def known_devices_store(hass: HomeAssistant, entry_id: str) -> Store[StoredDevices]:
    """Return the store for the devices of a project."""
    return Store(hass, STORAGE_VERSION, f"{DOMAIN}.devices.{entry_id}")


def stored(devices: Iterable[Device], types: Iterable[DeviceType], protocols: Mapping[str, str]) -> StoredDevices:
    """Return devices, types and protocols in the stored form, without the connections of gateways."""
    return {
        "devices": [asdict(device) | {"connected": None} for device in devices],
        "types": [asdict(kind) for kind in types],
        "protocols": dict(protocols),
    }


def restored(kept: StoredDevices) -> Known:
    """Return what was stored.

    Raises TypeError, KeyError or ValueError for what another version of the integration stored.
    """
    return Known(
        tuple(
            Device(
                **{
                    **device,
                    "protocols": tuple(device["protocols"]),
                    "protocol_names": tuple(device["protocol_names"]),
                    "versions": tuple((name, image) for name, image in device["versions"]),
                }
            )
            for device in kept["devices"]
        ),
        tuple(DeviceType(**{**kind, "protocols": tuple(kind["protocols"])}) for kind in kept["types"]),
        kept["protocols"],
    )
