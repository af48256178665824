"""What the bench sends and calls: messages, commands and pictures, in addition to the record of an endpoint."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Any, NamedTuple

import aiohttp
import orjson

from harness.vendor import Entry

if TYPE_CHECKING:
    from homeassistant.config_entries import ConfigSubentryDataWithId

# A message of the push channel: its running number and the number of entities make its text.
type Message = Callable[[int, int], str]
# Opens one simulator's push channel with nothing but aiohttp, as far as its first full state.
type Connect = Callable[[aiohttp.ClientSession, int], Awaitable[aiohttp.ClientWebSocketResponse]]


class Wiring(NamedTuple):
    """What a command by hand may use."""

    client: aiohttp.ClientSession
    port: int
    """Of the first simulator."""

    http_port: int
    """Of Home Assistant."""

    extra: Callable[..., Awaitable[Any]]
    """Does one of the workload's `extras`, by name."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command whose echo becomes a state, and the same with nothing but sockets."""

    service: str
    """The action that switches on."""

    entity: tuple[str, str]
    """Platform and unique id of the entity watched, and called unless there is `data`."""

    raw: Callable[[aiohttp.ClientSession, int, Any], Awaitable[None]]
    """Switches off over HTTP or the raw socket and returns when the echo has arrived there; reads what else waits
    there first. Takes the simulator's port and what `line` opened."""

    line: Callable[[Wiring], AbstractAsyncContextManager[Any]] | None = None
    """Opens, before any clock starts, what `raw` needs; None: the bare WebSocket."""

    data: Mapping[str, Any] | None = None
    """The data of an action of the vendor's own, which takes the entry's device."""


@dataclass(frozen=True, kw_only=True)
class Camera:
    """A camera whose MJPEG stream Home Assistant passes on."""

    entity: tuple[str, str]
    url: Callable[[int], Any]
    """Where the stream itself is, given the port."""

    prepare: str
    """The extra that makes its pictures many and large."""

    upstreams: str
    """The extra that returns how many streams it serves."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """One endpoint, or the shared code alone, in homes of several sizes."""

    domain: str
    sizes: tuple[int, ...]
    """Numbers of entities for which there is a home."""

    per_unit: int = 0
    """Entities of one device, where a larger home has more devices and not more in one; 0: one holds them all."""

    simulator: Callable[[int, int], Any]
    """Makes the simulator of a unit (its number) in a home of this size; runs in the feeder."""

    entry: Callable[[int, int, int], Entry]
    """The config entry of a unit: given its port, the size of the home and the unit's number."""

    subentries: tuple[ConfigSubentryDataWithId, ...] = ()
    messages: Mapping[str, Message]
    """`change`: another value of a key that passes every change, one entity each; `same`: as the one before;
    `flood`: a drifting measurement, 50 of them in turn; `marker`: changes the marker's state every time."""

    marker: tuple[str, str]
    """Platform and unique id of a unit's marker entity; `{entry_id}` and `{unique_id}` are the config entry's,
    `{unit}` the unit's number."""

    flooded: tuple[tuple[str, str], ...] = ()
    """Platform and unique id of what `flood` moves in a unit, in its order."""

    connect: Connect | None = None
    addressed: Callable[[Any, str], str] = lambda _simulator, text: text
    """Puts into a message's text what its simulator has agreed on with the integration."""

    decode: Callable[[str], Any] = orjson.loads
    """Makes JSON of a message's text."""

    extras: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    command: Command | None = None
    camera: Camera | None = None
    webhook: Callable[[Any, int], tuple[str, dict[str, str], bytes]] | None = None
    """Makes path, headers and body of a message to the webhook of an entry that changes the marker."""

    hall_units: int = 0
    """How many units there are in a hall full of them; 0: it is not measured."""

    two_ways: int = 0
    """How many entities there are of devices that are reported by two ways; 0: it is not measured."""

    def units(self, size: int) -> int:
        """Return how many devices make up a home of at least so many entities."""
        return max(1, ceil(size / self.per_unit)) if self.per_unit else 1
