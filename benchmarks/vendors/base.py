"""What the bench knows of a vendor."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson

# A message of the vendor's push channel: its running number and the number of entities make its text.
type Message = Callable[[int, int], str]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A config entry, given where the simulators listen."""

    data: Mapping[str, Any]
    options: Mapping[str, Any] = field(default_factory=dict)
    unique_id: str | None = None
    subentries: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command whose echo becomes a state, and the same with nothing but sockets."""

    service: str
    """`light.turn_{}`, called with on and off in turn."""

    entity: tuple[str, str]
    """Platform and unique id of the entity called and watched."""

    raw: Callable[[aiohttp.ClientSession, Mapping[str, int], aiohttp.ClientWebSocketResponse, bool], Awaitable[None]]
    """Sends the command with this value and returns when its echo has arrived on the raw socket; reads what else
    waits there first."""


@dataclass(frozen=True, kw_only=True)
class Camera:
    """A camera whose MJPEG stream Home Assistant passes on."""

    entity: tuple[str, str]
    url: Callable[[Mapping[str, int]], Any]
    """Where the stream itself is."""

    prepare: str
    """The extra that makes its pictures many and large."""

    upstreams: str
    """The extra that tells how many streams it serves."""


@dataclass(frozen=True, kw_only=True)
class Vendor:
    """One vendor."""

    domain: str
    sizes: tuple[int, ...]
    """Numbers of entities for which there is a house."""

    simulators: Callable[[int], dict[str, Any]]
    """Makes the simulators, by name; runs in the feeder."""

    entry: Callable[[Mapping[str, int]], Entry]
    messages: Mapping[str, Message]
    """`change`: another value of a key that passes every change, one entity each; `same`: as the one before;
    `flood`: a drifting measurement, 50 of them in turn; `marker`: changes the marker's state every time."""

    marker: tuple[str, str]
    """Platform and unique id of the marker entity; `{entry_id}` in it is the config entry's."""

    flooded: tuple[tuple[str, str], ...] = ()
    """Platform and unique id of what `flood` moves, in its order."""

    connect: Callable[[aiohttp.ClientSession, Mapping[str, int]], Awaitable[aiohttp.ClientWebSocketResponse]]
    """Opens the push channel with nothing but aiohttp, as far as its first full state."""

    decode: Callable[[str], Any] = orjson.loads
    """Makes JSON of a message's text."""

    extras: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    command: Command | None = None
    camera: Camera | None = None
    webhook: Callable[[Any, int], tuple[str, dict[str, str], bytes]] | None = None
    """Makes path, headers and body of a message to the webhook of an entry that changes the marker."""
