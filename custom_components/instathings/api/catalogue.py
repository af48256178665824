"""The types and protocols of a project's devices, each asked for once."""

import asyncio
from collections.abc import Iterable

from .cloud import CloudClient
from .model import Device, DeviceType


class Catalogue:
    """What is known of the types and protocols. `types` has them by id, `protocols` their names by id."""

    def __init__(self, client: CloudClient) -> None:
        self._client = client
        self._learning = asyncio.Lock()
        self.types: dict[str, DeviceType] = {}
        self.protocols: dict[str, str] = {}

    def type_of(self, device: Device) -> DeviceType | None:
        """Return the type of a device, as far as it is known."""
        return self.types.get(device.type_id or "")

    async def learn(self, devices: Iterable[Device]) -> None:
        """Learn the types and protocols of devices: all types at once, later ones one by one.

        Raises PushError; what was learned before is kept, and what could not be had is not asked for again.
        """
        # One call after the other: another would take a type that is still being asked for as one that is missing.
        async with self._learning:
            await self._learn_missing(list(devices))

    async def _learn_missing(self, devices: list[Device]) -> None:
        missing = {device.type_id for device in devices if device.type_id and device.type_id not in self.types}
        if missing and not self.types:
            self.types = {kind.id: kind for kind in await self._client.types()}
        for type_id in sorted(missing - self.types.keys()):
            # An empty one stands for a type that cannot be had.
            self.types[type_id] = DeviceType(id=type_id)
            self.types[type_id] = await self._client.type(type_id)
        for protocol_id in sorted({protocol for device in devices for protocol in device.protocols}):
            if protocol_id not in self.protocols:
                self.protocols[protocol_id] = protocol_id
                self.protocols[protocol_id] = (await self._client.protocol(protocol_id)).name
