"""Doing to a loaded entry what a person or an automation would."""

import asyncio
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from chaos.subject import Subject
from harness.vendor import Command


def call_of(hass: HomeAssistant, subject: Subject, order: Command, entry: MockConfigEntry, n: int) -> dict[str, Any]:
    """Return the data of the vendor's n-th command."""
    if order.device is None:
        platform, unique_id = order.entity
        entity_id = er.async_get(hass).async_get_entity_id(platform, subject.domain, unique_id)
        return {"entity_id": entity_id, **order.argument(n)}
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    found = [device.id for device in devices if (subject.domain, order.device) in device.identifiers]
    return {"device_id": found[0], **order.argument(n)}


async def command(hass: HomeAssistant, subject: Subject, entry: MockConfigEntry, n: int) -> str:
    """Send the n-th command; return the text of its error and of all that is chained to it."""
    if (order := subject.endpoint.command) is None:
        return ""
    try:
        async with asyncio.timeout(8):
            await hass.services.async_call(*order.service, call_of(hass, subject, order, entry, n), blocking=True)
    except HomeAssistantError as error:
        return "".join(f"{one!r} {one}" for one in chain_of(error))
    return ""


def chain_of(error: BaseException | None) -> list[BaseException]:
    """Return an error and all it was raised from or during, unless suppressed: what a traceback shows."""
    found: list[BaseException] = []
    while error is not None:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found
