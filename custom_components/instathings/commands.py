"""What is commanded through the cloud: sent, then confirmed by what the device tells of itself."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from .api.cloud import CloudApi
from .api.models import Device, Status
from .const import DOMAIN
from .coordinator import InstathingsConfigEntry, InstathingsCoordinator

# A device tells what it made of a command well within this, or it did not get it.
ECHO_SECONDS = 10.0
ASK_SECONDS = 0.5
# A number that comes back is rounded by the device.
TOLERANCE = 0.02


class CloudCommands(InstathingsCoordinator):
    """The commands of a project."""

    api: CloudApi

    def __init__(self, hass: HomeAssistant, entry: InstathingsConfigEntry) -> None:
        """Start with no device asked for its status."""
        super().__init__(hass, entry)
        # Devices that a real gateway no longer hears by themselves, because somebody asked for their status.
        self.asked: set[str] = set()

    async def async_set(self, device_id: str, payload: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
        """Send a command and wait until the device says that it has done it.

        `expected` are the values that tell so. Raises HomeAssistantError when the cloud does not
        take the command, or the device does not confirm it.
        """
        before = self._values(device_id, expected)
        await self.async_call(self.api.set(device_id, payload))
        await self._async_confirm(device_id, expected, before)

    async def async_set_relay(self, device_id: str, relay: str, *, on: bool) -> None:
        """Switch a relay of an HTTP device and wait for its answer."""
        expected = {f"relays.{relay}.ison": on}
        before = self._values(device_id, expected)
        await self.async_call(
            self.api.set(device_id, {}, path=f"/relay/{relay}", method="GET", query={"turn": "on" if on else "off"})
        )
        if len(self.shapes[device_id].relays) > 1:
            # The answer does not say which relay it is of.
            await self.async_call(self.api.set(device_id, {}, path="/status", method="GET"))
        await self._async_confirm(device_id, expected, before)

    async def async_patch(
        self, device_id: str, *, name: str | None = None, frequency: int | None = None, demo_active: bool | None = None
    ) -> None:
        """Change a device's name or a virtual device's data, and ask the cloud what became of it."""
        await self.async_call(self.api.patch(device_id, name=name, frequency=frequency, demo_active=demo_active))
        told = await self.async_call(self.api.device(device_id))
        if (known := self.devices.get(device_id)) is None:
            return
        if told.frequency is None and frequency is not None:
            # The cloud may not return it (docs/protocol/instathings.md#device-fields): then keep what was sent.
            told = replace(told, frequency=float(frequency))
        self.put_device(merged(known, told))

    async def async_delete(self, device_id: str) -> None:
        """Delete a device from the project, and here."""
        parent = self.devices[device_id].parent
        delete = self.api.delete(device_id) if parent is None else self.api.delete_sub_device(parent, device_id)
        await self.async_call(delete)
        self.drop_device(device_id)

    async def async_ask_status(self, device_id: str, payload: Any = None, **http: Any) -> Status:
        """Ask a device for its status; on a real gateway it is not heard by itself afterwards."""
        shape = self.shapes[device_id]
        if shape.is_http:
            http = {"path": http.get("path") or "/status", "method": http.get("method") or "GET"} | http
        self.asked.add(device_id)
        status = await self.async_call(self.api.status(device_id, payload, **http))
        self.take_status(status)
        return status

    def _values(self, device_id: str, paths: Iterable[str]) -> dict[str, Any]:
        return {path: self.data.get((device_id, path)) for path in paths}

    async def _async_confirm(self, device_id: str, expected: Mapping[str, Any], before: Mapping[str, Any]) -> None:
        """Wait for the values to come, also through a connection that is lost and made anew meanwhile."""
        told = asyncio.Event()
        stop_listening = self.subscribe([(device_id, path) for path in expected], told.set)
        try:
            async with asyncio.timeout(ECHO_SECONDS):
                while not self._is_confirmed(device_id, expected, before):
                    told.clear()
                    if device_id in self.asked:
                        await self.async_ask_status(device_id)
                        await asyncio.sleep(ASK_SECONDS)
                    else:
                        await told.wait()
        except TimeoutError:
            key = "not_confirmed" if self.last_update_success else "not_connected"
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key=key) from None
        finally:
            stop_listening()

    def _is_confirmed(self, device_id: str, expected: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
        return all(
            _confirms(wanted, value, before[path])
            for path, wanted in expected.items()
            for value in (self.data.get((device_id, path)),)
        )


def merged(known: Device, told: Device) -> Device:
    """Return a device as told now, with what only other calls tell: each leaves something out."""
    return Device(
        id=told.id,
        name=told.name,
        project_id=told.project_id or known.project_id,
        parent=told.parent or known.parent,
        type_id=told.type_id or known.type_id,
        protocols=told.protocols or known.protocols,
        is_gateway=told.is_gateway,
        is_virtual=told.is_virtual or known.is_virtual,
        demo_active=known.demo_active if told.demo_active is None else told.demo_active,
        frequency=known.frequency if told.frequency is None else told.frequency,
        connected=known.connected if told.connected is None else told.connected,
        pairing=told.pairing or known.pairing,
        versions=told.versions or known.versions,
    )


def _confirms(wanted: Any, value: Any, before: Any) -> bool:
    """Tell whether a value is the one that was sent; a device may round a number or stop at its limit."""
    if isinstance(wanted, bool | str) or not isinstance(value, int | float):
        return bool(wanted == value)
    near = max(1.0 if abs(wanted) > 10 else 0.0, abs(wanted) * TOLERANCE)
    return bool(value != before or abs(value - wanted) <= near)
