"""What is commanded through the cloud: sent, then confirmed by what the device reports."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from .api import CloudClient, ControlKind, Status
from .api.http_commands import Request
from .api.model import Scalar
from .const import DOMAIN
from .coordinator import InstathingsConfigEntry, InstathingsCoordinator

# A device reports what it made of a command well within this, or it did not get it.
ECHO_SECONDS = 10.0
ASK_SECONDS = 0.5
# A number that comes back is rounded by the device.
TOLERANCE = 0.02


class CloudCommands(InstathingsCoordinator):
    """The commands of a project."""

    client: CloudClient

    def __init__(self, hass: HomeAssistant, entry: InstathingsConfigEntry) -> None:
        """Initialize with no device asked for its status."""
        super().__init__(hass, entry)
        # Devices that send nothing by themselves on a real gateway, because they were asked for their status.
        self.asked: set[str] = set()

    async def async_set(self, device_id: str, payload: Mapping[str, Any], expected: Mapping[str, Scalar]) -> None:
        """Send a command and wait until the device reports the expected values.

        Raises HomeAssistantError when the cloud does not take the command, or the device does not confirm it.
        """
        before = self._values(device_id, expected)
        await self.async_call(self.client.set(device_id, payload))
        await self._async_confirm(device_id, expected, before)

    async def async_request(self, device_id: str, request: Request, expected: Mapping[str, Scalar]) -> None:
        """Send a request to an HTTP device, and wait until it reports the expected values."""
        before, profile = self._values(device_id, expected), self.profiles[device_id]
        await self.async_call(
            self.client.set(device_id, {}, path=request.path, method="GET", query=dict(request.query))
        )
        controls = profile.http_controls()
        if len(controls) != 1 or controls[0].kind is not ControlKind.RELAY or profile.status_path != "/status":
            # The answer does not say which part it is of.
            await self.async_call(self.client.set(device_id, {}, path=profile.status_path, method="GET"))
        await self._async_confirm(device_id, expected, before)

    async def async_patch(
        self, device_id: str, *, name: str | None = None, frequency: int | None = None, demo_active: bool | None = None
    ) -> None:
        """Change a device's name or a virtual device's data, and ask the cloud what became of it."""
        await self.async_call(self.client.patch(device_id, name=name, frequency=frequency, demo_active=demo_active))
        newer = await self.async_call(self.client.device(device_id))
        if (known := self.inventory.get(device_id)) is None:
            return
        if newer.frequency is None and frequency is not None:
            # The cloud may not return it (docs/protocol/instathings.md#device-fields): then keep what was sent.
            newer = replace(newer, frequency=float(frequency))
        self.put_device(known.merged_with(newer))

    async def async_delete(self, device_id: str) -> None:
        """Delete a device from the project, and here."""
        parent = self.inventory[device_id].parent
        delete = self.client.delete(device_id) if parent is None else self.client.delete_sub_device(parent, device_id)
        await self.async_call(delete)
        if device_id in self.inventory:
            self.drop_device(device_id)

    async def async_ask_status(
        self,
        device_id: str,
        payload: Any = None,
        *,
        path: str | None = None,
        method: str | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Status:
        """Ask a device for its status; a real gateway passes on nothing of it by itself afterwards.

        An HTTP device is asked for `/status` where path and method are not given.
        """
        profile = self.profiles.get(device_id)  # it may have gone since the command
        if profile is not None and profile.is_http:
            path, method = path or profile.status_path, method or "GET"
        self.asked.add(device_id)
        status = await self.async_call(self.client.status(device_id, payload, path=path, method=method, query=query))
        self.take_status(status)
        return status

    def _values(self, device_id: str, paths: Iterable[str]) -> dict[str, Scalar]:
        return {path: self.data.get((device_id, path)) for path in paths}

    async def _async_confirm(
        self, device_id: str, expected: Mapping[str, Scalar], before: Mapping[str, Scalar]
    ) -> None:
        """Wait for the values to come, also through a connection that is lost and made anew meanwhile."""
        changed = asyncio.Event()
        unsubscribe = self.subscribe([(device_id, path) for path in expected], changed.set)
        try:
            async with asyncio.timeout(ECHO_SECONDS):
                while not self._is_confirmed(device_id, expected, before):
                    changed.clear()
                    if device_id in self.asked:
                        await self.async_ask_status(device_id)
                        await asyncio.sleep(ASK_SECONDS)
                    else:
                        await changed.wait()
        except TimeoutError:
            key = "not_confirmed" if self.last_update_success else "not_connected"
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key=key) from None
        finally:
            unsubscribe()

    def _is_confirmed(self, device_id: str, expected: Mapping[str, Scalar], before: Mapping[str, Scalar]) -> bool:
        values = self._values(device_id, expected)
        return all(_confirms(wanted, values[path], before[path]) for path, wanted in expected.items())


def _confirms(wanted: Scalar, value: Scalar, before: Scalar) -> bool:
    """Return True if a value is the one that was sent; a device may round a number or stop at its limit."""
    if not isinstance(wanted, int | float) or isinstance(wanted, bool) or not isinstance(value, int | float):
        return wanted == value
    near = max(1.0 if abs(wanted) > 10 else 0.0, abs(wanted) * TOLERANCE)
    return value != before or abs(value - wanted) <= near
