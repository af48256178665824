"""What the text of a rule can name: devices, their attributes and buttons, and variables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
import re

from ..api import Attribute, Device, Value
from ..api.parse import LONGEST_ID

# Names go into automations, where Home Assistant takes braces for templates.
_NAME = re.compile(r"[\w.-]+")
# A device, a dot and an attribute.
_LONGEST_VARIABLE = 2 * LONGEST_ID + 1


@dataclass(frozen=True)
class Namespace:
    """Devices by id and the values of variables by name, as the server has them now.

    A variable `device.attribute` is the attribute of that device; `variables` holds the others.
    """

    devices: Mapping[str, Device]
    variables: Mapping[str, Value]

    @cached_property
    def attributes(self) -> Mapping[str, tuple[Device, ...]]:
        """Return the devices that have an attribute, by its name."""
        found: dict[str, list[Device]] = {}
        for device in self.devices.values():
            for attribute in device.attributes:
                found.setdefault(attribute.name, []).append(device)
        return {name: tuple(devices) for name, devices in found.items()}

    @cached_property
    def attribute_names(self) -> tuple[str, ...]:
        """Return the names of all attributes, longest first: a name can begin with another one."""
        return tuple(sorted(self.attributes, key=len, reverse=True))

    @cached_property
    def _variable_names(self) -> frozenset[str]:
        of_devices = (f"{device.id}.{one.name}" for device in self.devices.values() for one in device.attributes)
        return frozenset(name for name in (*self.variables, *of_devices) if _NAME.fullmatch(name))

    def variable_at(self, text: str, pos: int) -> str | None:
        """Return the longest name of a variable that is at a place of a text."""
        found = _NAME.match(text, pos, pos + _LONGEST_VARIABLE)
        word = found[0] if found else ""
        return next((word[:end] for end in range(len(word), 0, -1) if word[:end] in self._variable_names), None)

    @cached_property
    def buttons(self) -> tuple[tuple[str, Device, str], ...]:
        """Return what a button can be called, its device and its id."""
        return tuple(
            (word, device, button.id)
            for device in self.devices.values()
            for button in device.config.buttons
            for word in dict.fromkeys((button.id, button.text))
        )

    def attribute_of(self, name: str) -> tuple[Device, Attribute] | None:
        """Return the attribute that a variable repeats; None for a variable of its own."""
        device_id, _, attribute_name = name.partition(".")
        device = self.devices.get(device_id)
        attribute = device.attribute(attribute_name) if device else None
        return (device, attribute) if device and attribute else None

    def devices_at(self, text: str, pos: int) -> Iterator[tuple[Device, int]]:
        """Give the devices whose id or name is at a place of a text, and where it ends.

        Ids are compared as they are, names without regard to case (docs/protocol/pimatic.md#predicates).
        """
        lower = text.lower()
        for device in self.devices.values():
            if text.startswith(device.id, pos):
                yield device, pos + len(device.id)
            if device.name and lower.startswith(device.name.lower(), pos):
                yield device, pos + len(device.name)
