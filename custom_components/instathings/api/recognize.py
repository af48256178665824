"""Find out which of a project's gateways has an address: it does not report its id, but it has stored readings.

Source: docs/protocol/instathings.md#the-same-reading-by-both-ways.
"""

from collections.abc import Iterable, Mapping
from itertools import islice

from .gateway import GatewayClient, is_device_id

# Of each gateway; it is a small computer.
MAX_ASKED = 20


async def recognize(client: GatewayClient, behind: Mapping[str, Iterable[str]]) -> str | None:
    """Return the gateway of whose devices this one has stored readings; None for none, or for several.

    `behind` are the devices by the gateway that they are behind, the likeliest first. Raises DatabaseDown, NotFound,
    Refused, CannotConnect, InvalidAnswer.
    """
    found = [gateway_id for gateway_id, devices in behind.items() if await _has_readings(client, devices)]
    return found[0] if len(found) == 1 else None


async def _has_readings(client: GatewayClient, devices: Iterable[str]) -> bool:
    for device_id in islice(filter(is_device_id, devices), MAX_ASKED):
        if (await client.data(device_id, per_page=1)).rows:
            return True
    return False
