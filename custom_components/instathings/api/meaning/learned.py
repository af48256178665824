"""What the values of a device have shown: their types, their units, and the words of its controls."""

from collections.abc import Mapping

from ..model import Scalar
from ..readings import MAX_PATHS
from .compared import Compared
from .control import STATES, Control, http_controls, is_of
from .kept import Kept, until_learned
from .labels import Labels, is_label
from .moments import is_moment
from .pairs import pair_of
from .rules import Kind, Rule, is_flag_as_number, is_part_of_shelly, rule_named, rule_of, rule_of_model
from .siblings import Siblings, metric_units
from .sized_units import SizedUnits
from .stated_units import StatedUnits, states_unit

type Type = type[bool | float | str]

# A number is one type, however it is written.
TYPES: dict[type, Type] = {bool: bool, int: float, float: float, str: str}


class Learned:
    """What is known of the keys of one device. It only grows: a key that is missing once is not gone.

    `types` has the type of the first value of each path, `states` the words of its controls, `on_off` its words for on
    and off, and `moments` the paths of texts that are complete dates. A path is `settled` when its values, however they
    change, tell nothing more of what the device is.
    """

    # One for each of thousands of devices.
    __slots__ = (
        *("compared", "is_http", "kept", "labels", "model", "moments", "on_off", "settled", "sized", "stated"),
        *("states", "types"),
    )

    def __init__(self, model: str | None) -> None:
        """Initialize with nothing known; `model` is the maker's name for the device's model."""
        self.model = model
        self.is_http = False
        self.types: dict[str, Type] = {}
        self.states: dict[str, str] = {}
        self.on_off: dict[str, tuple[str, str]] = {}
        self.moments: set[str] = set()
        self.settled: set[str] = set()
        self.labels = Labels()
        self.stated = StatedUnits()
        self.sized = SizedUnits()
        self.compared = Compared()
        # What the device is by all this, see kept.py.
        self.kept: Kept = {}

    # Learning -----------------------------------------------------------------------------------

    def learn(self, new: Mapping[str, Scalar]) -> bool:
        """Note what values show whose paths are not settled; return True if that changed what the device is."""
        if len(self.types) >= MAX_PATHS:
            new = {path: value for path, value in new.items() if path in self.types}
        # First the texts: what a value is called, and its unit, may stand behind it.
        texts = [(path, value) for path, value in new.items() if isinstance(value, str)]
        changed = max((self.stated.learn(*one) | self.labels.learn(*one) for one in texts), default=False)
        changed |= max((self._learn_value(*one) for one in new.items()), default=False)
        if changed:
            self.kept.clear()
        return changed

    def _learn_value(self, path: str, value: Scalar) -> bool:
        """Note what the value of a path shows; return True if that changed what the device is."""
        rule = self.rule(path)
        if value is None or value == "":
            is_new_event = value == "" and path not in self.types and rule.kind is Kind.EVENT
            if is_new_event:
                self.types[path] = str
            return is_new_event
        changed = is_first = path not in self.types and len(self.types) < MAX_PATHS
        if is_first:
            self._learn_first(path, rule, value)
        changed |= self.stated.learn_number(path, value)
        changed |= self.compared.learn(path, rule, value, is_first=is_first)
        if isinstance(value, str):
            changed |= self._learn_state(path, value)
        else:
            name = self.labels.of_value(path) or path
            changed |= self.sized.learn(path, rule, value, name, self.types.keys(), is_http=self.is_http)
        if path in self.types and not self._may_tell_more(path, rule):
            self.settled.add(path)
        return changed

    def _learn_first(self, path: str, rule: Rule, value: bool | float | str) -> None:
        """Note what the first value of a path shows."""
        self.types[path] = bool if is_flag_as_number(path, rule, value) else TYPES[type(value)]
        self.stated.learn_name(path)
        self.sized.learn_first(path, rule, self.rule_of_model(path), value, is_http=self.is_http)
        if isinstance(value, str) and is_moment(value):
            self.moments.add(path)
        if isinstance(value, str) and (pair := pair_of(value)) is not None:
            self.on_off[path] = pair

    def _learn_state(self, path: str, word: str) -> bool:
        """Note the first word that belongs to a control; a stray one later changes nothing."""
        if path in self.states or word not in STATES or not is_of(path, "state"):
            return False
        self.states[path] = word
        return True

    def _may_tell_more(self, path: str, rule: Rule) -> bool:
        """Return True if a later value of a path may show the words of a control, or a unit."""
        has_open_state = path not in self.states and is_of(path, "state")
        has_open_unit = self.sized.may_tell_more(path, rule) or self.compared.may_tell_more(path)
        return has_open_state or has_open_unit or states_unit(path) or is_label(path)

    # What it means ------------------------------------------------------------------------------

    def rule(self, path: str) -> Rule:
        """Return the rule of a path, or of what the device calls its value."""
        rule = rule_of(path, is_http=self.is_http)
        return rule if rule.device_class or (name := self.labels.of_value(path)) is None else rule_named(path, name)

    def rule_of_model(self, path: str) -> Rule:
        """Return the rule of a path for the model of the device."""
        return self.rule(path) if self.is_http else rule_of_model(self.rule(path), self.model)

    @property
    def is_radio(self) -> bool:
        """Return True for a Zigbee device."""
        return not self.is_http and "linkquality" in self.types

    @until_learned
    def is_shelly(self) -> bool:
        """Return True for a Shelly, or what calls its parts like one."""
        return any(path.startswith(("wifi_sta.", "sys.")) or is_part_of_shelly(path) for path in self.types)

    @until_learned
    def http_controls(self) -> list[Control]:
        """Return what an HTTP device can be told to do."""
        return http_controls(self.types)

    @until_learned
    def siblings(self) -> Siblings:
        """Return the values that change what others mean."""
        return Siblings.among(self.types)

    @until_learned
    def metric_units(self) -> Mapping[str, str]:
        """Return the units of the rain of a weather station that names none."""
        others = self.sized.of_name.keys() | self.sized.of_rule.keys() | self.sized.misread
        air = [path for path in self.types if self.rule(path).device_class == "atmospheric_pressure"]
        return metric_units(self.types, has_hectopascals=not others.issuperset(air))

    @until_learned
    def lettered(self) -> Mapping[str, str]:
        """Return the units of single letters."""
        return self.stated.lettered(path for path, found in self.types.items() if found is float)
