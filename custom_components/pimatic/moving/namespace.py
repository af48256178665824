"""The names that the text of a rule can contain: of devices, their attributes and buttons, and of variables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
import re

from ..api import Attribute, Device, Value
from ..api.parse import LONGEST_ID

# Names become part of automations, where Home Assistant reads braces as templates.
_NAME = re.compile(r"[\w.-]+")
# The length of DEVICE.ATTRIBUTE.
_LONGEST_VARIABLE = 2 * LONGEST_ID + 1


@dataclass(frozen=True)
class Namespace:
    """The devices of a server by id, and the current values of its variables by name.

    A variable `device.attribute` is the attribute of that device; `variables` has the others.
    """

    devices: Mapping[str, Device]
    variables: Mapping[str, Value]

    @cached_property
    def attributes(self) -> Mapping[str, tuple[Device, ...]]:
        """Return the devices by the names of their attributes."""
        found: dict[str, list[Device]] = {}
        for device in self.devices.values():
            for attribute in device.attributes:
                found.setdefault(attribute.name, []).append(device)
        return {name: tuple(devices) for name, devices in found.items()}

    @cached_property
    def attribute_names(self) -> tuple[str, ...]:
        """Return the names of all attributes, the longest first, because a name can be the prefix of another one."""
        return tuple(sorted(self.attributes, key=len, reverse=True))

    @cached_property
    def _variable_names(self) -> frozenset[str]:
        of_devices = (f"{device.id}.{one.name}" for device in self.devices.values() for one in device.attributes)
        return frozenset(name for name in (*self.variables, *of_devices) if _NAME.fullmatch(name))

    def variable_at(self, text: str, pos: int) -> str | None:
        """Return the longest name of a variable at a position of a text."""
        found = _NAME.match(text, pos, pos + _LONGEST_VARIABLE)
        word = found[0] if found else ""
        return next((word[:end] for end in range(len(word), 0, -1) if word[:end] in self._variable_names), None)

    @cached_property
    def buttons(self) -> tuple[tuple[str, Device, str], ...]:
        """Return the id or text, the device and the id of each button."""
        return tuple(
            (word, device, button.id)
            for device in self.devices.values()
            for button in device.config.buttons
            for word in dict.fromkeys((button.id, button.text))
        )

    def attribute_of(self, name: str) -> tuple[Device, Attribute] | None:
        """Return the device and the attribute of a variable `device.attribute`; None for other variables."""
        device_id, _, attribute_name = name.partition(".")
        device = self.devices.get(device_id)
        attribute = device.attribute(attribute_name) if device else None
        return (device, attribute) if device and attribute else None

    def devices_at(self, text: str, pos: int) -> Iterator[tuple[Device, int]]:
        """Yield the devices whose id or name is at a position of a text, and the end of the id or name.

        The comparison of names ignores case, that of ids does not (docs/protocol/pimatic.md#predicates).
        """
        lower = text.lower()
        for device in self.devices.values():
            if text.startswith(device.id, pos):
                yield device, pos + len(device.id)
            if device.name and lower.startswith(device.name.lower(), pos):
                yield device, pos + len(device.name)
