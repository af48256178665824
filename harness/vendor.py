"""The record of a vendor: its simulators, and the config entries that connect to them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
import importlib
from typing import Any, NamedTuple

LOOPBACK = "127.0.0.1"


class Address(NamedTuple):
    """The address of a simulator, or of a proxy in front of it."""

    host: str
    port: int
    tls: bool = False

    def url(self, scheme: str = "http") -> str:
        """Return the URL of this address, without a slash at the end."""
        return f"{scheme}{'s' if self.tls else ''}://{self.host}:{self.port}"

    @property
    def fields(self) -> dict[str, Any]:
        """The form fields for this address."""
        return {"host": self.host, "port": self.port, "ssl": self.tls, "verify_ssl": True}


class Seen(NamedTuple):
    """A pattern for the messages in the record of a simulator."""

    kind: str
    details: Mapping[str, Any]
    """The message may contain more keys, also in nested mappings."""

    def is_in(self, message: Mapping[str, Any]) -> bool:
        """Return True if a message of this kind contains the details."""
        return contains(message, self.details)


def contains(actual: Any, expected: Any) -> bool:
    """Return True if `actual` contains `expected`: mappings may have more keys, a tuple may be equal to a list."""
    if isinstance(expected, Mapping):
        return isinstance(actual, Mapping) and all(
            key in actual and contains(actual[key], value) for key, value in expected.items()
        )
    if isinstance(expected, list) and isinstance(actual, tuple):
        return list(actual) == expected
    return bool(actual == expected)


@dataclass(frozen=True, kw_only=True)
class Command:
    """Numbered commands: the n-th calls `service` with `argument(n)` while the entity is available.

    The target is the entity, or the device with the identifier `device` if the action takes a device. The record of the
    simulator then has a message that matches one of `seen(n)`.
    """

    entity: tuple[str, str]
    service: tuple[str, str]
    argument: Callable[[int], Mapping[str, Any]]
    seen: Callable[[int], tuple[Seen, ...]]
    device: str | None = None

    def received(self, simulator: Any, n: int) -> bool:
        """Return True if a simulator has received the n-th command."""
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
        """The arguments of ConfigEntry and MockConfigEntry."""
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

    Entities are given by platform and unique id. A vendor with two types of connection has two endpoints.
    """

    name: str
    """The name of the simulator for `script/simulate`."""

    domain: str
    module: str
    """The module with the class of the simulator, `SIMULATOR`. It is imported on demand."""

    options: Mapping[str, str] = field(default_factory=dict)
    """Options of the class, also for its command line."""

    in_process: Callable[[], Mapping[str, Any]] = dict
    """Further options in tests, so that the simulator is fast and changes no values itself."""

    # The config entry

    title: str
    user_input: Callable[[Address], dict[str, Any]]
    """The user input of the step with the address; sections are mappings."""

    step: str = "user"
    """That step. If it is not `user`, the step `user` is a menu."""

    added_data: Mapping[str, Any] = field(default_factory=dict)
    """The data of the entry that the config flow adds."""

    unique_id: str | None = None
    entry_id: str | None = None
    """A fixed id if the unique ids of the entities contain it."""

    has_tls: bool = True
    refuses_credentials: bool = True
    secrets: tuple[str, ...] = ()
    """Parts of the secrets that no escaping changes. They must not appear outside of the config entry."""

    wrong_device_errors: tuple[str, ...]
    """The possible errors of the form if a device of another vendor answers at the address."""

    needs: tuple[str, ...] = ()
    """Components that have to be set up before the integration."""

    # Changes and commands

    watched: tuple[str, str]
    change: Callable[[Any, int], Any]
    """Makes a simulator report the n-th value of the watched entity."""

    shows: Callable[[str, int], bool]
    """Returns True if a state of the watched entity is the n-th value."""

    is_prepared: bool = False
    """True if a value has to be reported before the setup, because the entity is created with its first value."""

    command: Command | None = None

    @property
    def simulator_class(self) -> Any:
        """The class of the simulator."""
        return importlib.import_module(self.module).SIMULATOR

    def simulator(self, **options: Any) -> Any:
        """Return a simulator that is not started yet; `options` override those of the record."""
        return self.simulator_class(**{**self.options, **self.in_process(), **options})

    @property
    def arguments(self) -> tuple[str, ...]:
        """The options as arguments of `script/simulate`."""
        return tuple(
            part for name, value in self.options.items() for part in (f"--{name.replace('_', '-')}", str(value))
        )

    def steps(self, address: Address) -> dict[str, dict[str, Any]]:
        """Return the user input of the config flow by step id."""
        menu = {} if self.step == "user" else {"user": {"next_step_id": self.step}}
        return menu | {self.step: self.user_input(address)}

    def entry(self, address: Address, **options: Any) -> Entry:
        """Return the config entry that the config flow creates, with these options."""
        return Entry(
            domain=self.domain,
            title=self.title,
            data={**self.added_data, **dict(_flat(self.user_input(address)))},
            options=options,
            unique_id=self.unique_id,
            entry_id=self.entry_id,
        )


def _flat(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a form and of its sections."""
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
    """On a command line, the name of the vendor stands for the first one."""

    @property
    def endpoint(self) -> Endpoint:
        """The first endpoint."""
        return self.endpoints[0]
