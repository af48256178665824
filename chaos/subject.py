"""What chaos does its experiments with: the record of an endpoint, and what may be demanded of it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from harness.vendor import Address, Endpoint, Entry
from simulators.kit import Simulator

from .result import Row

# What all shorten: each vendor has its own copies of the shared modules.
COMMON = {
    "common.client.backoff:BACKOFF_FIRST": 0.1,
    "common.client.backoff:BACKOFF_LONGEST": 0.8,
    "common.client.backoff:GOOD_SECONDS": 0.5,
    "common.client.wire:CLOSE_SECONDS": 0.3,
    "common.push.coordinator:FALLBACK_SECONDS": 0.8,
}
BACKOFF_LONGEST = COMMON["common.client.backoff:BACKOFF_LONGEST"]
GOOD_SECONDS = COMMON["common.client.backoff:GOOD_SECONDS"]
# The name under which Home Assistant knows the proxy: a name, so that its DNS can fail.
HOST = "unit.chaos.test"
# Values and commands are numbered from the first one on.
FIRST, COUNT = 1, 12


# What an experiment of one subject does, and the row of the table that comes of it.
type Trial = Callable[[Subject, Random], Awaitable[Row]]


@dataclass(frozen=True, kw_only=True)
class Flood:
    """Far more than a device has to tell: `send` sends the n-th of `count` messages, `rate` of them a second.

    `send` is called with the simulator, n and the address of the entry's webhook. `prepare` is called with the
    simulator before the setup, which has to fail then, and returns what undoes it. `flaps`: small messages about one
    thing that comes and goes, which may go on for hours.
    """

    name: str
    send: Callable[[Any, int, str], Any]
    count: int = 2000
    rate: float = 1000.0
    most_megabytes: float = 64.0
    # Words of lines that Home Assistant's log may have because of it.
    says: tuple[str, ...] = ()
    prepare: Callable[[Any], Callable[[], None]] | None = None
    flaps: bool = False


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One endpoint.

    `shortened` maps "module:NAME" in the integration to seconds that make a run quick. `notices` is within
    how many seconds a silent connection, `loses` a closed one has to be unavailable with these.
    """

    endpoint: Endpoint
    options: Mapping[str, Any] = field(default_factory=dict)
    notices: float
    loses: float = 0.5
    # Whether it only asks now and then: a connection that closes in between is nothing to notice.
    polled: bool = False
    # Faults that this vendor's devices show in normal life and that are no outage.
    tolerates: tuple[str, ...] = ()
    shortened: Mapping[str, float] = field(default_factory=dict)
    floods: tuple[Flood, ...] = ()
    # Experiments that only this one has, by name.
    trials: Mapping[str, Trial] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The endpoint's name."""
        return self.endpoint.name

    @property
    def domain(self) -> str:
        """The integration's domain."""
        return self.endpoint.domain

    @property
    def all_shortened(self) -> dict[str, float]:
        """Every constant that is shortened, by module and name."""
        return {**COMMON, **self.shortened}

    def simulator(self) -> Simulator:
        """Return the endpoint's simulator, not yet started."""
        simulator: Simulator = self.endpoint.simulator()
        return simulator

    def entry(self, port: int, *, host: str = HOST, tls: bool = False) -> Entry:
        """Return a config entry for a proxy on this machine."""
        return self.endpoint.entry(Address(host, port, tls), **self.options)
