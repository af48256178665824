"""The record of a vendor: its simulators, and how a config entry connects to each of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
import importlib
from typing import Any, NamedTuple

LOOPBACK = "127.0.0.1"


class Address(NamedTuple):
    """Where a simulator listens, or a proxy in front of it."""

    host: str
    port: int
    tls: bool = False

    def url(self, scheme: str = "http") -> str:
        """Return the URL of this address, without a slash at the end."""
        return f"{scheme}{'s' if self.tls else ''}://{self.host}:{self.port}"

    @property
    def fields(self) -> dict[str, Any]:
        """The form fields that name this address."""
        return {"host": self.host, "port": self.port, "ssl": self.tls, "verify_ssl": True}


class Seen(NamedTuple):
    """A message in a simulator's record."""

    kind: str
    details: Mapping[str, Any]
    """What the message contains; it may contain more. Values that are mappings are compared the same way."""

    def is_in(self, message: Mapping[str, Any]) -> bool:
        """Return True if a message of this kind has these details."""
        return contains(message, self.details)


def contains(actual: Any, expected: Any) -> bool:
    """Return True if `actual` contains `expected`: mappings may have more keys, lists and tuples are alike."""
    if isinstance(expected, Mapping):
        return isinstance(actual, Mapping) and all(
            key in actual and contains(actual[key], value) for key, value in expected.items()
        )
    if isinstance(expected, list) and isinstance(actual, tuple):
        return list(actual) == expected
    return bool(actual == expected)


@dataclass(frozen=True, kw_only=True)
class Command:
    """Numbered commands: the n-th calls `service` with `argument(n)`.

    It goes to the entity, or, where the action takes a device, to the device with the identifier `device`;
    it can be sent while the entity is available. `seen(n)` are the forms in which the simulator may note it.
    """

    entity: tuple[str, str]
    service: tuple[str, str]
    argument: Callable[[int], Mapping[str, Any]]
    seen: Callable[[int], tuple[Seen, ...]]
    device: str | None = None

    def received(self, simulator: Any, n: int) -> bool:
        """Return True if a simulator has noted the n-th command."""
        return any(seen.is_in(message) for seen in self.seen(n) for message in simulator.record.of(seen.kind))


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A config entry."""

    domain: str
    title: str
    data: Mapping[str, Any]
    options: Mapping[str, Any] = field(default_factory=dict)
    unique_id: str | None = None
    entry_id: str | None = None

    @property
    def arguments(self) -> dict[str, Any]:
        """What ConfigEntry and its stand-in in tests take."""
        found: dict[str, Any] = {
            "domain": self.domain,
            "title": self.title,
            "data": dict(self.data),
            "options": dict(self.options),
            "unique_id": self.unique_id,
        }
        return found | ({"entry_id": self.entry_id} if self.entry_id else {})


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One simulator, and the config entry that connects to it.

    Platform and unique id name an entity. A vendor with two ways to connect has two endpoints.
    """

    name: str
    """As `script/simulate` knows the simulator."""

    domain: str
    module: str
    """The module with the class, as `SIMULATOR`. It is imported when it is needed."""

    options: Mapping[str, str] = field(default_factory=dict)
    """Options of the class, which its command line has too."""

    in_process: Callable[[], Mapping[str, Any]] = dict
    """Further options where it runs in a test: nothing moves by itself, nothing takes its time."""

    # The config entry

    title: str
    user_input: Callable[[Address], dict[str, Any]]
    """What a person types on the page with the address; sections are mappings."""

    step: str = "user"
    """That page; another one than `user` is chosen from a menu."""

    added_data: Mapping[str, Any] = field(default_factory=dict)
    """What the config flow adds to the entry's data."""

    unique_id: str | None = None
    entry_id: str | None = None
    """Fixed where the unique ids of the entities contain it."""

    has_tls: bool = True
    refuses_credentials: bool = True
    secrets: tuple[str, ...] = ()
    """What must never leave the config entry: the part of each that is written the same everywhere."""

    wrong_device_errors: tuple[str, ...]
    """The errors that the form may show when another vendor's device answers at the address."""

    needs: tuple[str, ...] = ()
    """Components that Home Assistant has to have set up before."""

    # What happens

    watched: tuple[str, str]
    change: Callable[[Any, int], Any]
    """Makes a simulator report the n-th value of the watched entity."""

    shows: Callable[[str, int], bool]
    """Returns True if a state of the watched entity shows the n-th value."""

    is_prepared: bool = False
    """Whether the first change comes before the setup: entities appear with their first value."""

    command: Command | None = None

    @property
    def simulator_class(self) -> Any:
        """The class of the simulator."""
        return importlib.import_module(self.module).SIMULATOR

    def simulator(self, **options: Any) -> Any:
        """Return a simulator that is not started yet; `options` go before those of the record."""
        return self.simulator_class(**{**self.options, **self.in_process(), **options})

    @property
    def arguments(self) -> tuple[str, ...]:
        """The options as `script/simulate` takes them."""
        return tuple(
            part for name, value in self.options.items() for part in (f"--{name.replace('_', '-')}", str(value))
        )

    def steps(self, address: Address) -> dict[str, dict[str, Any]]:
        """Return what is typed on each page of the config flow, by step id."""
        menu = {} if self.step == "user" else {"user": {"next_step_id": self.step}}
        return menu | {self.step: self.user_input(address)}

    def entry(self, address: Address, **options: Any) -> Entry:
        """Return the config entry that the flow makes, with these options."""
        return Entry(
            domain=self.domain,
            title=self.title,
            data={**self.added_data, **dict(_flat(self.user_input(address)))},
            options=options,
            unique_id=self.unique_id,
            entry_id=self.entry_id,
        )


def _flat(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Go through the fields of a form and of its sections."""
    for name, value in fields.items():
        if isinstance(value, Mapping):
            yield from _flat(value)
        else:
            yield name, value


@dataclass(frozen=True, kw_only=True)
class Vendor:
    """One integration."""

    domain: str
    title: str
    endpoints: tuple[Endpoint, ...]
    """The first one is what the vendor's name means on a command line."""

    @property
    def endpoint(self) -> Endpoint:
        """The first endpoint."""
        return self.endpoints[0]
