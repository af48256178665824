"""One measurement's surroundings: the feeder in its own process, Home Assistant in this one."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
import gc
import itertools
import json
import sys
import time
from typing import Any, Self

import aiohttp
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Event, callback
from homeassistant.helpers.event import async_track_state_change_event

from .house import House, house
from .vendors import vendor_named
from .vendors.base import Vendor

PATIENCE_SECONDS = 120


class Feeder:
    """The feeder's process; see feeder.py for its orders."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Hold a process that `start` started."""
        self._process = process
        self.ports: dict[str, int] = {}

    @classmethod
    async def start(cls, vendor: str, size: int) -> Feeder:
        """Start the vendor's simulators."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "benchmarks.feeder",
            vendor,
            str(size),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 26,
        )
        feeder = cls(process)
        feeder.ports = (await feeder._answer())["ports"]
        return feeder

    async def __call__(self, do: str, **parameters: Any) -> Any:
        """Give an order and return its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **parameters}).encode() + b"\n")
        await self._process.stdin.drain()
        answer = await self._answer()
        if "error" in answer:
            raise RuntimeError(f"the feeder says {answer['error']}")
        return answer

    async def stop(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            async with asyncio.timeout(10):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def _answer(self) -> Any:
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("the feeder ended")
        return json.loads(line)


class Session:
    """A vendor of one size in a running Home Assistant, connected to its simulators."""

    def __init__(self, name: str, size: int, place: House, feeder: Feeder, client: aiohttp.ClientSession) -> None:
        """Hold them; use `session`."""
        self.name = name
        self.size = size
        self.house = place
        self.hass = place.hass
        self.feeder = feeder
        self.client = client
        self.vendor: Vendor = vendor_named(name)
        self.entry: ConfigEntry[Any]
        self.numbers = itertools.count()
        # The floor writes as many states in turn: in a large house each of them is cold.
        names = [f"binary_sensor.floor_{number}" for number in range(size)]
        self.floor_states = itertools.cycle([(name, state) for state in ("on", "off") for name in names])
        self._ours = 0
        self._floor = 0

    async def load(self) -> None:
        """Set the vendor's entry up and settle; its WebSocket is the newest one open."""
        await self.add()
        if opened := (await self.feeder("sockets"))["open"]:
            self._ours = opened[-1]
        await self.house.settle()

    async def add(self) -> None:
        """Add the vendor's entry and wait for its entities."""
        wanted = self.vendor.entry(self.feeder.ports)
        self.entry = await self.house.add(
            self.vendor.domain, wanted.data, wanted.options, unique_id=wanted.unique_id, subentries=wanted.subentries
        )

    async def connect_floor(self) -> aiohttp.ClientWebSocketResponse:
        """Open a bare WebSocket of the same kind."""
        websocket = await self.vendor.connect(self.client, self.feeder.ports)
        self._floor = (await self.feeder("sockets"))["open"][-1]
        return websocket

    def entity_id(self, entity: tuple[str, str]) -> str:
        """Return the entity id for platform and unique id."""
        platform, unique_id = entity
        return self.house.entity_id(self.vendor.domain, platform, unique_id.format(entry_id=self.entry.entry_id))

    async def send(self, kind: str, count: int, *, to_floor: bool = False, **options: Any) -> Any:
        """Have messages sent to the integration's socket or to the floor's."""
        return await self.feeder(
            "send", socket=self._floor if to_floor else self._ours, kind=kind, count=count, **options
        )

    async def until_marked(self, work: Callable[[], Awaitable[Any]]) -> None:
        """Do something that ends with a marker message, and return once the marker's state has changed."""
        marked = asyncio.Event()

        @callback
        def on_change(_event: Event[Any]) -> None:
            marked.set()

        stop = async_track_state_change_event(self.hass, [self.entity_id(self.vendor.marker)], on_change)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await work()
                await marked.wait()
        finally:
            stop()


@asynccontextmanager
async def session(name: str, size: int, *, load: bool = True) -> AsyncGenerator[Session]:
    """Start feeder and Home Assistant, connect them, and end both."""
    feeder = await Feeder.start(name, size)
    try:
        async with house() as place, aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as client:
            one = Session(name, size, place, feeder, client)
            if load:
                await one.load()
            yield one
    finally:
        await feeder.stop()


@callback
def _all(_event_data: Any) -> bool:
    """Let every event pass: Home Assistant demands a filter of whoever listens to this one."""
    return True


@asynccontextmanager
async def session_beside(first: Session, size: int) -> AsyncGenerator[Session]:
    """Connect another one of the same vendor, of another size, in the same Home Assistant."""
    feeder = await Feeder.start(first.name, size)
    try:
        one = Session(first.name, size, first.house, feeder, first.client)
        await one.load()
        yield one
    finally:
        await first.hass.config_entries.async_unload(one.entry.entry_id)
        await feeder.stop()


class Writes:
    """Counts state writes: the changed ones, and those that only repeat a state."""

    def __init__(self, one: Session) -> None:
        """Count nothing yet."""
        self._hass = one.hass
        self.changed: dict[str, int] = {}
        self.values: dict[str, list[tuple[float, str]]] = {}
        self.repeated = 0

    def __enter__(self) -> Self:
        """Count from here on."""
        self._stops = [
            self._hass.bus.async_listen(EVENT_STATE_CHANGED, self._note_changed),
            self._hass.bus.async_listen(EVENT_STATE_REPORTED, self._note_repeated, event_filter=_all),
        ]
        return self

    def __exit__(self, *_: object) -> None:
        """Stop counting."""
        for stop in self._stops:
            stop()

    @property
    def total(self) -> int:
        """All state writes."""
        return sum(self.changed.values()) + self.repeated

    @callback
    def _note_changed(self, event: Event[Any]) -> None:
        entity_id = event.data["entity_id"]
        self.changed[entity_id] = self.changed.get(entity_id, 0) + 1
        self.values.setdefault(entity_id, []).append((time.time(), event.data["new_state"].state))

    @callback
    def _note_repeated(self, _event: Event[Any]) -> None:
        self.repeated += 1


@asynccontextmanager
async def no_collection() -> AsyncGenerator[None]:
    """Leave garbage alone during a measurement: a collection would fall on one side by chance."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
