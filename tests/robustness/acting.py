"""Commands to a loaded entry, as a person or an automation sends them."""

import asyncio
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from chaos.subject import Subject
from harness.vendor import Command


def call_of(
    hass: HomeAssistant, subject: Subject, vendor_command: Command, entry: MockConfigEntry, n: int
) -> dict[str, Any]:
    """Return the data of the n-th command of a vendor."""
    if vendor_command.device is None:
        platform, unique_id = vendor_command.entity
        entity_id = er.async_get(hass).async_get_entity_id(platform, subject.domain, unique_id)
        return {"entity_id": entity_id, **vendor_command.argument(n)}
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    found = [device.id for device in devices if (subject.domain, vendor_command.device) in device.identifiers]
    return {"device_id": found[0], **vendor_command.argument(n)}


async def command(hass: HomeAssistant, subject: Subject, entry: MockConfigEntry, n: int) -> str:
    """Send the n-th command. Return the texts of its error and of the errors in its chain."""
    if (vendor_command := subject.endpoint.command) is None:
        return ""
    try:
        async with asyncio.timeout(8):
            await hass.services.async_call(
                *vendor_command.service, call_of(hass, subject, vendor_command, entry, n), blocking=True
            )
    except HomeAssistantError as error:
        return "".join(f"{one!r} {one}" for one in chain_of(error))
    return ""


def chain_of(error: BaseException | None) -> list[BaseException]:
    """Return an error and the errors from which or during which it was raised, as a traceback shows them."""
    found: list[BaseException] = []
    while error is not None:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found
