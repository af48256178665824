"""Commands to the devices of a project: sent through the cloud, then confirmed by what the device reports."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from homeassistant.exceptions import HomeAssistantError

from .api import ControlKind, Status
from .api.http_commands import NO_REQUEST, Request
from .api.model import Scalar
from .cloud import CloudCoordinator
from .const import DOMAIN

# A device reports the result of a command well within this, or it did not receive the command.
ECHO_SECONDS = 10.0
ASK_SECONDS = 0.5
# Relative: a device rounds the number that it reports.
TOLERANCE = 0.02


async def async_set(
    coordinator: CloudCoordinator, device_id: str, payload: Mapping[str, Any], expected: Mapping[str, Scalar]
) -> None:
    """Send a command and wait until the device reports the expected values.

    Raises HomeAssistantError if the cloud refuses the command, or the device does not confirm it.
    """
    before = _values(coordinator, device_id, expected)
    await coordinator.async_call(coordinator.client.set(device_id, payload))
    await _async_confirm(coordinator, device_id, expected, before)


async def async_request(
    coordinator: CloudCoordinator, device_id: str, request: Request, expected: Mapping[str, Scalar]
) -> None:
    """Send a request to an HTTP device, and wait until it reports the expected values."""
    before, profile = _values(coordinator, device_id, expected), coordinator.profiles[device_id]
    await coordinator.async_call(coordinator.client.set(device_id, {}, request))
    controls = profile.http_controls()
    if len(controls) != 1 or controls[0].kind is not ControlKind.RELAY or profile.status_path != "/status":
        # The response does not say which part of the device it belongs to.
        await coordinator.async_call(coordinator.client.set(device_id, {}, Request(profile.status_path)))
    await _async_confirm(coordinator, device_id, expected, before)


async def async_patch(
    coordinator: CloudCoordinator,
    device_id: str,
    *,
    name: str | None = None,
    frequency: float | None = None,
    demo_active: bool | None = None,
) -> None:
    """Change a device's name or a virtual device's data, and fetch the changed description."""
    await coordinator.async_call(
        coordinator.client.patch(device_id, name=name, frequency=frequency, demo_active=demo_active)
    )
    newer = await coordinator.async_call(coordinator.client.device(device_id))
    if (known := coordinator.inventory.get(device_id)) is None:
        return
    if newer.frequency is None and frequency is not None:
        # The cloud may not return it (docs/protocol/instathings.md#device-fields).
        newer = replace(newer, frequency=float(frequency))
    coordinator.put_device(known.merged_with(newer))


async def async_delete(coordinator: CloudCoordinator, device_id: str) -> None:
    """Delete a device from the project and from Home Assistant."""
    parent = coordinator.inventory[device_id].parent
    delete = (
        coordinator.client.delete(device_id)
        if parent is None
        else coordinator.client.delete_sub_device(parent, device_id)
    )
    await coordinator.async_call(delete)
    if device_id in coordinator.inventory:
        coordinator.drop_device(device_id)


async def async_ask_status(
    coordinator: CloudCoordinator, device_id: str, payload: Any = None, request: Request = NO_REQUEST
) -> Status:
    """Request the status of a device; a real gateway sends none of its readings after that.

    The default path for an HTTP device is that of its whole status.
    """
    profile = coordinator.profiles.get(device_id)  # the device may have been removed since the command
    if profile is not None and profile.is_http and not request.path:
        request = request._replace(path=profile.status_path)
    coordinator.asked.add(device_id)
    status = await coordinator.async_call(coordinator.client.status(device_id, payload, request))
    coordinator.take_status(status)
    return status


def _values(coordinator: CloudCoordinator, device_id: str, paths: Iterable[str]) -> dict[str, Scalar]:
    return {path: coordinator.data.get((device_id, path)) for path in paths}


async def _async_confirm(
    coordinator: CloudCoordinator, device_id: str, expected: Mapping[str, Scalar], before: Mapping[str, Scalar]
) -> None:
    """Wait until the device reports the values, also over a reconnect. Raises HomeAssistantError."""
    changed = asyncio.Event()
    unsubscribe = coordinator.subscribe([(device_id, path) for path in expected], changed.set)
    try:
        async with asyncio.timeout(ECHO_SECONDS):
            while not _is_confirmed(coordinator, device_id, expected, before):
                changed.clear()
                if device_id in coordinator.asked:
                    await async_ask_status(coordinator, device_id)
                    await asyncio.sleep(ASK_SECONDS)
                else:
                    await changed.wait()
    except TimeoutError:
        key = "not_confirmed" if coordinator.last_update_success else "not_connected"
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key=key) from None
    finally:
        unsubscribe()


def _is_confirmed(
    coordinator: CloudCoordinator, device_id: str, expected: Mapping[str, Scalar], before: Mapping[str, Scalar]
) -> bool:
    values = _values(coordinator, device_id, expected)
    return all(_confirms(wanted, values[path], before[path]) for path, wanted in expected.items())


def _confirms(wanted: Scalar, value: Scalar, before: Scalar) -> bool:
    """Return True if a value confirms the wanted one; a device may round a number or limit it."""
    if not isinstance(wanted, int | float) or isinstance(wanted, bool) or not isinstance(value, int | float):
        return wanted == value
    near = max(1.0 if abs(wanted) > 10 else 0.0, abs(wanted) * TOLERANCE)
    return value != before or abs(value - wanted) <= near
