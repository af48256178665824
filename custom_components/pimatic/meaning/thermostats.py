"""What a thermostat can do, by its attributes and actions: modes, presets, limits, what it measures.

Source: docs/protocol/pimatic.md#thermostats.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from homeassistant.components.climate import (
    PRESET_AWAY,
    PRESET_BOOST,
    PRESET_COMFORT,
    PRESET_ECO,
    PRESET_HOME,
    PRESET_SLEEP,
    HVACAction,
    HVACMode,
)

from ..api import Attribute, Device, Kind
from .measures import words_of
from .setters import Control, Setter, control_of
from .units import is_temperature
from .vocabulary import TEMPERATURE_WORDS, words

# The server's own class.
_SETTER: Final = "changeTemperatureTo"
_SETPOINT: Final = "temperatureSetpoint"
# Plugins' words for a mode. The first word of an `enum` that means a mode is the one that is sent.
MODES: Final[Mapping[str, HVACMode]] = {
    "auto": HVACMode.AUTO,
    "automatic": HVACMode.AUTO,
    "clock": HVACMode.AUTO,
    "program": HVACMode.AUTO,
    "schedule": HVACMode.AUTO,
    "manu": HVACMode.HEAT,
    "manual": HVACMode.HEAT,
    "heat": HVACMode.HEAT,
    "heating": HVACMode.HEAT,
    "temporary": HVACMode.HEAT,
    "on": HVACMode.HEAT,
    "off": HVACMode.OFF,
    "cool": HVACMode.COOL,
    "cooling": HVACMode.COOL,
    "heatcool": HVACMode.HEAT_COOL,
    "heat_cool": HVACMode.HEAT_COOL,
    "heat-cool": HVACMode.HEAT_COOL,
    "dry": HVACMode.DRY,
    "fan": HVACMode.FAN_ONLY,
    "fan_only": HVACMode.FAN_ONLY,
}
# Words for modes that are presets: the thermostat heats to another temperature.
MODE_PRESETS: Final[Mapping[str, str]] = {
    "boost": PRESET_BOOST,
    "eco": PRESET_ECO,
    "party": "party",
    "comfort": PRESET_COMFORT,
    "away": PRESET_AWAY,
    "holiday": PRESET_AWAY,
    "vacation": PRESET_AWAY,
    "home": PRESET_HOME,
    "sleep": PRESET_SLEEP,
    "night": PRESET_SLEEP,
}
# Plugins' words for what a thermostat does at the moment.
ACTIONS: Final[Mapping[str, HVACAction]] = {
    "off": HVACAction.OFF,
    "idle": HVACAction.IDLE,
    "heating": HVACAction.HEATING,
    "cooling": HVACAction.COOLING,
    "drying": HVACAction.DRYING,
    "fan": HVACAction.FAN,
    "preheating": HVACAction.PREHEATING,
    "defrosting": HVACAction.DEFROSTING,
}
# The words of the server's own class, for one that lists none.
OWN_MODES: Final = ("auto", "manu", "boost")
# Words that may be used with "temperature" for the measured temperature of the room.
_ROOM_WORDS: Final = words(
    """
    measured real actual current room raum ist inside indoor house ambient
    """
)
_ROOM_TEMPERATURE_WORDS: Final = frozenset(
    {"temp", "temperature", "temperatur", "temperatura", "temperatuur", "raumtemperatur", "isttemperatur"}
)
# Words of the name of a set point, and those of one that is not for the room or only one end of a range.
_SETPOINT_WORDS: Final = words("target setpoint desired soll sollwert solltemperatur ziel zieltemperatur")
_LOW, _HIGH = "low", "high"
_NO_SETPOINT_WORDS: Final = words(
    """
    low high min max minimum maximum offset calibration limit threshold alarm time water dhw warmwasser boiler flow
    fridge freezer refrigerator kuehlschrank gefrierfach oven backofen kettle grill
    """
)
_HUMIDITY_WORDS: Final = frozenset({"humidity", "feuchte", "luftfeuchte", "luftfeuchtigkeit"})


class Thermostat(NamedTuple):
    """What a thermostat has, None for what it has not.

    `low` and `high` are the ends of a range, both or none. What it measures has sensors, too; `action` is the attribute
    that shows what it does.
    """

    setpoint: Control
    low: Control | None
    high: Control | None
    mode: Control | None
    modes: tuple[str, ...]
    power: Control | None
    program: Control | None
    action: str | None
    temperature: str | None
    humidity: str | None

    @property
    def controls(self) -> tuple[Control, ...]:
        """Return what can be set, the set point first."""
        return tuple(
            one for one in (self.setpoint, self.low, self.high, self.mode, self.power, self.program) if one is not None
        )

    @property
    def attributes(self) -> tuple[str, ...]:
        """Return the attributes that have no other entity."""
        return (*(one.attribute for one in self.controls), *((self.action,) if self.action else ()))

    @property
    def reads(self) -> tuple[str, ...]:
        """Return the attributes that its entity reads, the set point first."""
        return (*self.attributes, *(name for name in (self.temperature, self.humidity, "valve") if name))


def thermostat_of(device: Device) -> Thermostat | None:
    """Return what a device can do as a thermostat; None for one whose set point nothing sets."""
    if (setpoint := _own_setpoint(device) or _setpoint(device)) is None:
        return None
    low, high = _end_of_range(device, setpoint, _LOW), _end_of_range(device, setpoint, _HIGH)
    mode = next(_modes(device), None)
    options = device.attribute(mode.attribute) if mode else None
    return Thermostat(
        setpoint=setpoint,
        low=low if high else None,
        high=high if low else None,
        mode=mode,
        modes=(options.options if options and options.options else OWN_MODES) if mode else (),
        power=control_of(device, "power", Kind.BOOLEAN) or control_of(device, "state", Kind.BOOLEAN),
        program=control_of(device, "program", Kind.STRING),
        action=next((one.name for one in device.attributes if _is_action(one)), None),
        temperature=next(_measured(device, _ROOM_TEMPERATURE_WORDS), None),
        humidity=next(_measured(device, _HUMIDITY_WORDS), None),
    )


def _own_setpoint(device: Device) -> Control | None:
    """Return the set point that the action of the server's own class sets."""
    action = device.action(_SETTER)
    if action is None or len(action.parameters) != 1:
        return None
    parameter = action.parameters[0]
    name = next((name for name in (parameter.name, _SETPOINT) if _is_number(device, name)), None)
    # `temperature` that is set is one that is measured, by a device that is fed.
    if name is None or name == "temperature":
        return None
    return Control(name, Setter(action.name, parameter.name, parameter.kind))


def _setpoint(device: Device) -> Control | None:
    """Return the first set point for the room."""
    for attribute in device.attributes:
        words = set(words_of(attribute.name))
        if _names_setpoint(attribute, words) and not words & _NO_SETPOINT_WORDS:
            return control_of(device, attribute.name, Kind.NUMBER)
    return None


def _names_setpoint(attribute: Attribute, words: set[str]) -> bool:
    is_temperature_by_name = bool(words & TEMPERATURE_WORDS - _SETPOINT_WORDS) and not attribute.unit
    return bool(words & _SETPOINT_WORDS) and (is_temperature(attribute.unit) or is_temperature_by_name)


def _end_of_range(device: Device, setpoint: Control, end: str) -> Control | None:
    """Return one end of a range: an attribute that has the name of the set point and the word for the end."""
    wanted = {*words_of(setpoint.attribute), end}
    named = (one.name for one in device.attributes if set(words_of(one.name)) == wanted)
    return next((found for name in named if (found := control_of(device, name, Kind.NUMBER))), None)


def _modes(device: Device) -> Iterator[Control]:
    """Go through the attributes that are modes: `mode`, or one that lists words for modes."""
    for attribute in device.attributes:
        is_listed = any(option.lower() in MODES for option in attribute.options)
        if attribute.name == "mode" or (words_of(attribute.name)[-1:] == ["mode"] and is_listed):
            control = control_of(device, attribute.name, Kind.STRING)
            if control is not None:
                yield control


def _is_action(attribute: Attribute) -> bool:
    """Return True for an attribute that lists words for what a thermostat does, and no others."""
    options = {option.lower() for option in attribute.options}
    return attribute.kind is Kind.STRING and options <= ACTIONS.keys() and bool(options & {"heating", "cooling"})


def _is_number(device: Device, name: str) -> bool:
    attribute = device.attribute(name)
    return attribute is not None and attribute.kind is Kind.NUMBER


def _measured(device: Device, nouns: frozenset[str]) -> Iterator[str]:
    """Yield the attributes that measure the room: named by the noun alone, or with a word for a measured value."""
    for attribute in device.attributes:
        words = words_of(attribute.name)
        if attribute.kind in (Kind.NUMBER, Kind.STRING) and words and _names_room(words, nouns):
            yield attribute.name


def _names_room(words: list[str], nouns: frozenset[str]) -> bool:
    return not nouns.isdisjoint(words) and all(word in nouns or word in _ROOM_WORDS for word in words)


def hvac_modes(thermostat: Thermostat) -> dict[HVACMode, str]:
    """Return the modes that `mode` can be set to, with the word that is sent for each."""
    found: dict[HVACMode, str] = {}
    for word in thermostat.modes:
        if (mode := MODES.get(word.lower())) is not None:
            found.setdefault(mode, word)
    return found


def mode_presets(thermostat: Thermostat) -> dict[str, str]:
    """Return the presets that are words of `mode`, with these words."""
    return {MODE_PRESETS[word.lower()]: word for word in thermostat.modes if word.lower() in MODE_PRESETS}
