"""The profile of a device: what its readings bring, and what it is by the keys that it has sent."""

from collections.abc import Collection
from math import isnan
from typing import NamedTuple

from ...common.client.wire import DropCounter
from ..model import Scalar, Values
from ..readings import parse_flag, parse_number
from .control import Control, ControlKind, component_of, controls, without_answer
from .data_points import DataPoint, data_points
from .kept import Kept, until_learned
from .learned import TYPES, Learned, Type
from .rules import Kind

# Device id and path of a value.
type Key = tuple[str, str]


class Update(NamedTuple):
    """What a reading brings: values and events by their keys. `has_grown` is True if the profile changed with it."""

    values: dict[Key, Scalar]
    events: dict[Key, str]
    has_grown: bool


class DeviceProfile:
    """What is known of one device."""

    # One for each of thousands of devices.
    __slots__ = ("_counts", "_learned", "can_be_set", "device_id", "kept", "received_at", "timestamp")

    def __init__(self, device_id: str, *, can_be_set: bool, model: str | None = None) -> None:
        """Initialize with nothing known.

        `can_be_set` is True where the device takes commands at all; `model` is its maker's name for its model.
        """
        self.device_id = device_id
        self.can_be_set = can_be_set
        self._learned = Learned(model)
        self.kept: Kept = self._learned.kept
        # How often a button was pressed.
        self._counts: dict[str, Scalar] = {}
        # When it last sent something, by the clock of cloud or gateway: seconds since 1970.
        self.timestamp: float | None = None
        # When something last came from it, by the clock of this computer: monotonic seconds.
        self.received_at: float | None = None

    def fits(self, *, is_http: bool) -> bool:
        """Return True for a reading of the device's own protocol, which its first reading shows."""
        if not self.paths:
            self._learned.is_http = is_http
        return self.is_http == is_http

    # Values -------------------------------------------------------------------------------------

    def read(self, values: Values, dropped: DropCounter) -> Update:
        """Return what a reading brings, and learn from it.

        A value of another type than its path has had is None, which is unknown, and counted.
        """
        values = self.named(values)
        has_grown = self.learn(values)
        types = self._learned.types
        read: dict[Key, Scalar] = {}
        events: dict[Key, str] = {}
        for path, value in values.items():
            if (known := types.get(path)) is None:
                if value is not None:
                    dropped.add("device with too many keys")
                continue
            key = (self.device_id, path)
            is_unknown = value is None or (isinstance(value, float) and isnan(value))
            read[key] = settled = None if is_unknown else _as(known, value)
            if settled is None and not is_unknown:
                dropped.add("value of another kind than before")
            if isinstance(settled, str) and self._is_event(path, settled, values):
                events[key] = settled
        return Update(read, events, has_grown)

    def _is_event(self, path: str, value: str, values: Values) -> bool:
        """Return True if a text is an event that has just happened; devices send an empty text after one."""
        kind = self._learned.rule(path).kind
        if kind is Kind.PRESS:
            count_path = f"{path}_cnt"
            count, before = values.get(count_path), self._counts.get(count_path)
            self._counts[count_path] = count
            return bool(value) and before is not None and count != before
        return bool(value) and kind is Kind.EVENT

    def named(self, values: Values) -> Values:
        """Return the values of one part of an HTTP device under the paths that they have in its status.

        The answer to a command does not say which part it is of: that of a device with several is left out.
        """
        if not self.is_http:
            return values
        found = self.http_controls()
        if "ison" in values and not found:
            return {**without_answer(values), "relays.0.ison": values["ison"]}
        if not found or any(map(component_of, values)):
            return values
        if len(found) != 1 or found[0].kind is not ControlKind.RELAY or "ison" not in values:
            return {}
        component = found[0].component
        return {f"{component}.{path}": values[path] for path in ("ison", "overpower") if path in values}

    def learn(self, values: Values) -> bool:
        """Note which keys exist; return True if that changed what the device is."""
        settled = self._learned.settled
        new = {path: value for path, value in values.items() if path not in settled}
        return bool(new) and self._learned.learn(new)

    # What there is ------------------------------------------------------------------------------

    @property
    def is_http(self) -> bool:
        """Return True if its readings are those of an HTTP device."""
        return self._learned.is_http

    @property
    def model(self) -> str | None:
        """Return the maker's name for the device's model, or None."""
        return self._learned.model

    @property
    def paths(self) -> Collection[str]:
        """Return every path seen."""
        return self._learned.types.keys()

    @property
    def status_path(self) -> str:
        """Return where an HTTP device is asked for its whole status: by generation."""
        is_first = not any(":" in path or path.startswith("sys.") for path in self.paths)
        return "/status" if is_first else "/rpc/Shelly.GetStatus"

    def http_controls(self) -> list[Control]:
        """Return what an HTTP device can be told to do."""
        return self._learned.http_controls()

    @until_learned
    def controls(self) -> list[Control]:
        """Return what can be controlled; nothing where the device takes no commands."""
        if not self.can_be_set:
            return []
        learned = self._learned
        return learned.http_controls() if learned.is_http else controls(learned.types, learned.states)

    @until_learned
    def data_points(self) -> list[DataPoint]:
        """Return the values that are shown by themselves."""
        return data_points(self._learned, self.controls(), can_be_set=self.can_be_set)


def _as(known: Type, value: Scalar) -> Scalar:
    """Return a value as the type that its path has had; None for what is no such value."""
    if TYPES[type(value)] is known:
        return value
    if known is bool:
        return parse_flag(value)
    return parse_number(value) if known is float and isinstance(value, str) else None
