"""The profile of a device, learned from the keys that it has sent: its controls and its other data points.

This is the one place where a path becomes the description of an entity: the platforms turn each `Control` and each
`DataPoint` into one. The meaning of a path is in its rule.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from math import isnan
import re
from typing import NamedTuple

from ..common.client.wire import DropCounter
from ..common.names.beside import has_unit
from ..common.names.numbers import noun_in
from ..common.names.quantities import CURRENT
from ..common.names.sizes import unit_by_size
from ..common.names.words import words_of
from .beside import beside_others
from .compared import Compared
from .control import (
    ALSO_SHOWN,
    STATES,
    SWITCHED,
    Control,
    ControlKind,
    component_of,
    controls,
    http_controls,
    is_left_over,
    is_of,
    without_answer,
)
from .data_point import DataPoint, DataPointKind, is_one_of, rule_of_number, setting_kind
from .doubles import doubles
from .kept import Kept, until_learned
from .labels import Labels, is_label
from .model import Scalar, Values
from .moments import is_event, is_moment
from .pairs import is_flag, pair_of
from .plausible import KILOPASCALS, is_plausible
from .readings import MAX_PATHS, is_nan, parse_flag, parse_number
from .rules import (
    MILLIVOLT_FROM,
    RADIO_ONLY,
    SETTABLE,
    UNKNOWN,
    WATTS_FROM,
    Kind,
    Rule,
    in_millivolts,
    is_flag_as_number,
    is_in_a_table,
    is_part_of_shelly,
    is_spelled_as_set,
    rule_named,
    rule_of,
    rule_of_flag,
    rule_of_model,
    rule_of_words,
    rule_with_unit,
    without_unit,
)
from .siblings import Siblings, metric_units
from .stated_units import StatedUnits, is_open_energy, is_small_energy, states_unit

# Device id and path of a value.
type Key = tuple[str, str]

# A number is one type, however it is written.
_TYPES: dict[type, type[bool | float | str]] = {bool: bool, int: float, float: float, str: str}
_STATE_CLASSES = {"LOCK": "lock", "UNLOCK": "lock", "OPEN": "opening", "CLOSE": "opening"}
# Of an HTTP device that switches or meters these are of its electronics, of others they are of the room.
_DEVICE_TEMPERATURES = ("temperature", "tmp.tC", "tmp.value")


class Update(NamedTuple):
    """What a reading brings: values and events by their keys. `has_grown` is True if the profile changed with it."""

    values: dict[Key, Scalar]
    events: dict[Key, str]
    has_grown: bool


class DeviceProfile:
    """What is known of one device's keys. It only grows: a key that is missing once is not gone."""

    # One for each of thousands of devices.
    __slots__ = (
        *("_counts", "_has_small_energies", "_labels", "_misread", "_moments", "_on_off", "_settled", "_sized"),
        *("_compared", "_stated", "_states", "_types", "_units"),
        *("can_be_set", "device_id", "is_http", "kept", "model", "received_at", "timestamp"),
    )

    def __init__(self, device_id: str, *, can_be_set: bool, model: str | None = None) -> None:
        """Initialize with nothing known.

        `can_be_set` is True where the device takes commands at all; `model` is its maker's name for its model.
        """
        self.device_id = device_id
        self.model = model
        self.can_be_set = can_be_set
        # The type of the first value of a path counts: a later value of another type is read as one of the first, or
        # is unknown.
        self._types: dict[str, type[bool | float | str]] = {}
        self._states: dict[str, str] = {}
        self._on_off: dict[str, tuple[str, str]] = {}
        # Units that only the size of a value shows.
        self._units: dict[str, str] = {}
        # Paths whose first value shows that another unit is meant than that of the rule.
        self._misread: set[str] = set()
        # True once an energy without a unit has shown that the device counts all of them in Wh.
        self._has_small_energies = False
        self._compared = Compared()
        # Paths of texts that are complete dates.
        self._moments: set[str] = set()
        # The units of such values, and of others whose names do not say them, by their size.
        self._sized: dict[str, str] = {}
        self._stated = StatedUnits()
        self._labels = Labels()
        # Paths whose values, however they change, tell nothing more of what the device is.
        self._settled: set[str] = set()
        # What the device is by all this, see kept.py.
        self.kept: Kept = {}
        # How often a button was pressed.
        self._counts: dict[str, Scalar] = {}
        self.is_http = False
        # When it last sent something, by the clock of cloud or gateway: seconds since 1970.
        self.timestamp: float | None = None
        # When something last came from it, by the clock of this computer: monotonic seconds.
        self.received_at: float | None = None

    def fits(self, *, is_http: bool) -> bool:
        """Return True for a reading of the device's own protocol, which its first reading shows."""
        if not self._types:
            self.is_http = is_http
        return self.is_http == is_http

    # Values -------------------------------------------------------------------------------------

    def read(self, values: Values, dropped: DropCounter) -> Update:
        """Return what a reading brings, and learn from it.

        A value of another type than its path has had is None, which is unknown, and counted.
        """
        values = self.named(values)
        has_grown = self.learn(values)
        read: dict[Key, Scalar] = {}
        events: dict[Key, str] = {}
        for path, value in values.items():
            if (known := self._types.get(path)) is None:
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
        kind = self._rule(path).kind
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

    # Learning -----------------------------------------------------------------------------------

    def learn(self, values: Mapping[str, Scalar]) -> bool:
        """Note which keys exist; return True if that changed what the device is."""
        new = [one for one in values.items() if one[0] not in self._settled]
        if not new:
            return False
        if len(self._types) >= MAX_PATHS:
            new = [one for one in new if one[0] in self._types]
        # First the texts: what a value is called, and its unit, may stand behind it.
        texts = [(path, value) for path, value in new if isinstance(value, str)]
        changed = max((self._stated.learn(*one) | self._labels.learn(*one) for one in texts), default=False)
        changed |= max((self._learn_value(*one) for one in new), default=False)
        if changed:
            self.kept.clear()
        return changed

    def _learn_value(self, path: str, value: Scalar) -> bool:
        """Note what the value of a path shows; return True if that changed what the device is."""
        if value is None or value == "":
            if value == "" and path not in self._types and self._rule(path).kind is Kind.EVENT:
                self._types[path] = str
                return True
            return False
        changed = path not in self._types and len(self._types) < MAX_PATHS
        if changed:
            self._types[path] = bool if is_flag_as_number(path, self._rule(path), value) else _TYPES[type(value)]
            self._stated.learn_name(path)
            if not is_plausible(self._rule_of_model(path), value):
                self._misread.add(path)
                # Others have registers in steps of their makers.
                self._has_small_energies |= self.is_http and is_small_energy(self._rule(path), value)
            if isinstance(value, str) and is_moment(value):
                self._moments.add(path)
            if isinstance(value, str) and (pair := pair_of(value)) is not None:
                self._on_off[path] = pair
        changed |= self._stated.learn_number(path, value)
        changed |= self._compared.learn(path, self._rule(path), value, is_first=changed)
        if isinstance(value, str):
            changed |= self._learn_state(path, value)
        else:
            changed |= self._learn_unit(path, value)
        if path in self._types and not self._may_tell_more(path):
            self._settled.add(path)
        return changed

    def _may_tell_more(self, path: str) -> bool:
        """Return True if a later value of a path may show the words of a control, or a unit."""
        rule = self._rule(path)
        has_open_state = path not in self._states and is_of(path, "state")
        has_open_unit = path not in self._units and (rule.unit in ("V", "kW") or rule.device_class in _SCALED)
        has_open_unit |= self._compared.may_tell_more(path)
        return has_open_state or has_open_unit or states_unit(path) or is_label(path)

    def _learn_state(self, path: str, word: str) -> bool:
        """Note the first word that belongs to a control; a stray one later changes nothing."""
        if path in self._states or word not in STATES or not is_of(path, "state"):
            return False
        self._states[path] = word
        return True

    def _learn_unit(self, path: str, value: Scalar) -> bool:
        """Note once that a voltage is in mV, as that of battery devices, a power in W, or a power factor in %."""
        if path in self._units or isinstance(value, bool | str) or value is None or is_nan(value):
            return False
        rule = self._rule(path)
        is_open = not rule.device_class or rule.platform == "binary_sensor" or path in self._misread
        is_open |= rule.device_class == "voltage" and value >= MILLIVOLT_FROM and not is_in_a_table(path, rule)
        name = self._labels.of_value(path) or path
        noun = noun_in(name) if is_open and path not in self._sized and not has_unit(name) else None
        is_register = noun is CURRENT and not self.is_http
        if not is_register and (unit := unit_by_size(noun, value, words_of(name))):
            self._sized[path] = unit
            return True
        has_mains = "power" in self._types or "current" in self._types
        is_battery = not self.is_http and not has_mains
        if rule.device_class == "voltage" and rule.unit == "V" and value >= MILLIVOLT_FROM and is_battery:
            self._units[path] = "mV"
        elif rule.unit == "kW" and abs(value) >= WATTS_FROM and (rule.is_plain or rule.key != path):
            self._units[path] = "W"
        elif rule.device_class == "atmospheric_pressure" and rule.unit == "hPa" and KILOPASCALS.holds(value):
            self._units[path] = "kPa"
        elif rule.device_class == "power_factor" and not rule.unit and value > 1:
            self._units[path] = "%"
        elif rule.device_class == "power_factor" and 0 < abs(value) < 1 and "linkquality" not in self._types:
            self._units[path] = ""
        return path in self._units

    # What there is ------------------------------------------------------------------------------

    @property
    def paths(self) -> Collection[str]:
        """Return every path seen."""
        return self._types.keys()

    def _rule(self, path: str) -> Rule:
        rule = rule_of(path, is_http=self.is_http)
        return rule if rule.device_class or (name := self._labels.of_value(path)) is None else rule_named(path, name)

    @until_learned
    def _siblings(self) -> Siblings:
        return Siblings.among(self._types)

    @property
    def _is_radio(self) -> bool:
        return not self.is_http and "linkquality" in self._types

    @until_learned
    def _metric_units(self) -> Mapping[str, str]:
        others = self._sized.keys() | self._units.keys() | self._misread
        air = [path for path in self._types if self._rule(path).device_class == "atmospheric_pressure"]
        return metric_units(self._types, has_hectopascals=not others.issuperset(air))

    @until_learned
    def _lettered(self) -> Mapping[str, str]:
        return self._stated.lettered(path for path, found in self._types.items() if found is float)

    def _rule_of_model(self, path: str) -> Rule:
        return self._rule(path) if self.is_http else rule_of_model(self._rule(path), self.model)

    @until_learned
    def http_controls(self) -> list[Control]:
        """Return what an HTTP device can be told to do."""
        return http_controls(self._types)

    @property
    def status_path(self) -> str:
        """Return where an HTTP device is asked for its whole status: by generation."""
        is_first = not any(":" in path or path.startswith("sys.") for path in self._types)
        return "/status" if is_first else "/rpc/Shelly.GetStatus"

    @until_learned
    def controls(self) -> list[Control]:
        """Return what can be controlled; nothing where the device takes no commands."""
        if not self.can_be_set:
            return []
        return self.http_controls() if self.is_http else controls(self._types, self._states)

    @until_learned
    def data_points(self) -> list[DataPoint]:
        """Return the values that are shown by themselves."""
        taken: set[str] = set()
        for control in self.controls():
            taken |= control.paths - {control.path(key) for key in ALSO_SHOWN}
        taken |= self._siblings().repeated if not self._is_radio else set()
        taken |= doubles(self._types, self._states, is_shelly=self.is_http and self._is_shelly())
        found = (self._data_point(path, found) for path, found in self._types.items() if path not in taken)
        return [one._replace(label=self._labels.of_item(one.path)) for one in found]

    def _data_point(self, path: str, found: type[bool | float | str]) -> DataPoint:
        rule = self._shown_rule(path)
        state = self._states.get(path)
        if state is not None:
            # Where it could be set, but is none of a control, it is left over.
            is_shown = not self.can_be_set and not (path == "state" and is_left_over(self._types, self._states))
            rule = replace(rule, device_class=_STATE_CLASSES.get(state) if is_shown else None, enabled=is_shown)
        if rule.kind in (Kind.EVENT, Kind.PRESS):
            return DataPoint(path, rule, DataPointKind.EVENT)
        on_off: tuple[Scalar, Scalar] | None = rule.words if found is str and rule.words else self._on_off.get(path)
        if found is bool:
            on_off = (True, False)
        if on_off is not None and not is_one_of(rule, {str(one) for one in on_off}):
            rule = replace(rule, options=())
        can_be_set = self.can_be_set and not self.is_http and is_spelled_as_set(path, rule)
        if found is bool or state in SWITCHED or is_flag(path, rule, on_off, is_radio=self._is_radio):
            on, off = on_off or (True, False)
            is_switch = can_be_set and rule.platform in ("switch", "select", "number") and state is None
            kind = DataPointKind.SWITCH if is_switch else DataPointKind.BINARY_SENSOR
            return DataPoint(path, rule, kind, on=on, off=off)
        if can_be_set and (setting := setting_kind(rule, found)) is not None:
            return DataPoint(path, rule, setting, is_number=found is float)
        if rule.platform == "binary_sensor":
            # Called as a flag, but it is none.
            rule = replace(rule, device_class=None, enabled=False)
        if found is str and rule.device_class != "enum":
            # A text is none of the quantity that the words of its key say.
            is_of_words = rule.key == path and not rule.is_plain and rule.state_class
            rule = replace(rule, device_class=None, enabled=rule.enabled and not is_of_words)
            if path in self._moments and not is_in_a_table(path, self._rule(path)):
                rule = replace(rule, device_class="timestamp", enabled=is_event(path))
        return DataPoint(path, rule, DataPointKind.SENSOR, is_number=found is float)

    def _shown_rule(self, path: str) -> Rule:
        """Return the rule of a path, and what the device's other keys and values change in it."""
        rule = self._rule_of_value(path)
        if path in self._siblings().numbers | self._siblings().consumptions and not is_in_a_table(path, rule):
            return UNKNOWN
        if (with_unit := self._rule_with_unit(path, rule)) is not None:
            rule = with_unit
        elif (has_open_power := self._compared.is_open(path)) or path in self._misread:
            # A later value may show that a power is in W.
            return replace(without_unit(rule), enabled=has_open_power)
        unit = self._units.get(path)
        if unit is not None and rule.unit == self._rule(path).unit:
            rule = in_millivolts(rule) if unit == "mV" else replace(rule, unit=unit or None)
        rule = beside_others(path, rule, self._types, self._siblings(), self._compared)
        if self.is_http and rule.state_class and not rule.category and "." not in path and not self._is_shelly():
            # It doubles another one of a Shelly only.
            rule = replace(rule, enabled=True)
        if path in _DEVICE_TEMPERATURES and self.is_http and self._switches_or_meters():
            rule = replace(rule, category="diagnostic", enabled=False)
        relay = _RELAY.match(path)
        is_of_thermostat = relay is not None and f"thermostat:{relay[1]}.target_C" in self._types
        if is_of_thermostat or (path.startswith("meters.") and any(one.startswith("lights.") for one in self._types)):
            rule = replace(rule, enabled=False)
        return rule

    def _rule_of_value(self, path: str) -> Rule:
        """Return the rule of a path for what its values are."""
        rule = self._rule_of_model(path)
        if rule.key in RADIO_ONLY and not self.is_http and "linkquality" not in self._types:
            is_settable, words = rule.platform in SETTABLE, rule_of_words(path)
            rule = words if words.device_class else replace(rule, enabled=is_settable)
        if self._on_off.get(path, ("", ""))[0].upper() == "ON" and rule.kind is Kind.ANY and rule.platform == "sensor":
            rule = rule_of_flag(path, rule)
        return rule_of_number(path, rule) if self._types.get(path) is float else rule

    def _rule_with_unit(self, path: str, rule: Rule) -> Rule | None:
        """Return the rule in the unit that the device states, or that its values show; None where nothing does."""
        stated = self._stated.rule_of(path, rule, self._labels.of_value(path), is_http=self.is_http)
        unit = self._sized.get(path) or self._metric_units().get(path)
        if not (unit or rule.is_known):
            unit = self._lettered().get(path) or self._siblings().electrical_unit(path)
        if stated is None and (compared := self._compared.unit_of(path)):
            return replace(rule, unit=compared)
        if stated is not None or unit is None:
            is_small = stated is None and self._has_small_energies and is_open_energy(path, rule)
            return replace(rule, unit=(rule.unit or "").removeprefix("k")) if is_small else stated
        return rule_with_unit(path, self._labels.of_value(path) or path, unit)

    @until_learned
    def _is_shelly(self) -> bool:
        return any(path.startswith(("wifi_sta.", "sys.")) or is_part_of_shelly(path) for path in self._types)

    def _switches_or_meters(self) -> bool:
        return bool(self.http_controls()) or any(_METER.match(path) for path in self._types)


# Classes whose size tells the unit.
_SCALED = frozenset({"power_factor", "atmospheric_pressure"})


def _as(known: type[bool | float | str], value: Scalar) -> Scalar:
    """Return a value as the type that its path has had; None for what is no such value."""
    if _TYPES[type(value)] is known:
        return value
    if known is bool:
        return parse_flag(value)
    return parse_number(value) if known is float and isinstance(value, str) else None


_RELAY = re.compile(r"switch:(\d+)\.")
_METER = re.compile(r"e?meters\.")
