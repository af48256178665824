"""The types and protocols of a project's devices, each fetched once."""

import asyncio
from collections.abc import Iterable

from .cloud import CloudClient
from .model import Device, DeviceType

# Of types, and of protocols: as many as an entry has devices.
MOST_KINDS = 2_500


class Catalogue:
    """The fetched types by id, and the names of the fetched protocols by id."""

    def __init__(self, client: CloudClient) -> None:
        self._client = client
        self._learning = asyncio.Lock()
        self.types: dict[str, DeviceType] = {}
        self.protocols: dict[str, str] = {}

    def type_of(self, device: Device) -> DeviceType | None:
        """Return the type of a device, or None if it is unknown."""
        return self.types.get(device.type_id or "")

    async def learn(self, devices: Iterable[Device]) -> None:
        """Fetch the types and protocols of devices: all types in one request, later ones one by one.

        Raises PushError. One that could not be fetched is not requested again.
        """
        # One call at a time: a second call would miss the types that the first one is fetching.
        async with self._learning:
            await self._learn_missing(list(devices))

    async def _learn_missing(self, devices: list[Device]) -> None:
        missing = {device.type_id for device in devices if device.type_id and device.type_id not in self.types}
        if missing and not self.types:
            wanted_first = sorted(await self._client.types(), key=lambda kind: kind.id not in missing)
            self.types = {kind.id: kind for kind in wanted_first[:MOST_KINDS]}
        for type_id in sorted(missing - self.types.keys())[: MOST_KINDS - len(self.types)]:
            # The empty type stays if the request fails.
            self.types[type_id] = DeviceType(id=type_id)
            self.types[type_id] = await self._client.type(type_id)
        for protocol_id in sorted({protocol for device in devices for protocol in device.protocols}):
            if protocol_id not in self.protocols and len(self.protocols) < MOST_KINDS:
                self.protocols[protocol_id] = protocol_id
                self.protocols[protocol_id] = (await self._client.protocol(protocol_id)).name
