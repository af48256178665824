"""A subject of experiments: the record of an endpoint, its limits, and its own experiments."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from harness.vendor import Address, Endpoint, Entry
from simulators.kit import Simulator

from .result import Row

# Constants that are shortened for all vendors. Each integration has its own copies of the shared modules.
COMMON = {
    "common.client.backoff:BACKOFF_FIRST": 0.1,
    "common.client.backoff:BACKOFF_LONGEST": 0.8,
    "common.client.backoff:GOOD_SECONDS": 0.5,
    "common.client.wire:CLOSE_SECONDS": 0.3,
    "common.push.coordinator:FALLBACK_SECONDS": 0.8,
}
BACKOFF_LONGEST = COMMON["common.client.backoff:BACKOFF_LONGEST"]
GOOD_SECONDS = COMMON["common.client.backoff:GOOD_SECONDS"]
# The host of the proxy for Home Assistant. It is a name, so that DNS can fail.
HOST = "unit.chaos.test"
# The number of the first value or command, and how many there are.
FIRST, COUNT = 1, 12


# An experiment that only one subject has.
type Trial = Callable[[Subject, Random], Awaitable[Row]]


@dataclass(frozen=True, kw_only=True)
class Flood:
    """A flood of `count` messages, `rate` of them per second.

    - `send` sends the n-th message. Its arguments are the simulator, n and the URL of the entry's webhook.
    - `prepare`, if given, is called with the simulator before the setup, which has to fail, and returns a function that
      undoes it.
    - `flaps`: the messages are small and make one thing appear and disappear, which can be repeated for hours.
    """

    name: str
    send: Callable[[Any, int, str], Any]
    count: int = 2000
    rate: float = 1000.0
    most_megabytes: float = 64.0
    # Words of warnings that are expected in the log.
    log_words: tuple[str, ...] = ()
    prepare: Callable[[Any], Callable[[], None]] | None = None
    flaps: bool = False


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An endpoint with its limits.

    `shortened` maps "module:NAME" of constants in the integration to shorter seconds. With these, the entities have to
    become unavailable within `notices` seconds if the connection is silent, and within `loses` seconds if it is closed.
    `forget`, if given, deletes what the simulator has stored of earlier changes, which would count as growth. `sent`,
    if given, waits until the simulator has sent everything. `shrink`, if given, leaves few devices in the simulator for
    hours of changes, each of which is a state of every device.
    """

    endpoint: Endpoint
    options: Mapping[str, Any] = field(default_factory=dict)
    notices: float
    loses: float = 0.5
    # True for polling, where a fault between two polls is not noticed.
    polled: bool = False
    # Faults that are part of the normal operation of the vendor's devices, for which the entities may stay available.
    tolerates: tuple[str, ...] = ()
    shortened: Mapping[str, float] = field(default_factory=dict)
    floods: tuple[Flood, ...] = ()
    forget: Callable[[Any], None] | None = None
    sent: Callable[[Any], Awaitable[None]] | None = None
    shrink: Callable[[Any], None] | None = None
    # Experiments that only this subject has, by name.
    trials: Mapping[str, Trial] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the endpoint."""
        return self.endpoint.name

    @property
    def domain(self) -> str:
        """The domain of the integration."""
        return self.endpoint.domain

    @property
    def all_shortened(self) -> dict[str, float]:
        """All shortened constants by module and name."""
        return {**COMMON, **self.shortened}

    def simulator(self) -> Simulator:
        """Return the simulator of the endpoint, which is not started yet."""
        simulator: Simulator = self.endpoint.simulator()
        return simulator

    def entry(self, port: int, *, host: str = HOST, tls: bool = False) -> Entry:
        """Return a config entry for a proxy at this port."""
        return self.endpoint.entry(Address(host, port, tls), **self.options)
