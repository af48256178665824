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
    HVACMode,
)

from .api import Device, Kind
from .measures import words_of
from .vocabulary import words

SETTER: Final = "changeTemperatureTo"
SETPOINT: Final = "temperatureSetpoint"
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
    "dry": HVACMode.DRY,
    "fan": HVACMode.FAN_ONLY,
    "fan_only": HVACMode.FAN_ONLY,
}
# Words for a mode in which the thermostat goes on to heat, but by another temperature.
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
# The words of the server's own class, for one that lists none.
OWN_MODES: Final = ("auto", "manu", "boost")
# Words that may stand beside "temperature" in the name of what a thermostat measures in its room.
_ROOM_WORDS: Final = words(
    """
    measured real actual current room raum ist inside indoor house
    """
)
_TEMPERATURE_WORDS: Final = frozenset(
    {"temp", "temperature", "temperatur", "temperatura", "temperatuur", "raumtemperatur", "isttemperatur"}
)
_HUMIDITY_WORDS: Final = frozenset({"humidity", "feuchte", "luftfeuchte", "luftfeuchtigkeit"})


class Thermostat(NamedTuple):
    """The attributes of a thermostat by what they are, None for what it has not.

    `mode`, `power` and `program` have an action that sets them. What it measures has sensors, too.
    """

    setpoint: str
    parameter: str
    mode: str | None
    modes: tuple[str, ...]
    power: str | None
    program: str | None
    temperature: str | None
    humidity: str | None

    @property
    def attributes(self) -> tuple[str, ...]:
        """Return the attributes that have no other entity."""
        return tuple(one for one in (self.setpoint, self.mode, self.power, self.program) if one)


def thermostat_of(device: Device) -> Thermostat | None:
    """Return what a device can do as a thermostat; None for one whose set point nothing sets."""
    action = device.action(SETTER)
    if action is None or len(action.parameters) != 1:
        return None
    parameter = action.parameters[0].name
    setpoint = next((name for name in (parameter, SETPOINT) if _is(device, name, Kind.NUMBER)), None)
    # `temperature` that is set is one that is measured, by a device that is fed.
    if setpoint is None or setpoint == "temperature":
        return None
    mode = "mode" if _is(device, "mode", Kind.STRING) and device.action("changeModeTo") else None
    options = device.attribute("mode")
    return Thermostat(
        setpoint=setpoint,
        parameter=parameter,
        mode=mode,
        modes=(options.options if options and options.options else OWN_MODES) if mode else (),
        power="power" if _is(device, "power", Kind.BOOLEAN) and device.action("changePowerTo") else None,
        program="program" if _is(device, "program", Kind.STRING) and device.action("changeProgramTo") else None,
        temperature=next(_measured(device, _TEMPERATURE_WORDS), None),
        humidity=next(_measured(device, _HUMIDITY_WORDS), None),
    )


def _is(device: Device, name: str, kind: Kind) -> bool:
    attribute = device.attribute(name)
    return attribute is not None and attribute.kind is kind


def _measured(device: Device, nouns: frozenset[str]) -> Iterator[str]:
    """Go through the attributes that measure the room: named by the noun alone or with a word that says so."""
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
