"""A workload: the messages, commands and streams of the benchmarks for an endpoint."""

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

# Returns the text of a pushed message, for its number and the number of entities.
type Message = Callable[[int, int], str]
# Connects to a simulator with aiohttp only, and returns after the first full state. Takes the port.
type Connect = Callable[[aiohttp.ClientSession, int], Awaitable[aiohttp.ClientWebSocketResponse]]


class Wiring(NamedTuple):
    """The arguments of a raw command."""

    client: aiohttp.ClientSession
    port: int
    """The port of the first simulator."""

    http_port: int
    """The port of Home Assistant."""

    extra: Callable[..., Awaitable[Any]]
    """Calls one of the `extras` of the workload by name."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command with an echo that changes a state, and the same command without Home Assistant."""

    service: str
    """The action that switches on."""

    entity: tuple[str, str]
    """Platform and unique id of the watched entity. It is the target of the action unless there is `data`."""

    raw: Callable[[aiohttp.ClientSession, int, Any], Awaitable[None]]
    """Switches off over HTTP or the raw socket, and returns when the echo is received; earlier messages are skipped.
    Takes the port of the simulator and the value of `line`."""

    line: Callable[[Wiring], AbstractAsyncContextManager[Any]] | None = None
    """Opens the connection for `raw` before the measurement; None for the bare WebSocket."""

    data: Mapping[str, Any] | None = None
    """The data of a vendor's action with a device as target."""


@dataclass(frozen=True, kw_only=True)
class Camera:
    """A camera with an MJPEG stream, which Home Assistant proxies."""

    entity: tuple[str, str]
    url: Callable[[int], Any]
    """Returns the URL of the stream at a port."""

    prepare: str
    """The extra that sets a high rate and resolution."""

    upstreams: str
    """The extra that returns the number of open streams."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """One endpoint, or only the shared code, in homes of several sizes."""

    domain: str
    sizes: tuple[int, ...]
    """The possible sizes of the home, as numbers of entities."""

    per_unit: int = 0
    """The entities of one unit; 0 if one unit can have any number."""

    simulator: Callable[[int, int], Any]
    """Returns the simulator of a unit in the feeder, for the size of the home and the number of the unit."""

    entry: Callable[[int, int, int], Entry]
    """Returns the config entry of a unit, for its port, the size of the home and the number of the unit."""

    subentries: tuple[ConfigSubentryDataWithId, ...] = ()
    messages: Mapping[str, Message]
    """`change`: a new value of one key with one entity, which is not throttled; `same`: a value that does not change;
    `flood`: new values of 50 measurements in turn; `marker`: a new state of the marker."""

    marker: tuple[str, str]
    """Platform and unique id of the marker, an entity of a unit. `{entry_id}` and `{unique_id}` are those of the config
    entry, `{unit}` is the number of the unit."""

    flooded: tuple[tuple[str, str], ...] = ()
    """Platform and unique id of the entities that `flood` changes, in its order."""

    connect: Connect | None = None
    addressed: Callable[[Any, str], str] = lambda _simulator, text: text
    """Inserts the names of a simulator's devices or subscriptions into a message."""

    decode: Callable[[str], Any] = orjson.loads
    """Decodes the JSON in a message."""

    extras: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    command: Command | None = None
    camera: Camera | None = None
    webhook: Callable[[Any, int], tuple[str, dict[str, str], bytes]] | None = None
    """Returns path, headers and body of a webhook request that changes the marker."""

    hall_units: int = 0
    """The number of units in a hall; 0 if a hall is not measured."""

    two_ways: int = 0
    """The number of entities of devices that two connections report; 0 if that is not measured."""

    def units(self, size: int) -> int:
        """Return the number of units in a home with at least `size` entities."""
        return max(1, ceil(size / self.per_unit)) if self.per_unit else 1
