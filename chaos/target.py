"""What chaos has to know of a vendor: one such record per integration (or way to connect) in `vendors/`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulators.kit import Simulator

# What all shorten: the copies of the shared push code are each vendor's own.
BACKOFF = {
    "push.connection:BACKOFF_FIRST": 0.1,
    "push.connection:BACKOFF_LONGEST": 0.8,
    "push.connection:GOOD_SECONDS": 0.5,
    "push.coordinator:FALLBACK_SECONDS": 0.8,
}
BACKOFF_LONGEST = BACKOFF["push.connection:BACKOFF_LONGEST"]
# The name under which Home Assistant knows the proxy: a name, so that its DNS can fail.
HOST = "unit.chaos.test"


@dataclass(frozen=True, kw_only=True)
class Command:
    """How to command a device.

    The n-th command is a call of `service` with `argument(n)`, to the entity `entity` or, where an action
    takes a device, to the one with the identifier `device`. It can be sent while `entity` is available.
    `received(simulator, n)` tells whether it arrived.
    """

    entity: tuple[str, str]
    service: tuple[str, str]
    argument: Callable[[int], Mapping[str, Any]]
    received: Callable[[Any, int], bool]
    device: str | None = None


@dataclass(frozen=True, kw_only=True)
class Vendor:
    """One integration against its simulator.

    `entry(port, tls)` gives a config entry's data, options, unique id and title. `shortened` maps
    "module:NAME" in the integration to seconds that make a run quick. `notices` is within how many
    seconds a silent connection, `loses` a closed one has to be unavailable with these.

    `watched` is the entity that shows what `change(simulator, n)` makes the device report; `command`
    is None where nothing takes any. `first` and `count`: which n there are.
    """

    name: str
    domain: str
    simulator: Callable[[], Simulator]
    entry: Callable[[int, bool], dict[str, Any]]
    watched: tuple[str, str]
    change: Callable[[Any, int], Any]
    shows: Callable[[str, int], bool]
    command: Command | None
    notices: float
    loses: float = 0.5
    # Whether it only asks now and then: a connection that closes in between is nothing to notice.
    polled: bool = False
    tls: bool = True
    # Faults which this vendor's devices show in normal life and which are no outage.
    tolerates: tuple[str, ...] = ()
    refuses_credentials: bool = True
    # Whether the first value has to be there before the setup, because entities come with their values.
    prepared: bool = False
    first: int = 1
    count: int = 12
    shortened: Mapping[str, float] = field(default_factory=dict)
    # What must never leave the config entry, each as it could be written.
    secrets: tuple[str, ...] = ()
    # Components that have to be there before the integration is set up.
    needs: tuple[str, ...] = ()

    @property
    def all_shortened(self) -> dict[str, float]:
        """Every constant that is shortened, by module and name."""
        return {**BACKOFF, **self.shortened}
