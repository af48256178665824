"""Names of leaves: the usual ones are in the translations, all others are the words that the user's code has."""

from typing import NamedTuple

from homeassistant.helpers.typing import UNDEFINED, UndefinedType

from .api import LeafKind, leaf_name
from .const import LEAF_ICON, NUMBER_ICON

# Quantities: translated where the leaf has a device class, which gives the icon.
QUANTITIES = frozenset(
    {
        "air_humidity", "air_pressure", "air_temperature", "apparent_power", "battery", "battery_level",
        "battery_voltage", "cpu_temperature", "current", "distance", "duration", "energy", "energy_consumption",
        "energy_production", "frequency", "humidity", "illuminance", "indoor_humidity", "indoor_temperature",
        "irradiance", "moisture", "outdoor_humidity", "outdoor_temperature", "power", "power_factor", "pressure",
        "rain", "rainfall", "reactive_power", "room_temperature", "signal_strength", "soil_moisture",
        "soil_temperature", "speed", "temperature", "uptime", "voltage", "water_temperature", "weight",
    }
)  # fmt: skip
# Names without a device class, each with an icon: of texts, and of numbers that measure nothing.
TEXTS = frozenset({"error", "mode", "relay", "relay_status", "state", "status"})
NUMBERS = frozenset({"setpoint", "setpoint_value"})
# Names of flags: translated where the leaf has a device class.
FLAGS = frozenset(
    {
        "alarm", "battery_low", "charging", "connected", "door", "fault", "fire", "garage", "gate", "heating", "leak",
        "low_battery", "motion", "occupancy", "online", "presence", "problem", "running", "smoke", "tamper",
        "vibration", "window",
    }
)  # fmt: skip
# What a contact is called is enough: that it is open is its state.
OPENINGS = frozenset({"door", "garage_door", "opening", "window"})
OPEN_WORDS = (" open", " opened")


class Name(NamedTuple):
    """What an entity is called: a key of the translations, or a text and a key that has only an icon."""

    translation_key: str | None
    text: str | UndefinedType


def sensor_name(
    path: str,
    kind: LeafKind,
    *,
    has_class: bool,
    is_measured: bool,
    with_unit: bool = False,
    has_unit_beside: bool = False,
) -> Name:
    """Return the name of the sensor of a leaf; `with_unit` where another one of its board would be called the same."""
    text = leaf_name(path, with_unit=with_unit, has_unit_beside=has_unit_beside)
    is_number = kind is LeafKind.NUMBER and not is_measured
    known = QUANTITIES if has_class else NUMBERS if is_number else TEXTS
    if _key(text) in known:
        return Name(_key(text), UNDEFINED)
    return Name(None if has_class else NUMBER_ICON if is_number else LEAF_ICON, text)


def flag_name(path: str, device_class: str | None) -> Name:
    """Return the name of the binary sensor of a leaf: `window.open` is "Window", which is open or closed."""
    text = leaf_name(path)
    if device_class in OPENINGS:
        text = next((text.removesuffix(word) for word in OPEN_WORDS if text.endswith(word)), text)
    if device_class and _key(text) in FLAGS:
        return Name(_key(text), UNDEFINED)
    return Name(None if device_class else LEAF_ICON, text)


def _key(text: str) -> str:
    return text.lower().replace(" ", "_")
