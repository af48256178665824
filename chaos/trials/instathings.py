"""A project and its local gateway: the two connections are cut in turn, during reports and commands.

The promises: the devices stay available and get values by the other connection. No state is older than the one before.
Each lost command raises an error. The log has one line for each loss and one for each return.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
import random
from types import MappingProxyType
from typing import NamedTuple

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import Event, EventStateChangedData, callback

from chaos.experiment import Commands, clean_end, scene_of
from chaos.faults import Scene
from chaos.observed_home import ObservedHome
from chaos.plan import TRIAL
from chaos.proxy import FaultProxy
from chaos.result import Row
from chaos.subject import BACKOFF_LONGEST, FIRST, GOOD_SECONDS, HOST, Subject
from harness.vendor import Address
from harness.vendors.instathings import GATEWAY
from simulators.instathings.house import GATEWAY as HUB
from simulators.instathings.project import CloudProject

NAME = "ways cut in turn"
CONNECT_SECONDS = 10.0
CHANGE_EVERY = 0.1
LATE_SECONDS = 0.35
CUTS = 6
# About as many as can be sent during the cuts.
COMMANDS = 100


class Way(NamedTuple):
    """A connection: its proxy, its name in the log, and the end of the unique id of its connectivity sensor."""

    proxy: FaultProxy
    name: str
    sensor: str


async def cut_in_turn(subject: Subject, rng: random.Random) -> Row:
    """Cut the connections in turn: first each is refused, then each is silent, and so on."""
    row = Row(subject.name, NAME, TRIAL)
    async with scene_of(subject, "command", rng) as (scene, ours), _gateway(scene) as proxy:
        row.demand(await ours.set_up(), "the setup failed without a fault")
        _add_gateway(ours, proxy.port)
        ways = (
            Way(scene.remote.proxy, "(cloud)", "cloud_connection"),
            Way(proxy, "(Gateway)", "local_connection"),
        )
        for way in ways:
            connected = await ours.until(_shows(ours, way, "on"), CONNECT_SECONDS)
            row.demand(connected is not None, f"{way.name} did not connect")
        # The cloud reports a value after the gateway has reported the next one.
        await scene.remote.call(scene.remote.simulator.set_fault, "late", LATE_SECONDS)
        await asyncio.sleep(GOOD_SECONDS)
        await _cut_all(scene, ways, row)
        await clean_end(scene, row)
    row.broken += ours.lines.unexpected()
    return row


async def _cut_all(scene: Scene, ways: tuple[Way, Way], row: Row) -> None:
    ours, subject = scene.home, scene.home.subject
    command = subject.endpoint.command
    assert command is not None
    commands = Commands(ours)
    sending = asyncio.create_task(commands.send(range(FIRST, FIRST + COMMANDS)))
    last = 0

    async def report() -> None:
        nonlocal last
        while True:
            last += 1
            await scene.remote.call(subject.endpoint.change, scene.remote.simulator, last)
            await asyncio.sleep(CHANGE_EVERY)

    states = _states_of(scene)
    reporting = asyncio.create_task(report())
    cuts = 0
    for number in range(CUTS):
        way = ways[number % 2]
        begin, end = _silent(scene, way) if number % 4 > 1 else _refused(scene, way)
        await begin()
        noticed = await ours.until(_shows(ours, way, "off"), 2 * subject.notices)
        row.demand(noticed is not None, f"{way.name} did not become unavailable")
        cuts += 1
        reported = await ours.until(partial(_is_past, states, last), CONNECT_SECONDS)
        row.demand(reported is not None, f"nothing was reported without {way.name}")
        await end()
        back = await ours.until(_shows(ours, way, "on"), BACKOFF_LONGEST + CONNECT_SECONDS)
        row.demand(back is not None, f"{way.name} did not reconnect")
        await asyncio.sleep(GOOD_SECONDS)
    reporting.cancel()
    await asyncio.gather(reporting, return_exceptions=True)
    await sending
    row.converged = await ours.until(lambda: ours.shows(last), CONNECT_SECONDS)
    row.demand(row.converged is not None, f"did not converge: {states[-1:]}, {last}")
    row.demand("unavailable" not in states, "unavailable, although one connection was open")
    numbers = [float(state) for state in states if state != "unavailable"]
    row.demand(numbers == sorted(set(numbers)), f"a state was written twice or too late: {numbers}")
    await commands.outcome(lambda n: scene.remote.call(command.received, scene.remote.simulator, n), row, required=True)
    row.down, row.up = (ours.lines.count(subject.domain, words) for words in ("is unavailable", "is available again"))
    row.demand((row.down, row.up) == (cuts, cuts), f"{cuts} cuts, {row.down} lines down, {row.up} lines up")


# Both ways ----------------------------------------------------------------------------------------


@asynccontextmanager
async def _gateway(scene: Scene) -> AsyncGenerator[FaultProxy]:
    """Run a gateway with the devices of the cloud, behind another proxy."""
    remote, cloud = scene.remote, scene.remote.simulator
    assert isinstance(cloud, CloudProject)
    gateway = await remote.call(lambda: GATEWAY.simulator(house=cloud.house))
    await remote.do(gateway.start())
    proxy = FaultProxy(gateway.port, scene.rng)
    await remote.do(proxy.start(None))
    try:
        yield proxy
    finally:
        await remote.do(proxy.stop())
        await remote.do(gateway.stop())


def _add_gateway(ours: ObservedHome, port: int) -> None:
    subentry = ConfigSubentry(
        data=MappingProxyType(Address(HOST, port).fields | {"gateway_id": HUB}),
        subentry_type="gateway",
        title="Gateway",
        unique_id=HUB,
    )
    ours.hass.config_entries.async_add_subentry(ours.entry, subentry)


def _shows(ours: ObservedHome, way: Way, state: str) -> Callable[[], bool]:
    """Return a condition that the connectivity sensor of a connection has this state."""
    where = ("binary_sensor", f"{ours.entry.unique_id}/{HUB}//{way.sensor}")
    return lambda: ours.state_of(where) == state


def _states_of(scene: Scene) -> list[str]:
    """Return a list, to which all future states of the watched entity are added."""
    ours, states = scene.home, list[str]()
    entity_id = ours.entity_id(ours.subject.endpoint.watched)

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        if event.data["entity_id"] == entity_id and (new := event.data["new_state"]) is not None:
            states.append(new.state)

    ours.hass.bus.async_listen("state_changed", changed)
    return states


def _is_past(states: list[str], number: int) -> bool:
    return bool(states) and states[-1] != "unavailable" and float(states[-1]) > number


type _Act = Callable[[], Awaitable[None]]


def _refused(scene: Scene, way: Way) -> tuple[_Act, _Act]:
    """Return functions that reset and refuse connections, and that accept them again."""

    async def begin() -> None:
        await scene.remote.call(way.proxy.refuse)

    async def end() -> None:
        await scene.remote.do(way.proxy.accept_again())

    return begin, end


def _silent(scene: Scene, way: Way) -> tuple[_Act, _Act]:
    """Return functions that stop and resume the forwarding."""

    async def begin() -> None:
        await scene.remote.call(way.proxy.hold)

    async def end() -> None:
        await scene.remote.call(way.proxy.resume)

    return begin, end
