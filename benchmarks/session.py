"""The environment of a measurement: the feeder in a child process, and Home Assistant in this one."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
import gc
import itertools
import json
import logging
from pathlib import Path
import sys
import time
from typing import Any, Self

import aiohttp
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Event, callback
from homeassistant.helpers.event import async_track_state_change_event

from harness.home import Home, home

from .workload import Wiring, Workload
from .workloads import workload_named

INTEGRATIONS = Path(__file__).parent / "integrations"
TIMEOUT_SECONDS = 120


class Feeder:
    """The process of the feeder; its orders are the methods in feeder.py."""

    def __init__(self, process: asyncio.subprocess.Process, first: int) -> None:
        """Initialize with a process; use `start`."""
        self.first = first
        self._process = process
        self.ports: list[int] = []

    @classmethod
    async def start(cls, vendor: str, size: int, units: int, first: int = 0) -> Feeder:
        """Start the simulators of a vendor, one for each unit; `first` is the number of the first unit."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "benchmarks.feeder",
            vendor,
            str(size),
            str(first),
            str(units),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 26,
        )
        feeder = cls(process, first)
        feeder.ports = (await feeder._answer())["ports"]
        return feeder

    async def __call__(self, do: str, **parameters: Any) -> Any:
        """Send an order and return the answer. Raises RuntimeError if the answer is an error."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **parameters}).encode() + b"\n")
        await self._process.stdin.drain()
        answer = await self._answer()
        if "error" in answer:
            raise RuntimeError(f"the feeder answered {answer['error']}")
        return answer

    async def stop(self) -> None:
        """Stop the process."""
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
        async with asyncio.timeout(TIMEOUT_SECONDS):
            line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("the feeder ended")
        return json.loads(line)


class Session:
    """A workload of one size in a running Home Assistant, connected to its simulators.

    A home may have several units. Messages are for the first one unless `units` are given.
    """

    def __init__(self, name: str, size: int, home: Home, feeder: Feeder, client: aiohttp.ClientSession) -> None:
        """Initialize; use `session`."""
        self.name = name
        self.size = size
        self.home = home
        self.hass = home.hass
        self.feeder = feeder
        self.client = client
        self.workload: Workload = workload_named(name)
        self.entries: list[ConfigEntry[Any]] = []
        self.numbers = itertools.count()
        # The floor writes as many different states as ours, so that the caches are equally cold in a large home.
        self._floor_names = [f"binary_sensor.floor_{number}" for number in range(size)]
        self.floor_states = itertools.cycle([(name, state) for state in ("on", "off") for name in self._floor_names])
        self._ours: list[int] = []
        self._floor: list[int] = []

    @property
    def entry(self) -> ConfigEntry[Any]:
        """The config entry of the first unit."""
        return self.entries[0]

    @property
    def wiring(self) -> Wiring:
        """The arguments of a raw command."""

        async def extra(name: str, **parameters: Any) -> Any:
            return (await self.feeder("extra", name=name, **parameters))["result"]

        return Wiring(self.client, self.feeder.ports[0], self.home.http_port, extra)

    @property
    def units(self) -> range:
        """The numbers of all units."""
        return range(len(self.feeder.ports))

    async def load(self) -> None:
        """Set up the entries of all units, and note the number of the WebSocket of each."""
        for unit in self.units:
            await self.add(unit)
            # The newest open WebSocket is that of the entry.
            if opened := (await self.feeder("sockets"))["open"]:
                self._ours.append(opened[-1])
        await self.home.settle()

    async def add(self, unit: int, *, enable_all: bool = True) -> None:
        """Add the entry of a unit and wait until it is loaded; `enable_all` is that of `Home.add`."""
        wanted = self.workload.entry(self.feeder.ports[unit], self.size, self.feeder.first + unit)
        subentries = self.workload.subentries
        self.entries.append(await self.home.add(wanted, subentries=subentries, enable_all=enable_all))

    async def write_each_once(self) -> None:
        """Write each state once, ours and those of the floor, because the first write of a state takes longer."""
        await self.prepare("change", self.size)
        await self.until_marked()
        for name in self._floor_names:
            self.hass.states.async_set(name, "unknown", self.floor_attributes)

    @property
    def floor_attributes(self) -> dict[str, Any]:
        """The attributes of the floor's states, which are those of the marker."""
        marker = self.hass.states.get(self.entity_id(self.workload.marker))
        assert marker is not None
        return dict(marker.attributes)

    async def connect_floor(self, units: Sequence[int] = (0,)) -> list[aiohttp.ClientWebSocketResponse]:
        """Open a bare WebSocket to each of these units, with the same protocol."""
        assert self.workload.connect is not None
        websockets = []
        self._floor = []
        for unit in units:
            websockets.append(await self.workload.connect(self.client, self.feeder.ports[unit]))
            self._floor.append((await self.feeder("sockets"))["open"][-1])
        return websockets

    def entity_id(self, entity: tuple[str, str], unit: int = 0) -> str:
        """Return the entity id for a platform and a unique id. Raises RuntimeError if there is no such entity."""
        platform, unique_id = entity
        entry = self.entries[unit]
        wanted = unique_id.format(entry_id=entry.entry_id, unique_id=entry.unique_id, unit=self.feeder.first + unit)
        found = self.home.entity_id(self.workload.domain, platform, wanted)
        if found is None:
            raise RuntimeError(f"there is no {platform} with the unique id {wanted}")
        return found

    async def prepare(
        self,
        kind: str,
        count: int,
        *,
        units: Sequence[int] = (0,),
        to_floor: bool = False,
        marker: bool = True,
        among: int | None = None,
    ) -> None:
        """Prepare messages for the integration's sockets of these units in turn, or for the floor's.

        With `among` only the first entities change, as in a home of that size.
        """
        sockets = [(self._floor if to_floor else self._ours)[unit] for unit in units]
        await self.feeder("prepare", sockets=sockets, kind=kind, count=count, marker=marker, among=among)

    async def send(self, rate: float = 0) -> Any:
        """Send the prepared messages."""
        return await self.feeder("send", rate=rate)

    async def seen_in_turn(self, count: int, entity_id: str, floor: str) -> tuple[list[float], list[float]]:
        """Send `count` markers to the integration and the floor in turn; return the milliseconds to the browser."""
        turn = [[self._ours[0], entity_id], [self._floor[0], floor]]
        took = (await self.feeder("see", turns=turn * count))["took"]
        return took[0::2], took[1::2]

    async def until_marked(self, rate: float = 0, units: Sequence[int] = (0,)) -> None:
        """Send the prepared messages, and return when the marker of each of these units has changed its state."""
        marked = asyncio.Event()
        waiting = {self.entity_id(self.workload.marker, unit) for unit in units}

        @callback
        def on_change(event: Event[Any]) -> None:
            waiting.discard(event.data["entity_id"])
            if not waiting:
                marked.set()

        stop = async_track_state_change_event(self.hass, list(waiting), on_change)
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                await self.send(rate)
                await marked.wait()
        finally:
            stop()


@asynccontextmanager
async def session(name: str, size: int, *, units: int | None = None, load: bool = True) -> AsyncGenerator[Session]:
    """Start the feeder and Home Assistant, connect them, and stop both.

    The number of units depends on the size, unless `units` is given.
    """
    logging.getLogger().setLevel(logging.WARNING)
    starting = asyncio.create_task(Feeder.start(name, size, units or workload_named(name).units(size)))
    try:
        connector = aiohttp.TCPConnector(limit=0)
        async with home(INTEGRATIONS) as ours, aiohttp.ClientSession(connector=connector) as client:
            one = Session(name, size, ours, await starting, client)
            if load:
                await one.load()
            yield one
    finally:
        await (await starting).stop()


@callback
def _all(_event_data: Any) -> bool:
    """Accept all events: Home Assistant requires a filter for this event type."""
    return True


@asynccontextmanager
async def second_session(first: Session, size: int) -> AsyncGenerator[Session]:
    """Add a session of the same vendor and of another size to the same Home Assistant."""
    feeder = await Feeder.start(first.name, size, first.workload.units(size), first=len(first.units))
    one = Session(first.name, size, first.home, feeder, first.client)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(feeder.stop)
        await one.load()
        for entry in one.entries:
            stack.push_async_callback(first.hass.config_entries.async_unload, entry.entry_id)
        yield one


class Writes:
    """Counts state writes, separately for those that change a state and those that repeat it."""

    def __init__(self, one: Session) -> None:
        """Initialize with a session."""
        self._hass = one.hass
        self.changed: dict[str, int] = {}
        self.values: dict[str, list[tuple[float, str]]] = {}
        self.repeated = 0

    def __enter__(self) -> Self:
        """Start counting."""
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
        """The number of all state writes."""
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
    """Disable garbage collection during a measurement, because it would be counted for one side by chance."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
