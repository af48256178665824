"""The entities for devices, attributes, buttons and variables of pimatic.

They are the integration's own entities, or those in the user's mapping.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from ..api import Device, Value
from ..common.ids import join_id
from ..meaning.features import (
    ActionFeature,
    AttributeFeature,
    ButtonFeature,
    ControlFeature,
    Feature,
    Role,
    WholeFeature,
)
from ..meaning.lamps import Lamp
from ..meaning.profile import Profile
from ..meaning.thermostats import MODES, Thermostat
from ..meaning.vocabulary import words


class Meaning(StrEnum):
    """The role of an attribute in its device."""

    VALUE = "value"
    FLAG = "flag"
    POWER = "power"
    LEVEL = "level"
    SETPOINT = "set point"
    ROOM_TEMPERATURE = "room"
    MODE = "mode"
    PLAYER = "player"
    BATTERY = "battery"
    TIME = "time"


class Reading(NamedTuple):
    """Where to read the value of an attribute or a variable.

    It is the state, or the `attribute`, of the entity. `on` and `off` are the states of a boolean value; `words` are
    the states by the values of the server.
    """

    entity_id: str
    meaning: Meaning = Meaning.VALUE
    attribute: str = ""
    on: str = "on"
    off: str = "off"
    words: Mapping[str, str] = {}

    @property
    def domain(self) -> str:
        """Return the domain of the entity."""
        return domain_of(self.entity_id)


class _StateFormat(NamedTuple):
    """The fields of a reading that do not depend on the entity."""

    attribute: str = ""
    on: str = "on"
    off: str = "off"
    words: Mapping[str, str] = {}


_MODE_WORDS: Final = {word: mode.value for word, mode in MODES.items()}
_BY_DOMAIN: Final[Mapping[tuple[Meaning, str], _StateFormat]] = {
    (Meaning.LEVEL, "light"): _StateFormat("brightness"),
    (Meaning.SETPOINT, "climate"): _StateFormat("temperature"),
    (Meaning.ROOM_TEMPERATURE, "climate"): _StateFormat("current_temperature"),
    (Meaning.MODE, "climate"): _StateFormat(words=_MODE_WORDS),
    (Meaning.POWER, "timer"): _StateFormat(on="active", off="idle"),
    (Meaning.POWER, "cover"): _StateFormat(on="open", off="closed"),
    (Meaning.BATTERY, "binary_sensor"): _StateFormat(words={"low": "on", "ok": "off"}),
    (Meaning.PLAYER, "media_player"): _StateFormat(words={"play": "playing", "pause": "paused", "stop": "idle"}),
}
# Domains whose state is a number or a text.
_VALUES: Final = words(
    "sensor number input_number text input_text select input_select time input_datetime counter date datetime"
)
_FLAGS: Final = words("switch light fan humidifier siren input_boolean binary_sensor remote automation script")


def domain_of(entity_id: str) -> str:
    """Return the domain of an entity id."""
    return entity_id.partition(".")[0]


@dataclass(kw_only=True)
class EntityMap:
    """The entities of one server.

    `mapped` is the user's mapping, by `device`, `device.part` or `$variable`. `parts` are entities by their device and
    the rest of their unique id, `device_ids` the ids of devices in Home Assistant by those in pimatic. `disabled`
    entities have no state.
    """

    profiles: Mapping[str, Profile]
    values: Mapping[str, Value]
    mapped: Mapping[str, str] = field(default_factory=dict)
    parts: dict[tuple[str, ...], str] = field(default_factory=dict)
    attributes: dict[tuple[str, str], str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)
    device_ids: dict[str, str] = field(default_factory=dict)
    server_id: str = ""
    disabled: frozenset[str] = frozenset()

    def device_entity(self, device: Device, *roles: Role) -> str | None:
        """Return the entity that controls a device: the mapped one, or its first entity with one of these roles."""
        own = (self.parts.get((device.id, role)) for role in roles)
        return self.mapped.get(device.id) or next((entity_id for entity_id in own if entity_id), None)

    def part_entity(self, device: Device, kind: str, name: str) -> str | None:
        """Return the entity of a button or an action of a device."""
        return self.mapped.get(f"{device.id}.{name}") or self.parts.get((device.id, kind, name))

    def variable_entity(self, name: str) -> str | None:
        """Return the entity of a variable."""
        return self.mapped.get(f"${name}") or self.variables.get(name)

    def is_mapped(self, device: Device) -> bool:
        """Return True if the user's mapping has an entity for the device."""
        return device.id in self.mapped

    def reading(self, device: Device, attribute: str) -> Reading | None:
        """Return where to read an attribute; None if no entity has it."""
        meaning, is_inverted = self._meaning(device, attribute)
        entity_id = self.mapped.get(f"{device.id}.{attribute}") or self.mapped.get(device.id)
        entity_id = entity_id or self.attributes.get((device.id, attribute))
        if entity_id is None or meaning is None:
            return None
        domain = domain_of(entity_id)
        state_format = _BY_DOMAIN.get((meaning, domain))
        if state_format is None:
            is_flag = meaning in (Meaning.FLAG, Meaning.POWER)
            if domain not in (_FLAGS if is_flag else _VALUES):
                return None
            state_format = _StateFormat()
        on, off = (state_format.off, state_format.on) if is_inverted else (state_format.on, state_format.off)
        return Reading(entity_id, meaning, state_format.attribute, on, off, state_format.words)

    def variable_reading(self, name: str) -> Reading | None:
        """Return where to read a variable; None if no entity has it."""
        entity_id = self.variable_entity(name)
        if entity_id is None:
            return None
        is_flag = domain_of(entity_id) in _FLAGS
        return Reading(entity_id, Meaning.FLAG if is_flag else Meaning.VALUE)

    def _meaning(self, device: Device, attribute: str) -> tuple[Meaning | None, bool]:
        """Return the meaning of an attribute, and True if Home Assistant has its inverse."""
        profile = self.profiles.get(device.id)
        for feature in profile.features if profile else ():
            for name, meaning, is_inverted in _meanings(feature):
                if name == attribute:
                    return meaning, is_inverted
        return None, False


_WHOLE_MEANINGS: Final = {
    Role.SWITCH: Meaning.POWER,
    Role.TIMER: Meaning.POWER,
    Role.CONTACT: Meaning.FLAG,
    Role.PRESENCE: Meaning.FLAG,
    Role.INPUT_NUMBER: Meaning.VALUE,
    Role.INPUT_TEXT: Meaning.VALUE,
    Role.INPUT_TIME: Meaning.TIME,
    Role.PLAYER: Meaning.PLAYER,
}
_FLAG_ROLES: Final = {Role.FLAG, Role.SETTABLE_FLAG}


def _meanings(feature: Feature) -> Iterator[tuple[str, Meaning, bool]]:
    """Yield the attributes that a feature reads, with their meanings and True for inverted ones."""
    match feature:
        case WholeFeature(role, (own, *_), flag) if role in _WHOLE_MEANINGS:
            yield own, _WHOLE_MEANINGS[role], flag.is_inverted
        case ControlFeature(_, Lamp() as lamp):
            if lamp.level:
                yield lamp.level[0], Meaning.LEVEL, False
            yield lamp.power or "state", Meaning.POWER, False
        case ControlFeature(_, Thermostat() as thermostat):
            yield thermostat.setpoint.attribute, Meaning.SETPOINT, False
            if thermostat.mode:
                yield thermostat.mode.attribute, Meaning.MODE, False
            if thermostat.temperature:
                yield thermostat.temperature, Meaning.ROOM_TEMPERATURE, False
        case AttributeFeature(role, attribute) if role in _FLAG_ROLES:
            yield attribute.name, Meaning.FLAG, feature.flag.is_inverted
        case AttributeFeature(role, attribute):
            yield attribute.name, Meaning.BATTERY if role is Role.BATTERY_STATE else Meaning.VALUE, False


def own_entity_map(
    entry_id: str, profiles: Mapping[str, Profile], entity_ids: Mapping[str, str], values: Mapping[str, Value]
) -> EntityMap:
    """Return the integration's own entities; `entity_ids` are those of the entity registry by unique id.

    `values` are the values of the variables.
    """
    entity_map = EntityMap(profiles=profiles, values=values)

    def find(*unique: str) -> str | None:
        try:
            return entity_ids.get(join_id(entry_id, *unique))
        except ValueError:
            return None  # a name that is too long has no entity

    for device_id, profile in profiles.items():
        for feature in profile.features:
            unique = _unique(feature)
            if (entity_id := find("device", device_id, *unique)) is None:
                continue
            entity_map.parts[device_id, *unique] = entity_id
            for name, _, _ in _meanings(feature):
                entity_map.attributes.setdefault((device_id, name), entity_id)
    for name in values:
        if (entity_id := find("variable", name)) is not None:
            entity_map.variables[name] = entity_id
    return entity_map


def _unique(feature: Feature) -> tuple[str, ...]:
    """Return the part of the unique id that follows the device."""
    match feature:
        case ButtonFeature(_, button):
            return ("button", button.id)
        case ActionFeature(_, action):
            return ("action", action.name)
        case AttributeFeature(_, attribute):
            return ("attribute", attribute.name)
    return (feature.role,)
