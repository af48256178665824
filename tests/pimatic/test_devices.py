"""The devices of real plugins, and the entities that their owners expect: one file in `devices/` for each device.

`device` is the announcement, `expected` the entities, `never` forbidden entities. `{"any": [...]}` lists correct
values, "*" allows every value; `near`, `le`, `ge` and `contains` compare numbers and lists. `name_hint` are the
attributes or actions of an entity; an `optional` one may be missing. `unit` and `state` are the native ones, `name` is
the English one, where it is tested. `calls` are the device's actions that an action of Home Assistant calls, `or` lists
other correct sequences.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
import json
from pathlib import Path
import re
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_component import DATA_INSTANCES
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.pimatic.api import Device, PimaticClient
from simulators.pimatic import PimaticSimulator
from tests.entries import set_up

FILES = sorted((Path(__file__).parent / "devices").glob("*.json"))
# Files whose announcement is misleading, with the attributes or actions that get a wrong entity.
KNOWN_FAULTS: dict[str, set[str]] = {
    # A curtain is announced as a dimmer; a separate button stops it.
    "src-slide": {"stopMovement"},
    # A lamp of another plugin changed the type of the shared `setColor` to a number, so the server refuses hex texts.
    "rec-rgbw": {"dimlevel"},
}
# The last movement of a shutter, which is disabled by default and was an entity of version 1.
IGNORED = {("sensor", "position")}
# Additional calls that are correct, because they turn a lamp on or keep its brightness.
HARMLESS_CALLS = {"turnOn", "changeDimlevelTo", "setBrightness"}
UNKNOWN = ("unknown", "unavailable")

type Json = dict[str, Any]


@dataclass
class Found:
    """An entity of a device: `names` are the attributes that it reads or the action that it calls."""

    entry: er.RegistryEntry
    entity: Entity
    names: tuple[str, ...]
    enabled: bool
    state: State

    @property
    def platform(self) -> str:
        """Return the platform."""
        return self.entry.domain


def fits(value: Any, wanted: Any) -> bool:
    """Return True if a value is as expected."""
    match wanted:
        case "*":
            return True
        case {"any": list(options)}:
            return any(fits(value, one) for one in options)
        case {"near": number}:
            return isinstance(value, int | float) and abs(value - number) <= 1
        case {"le": number}:
            return isinstance(value, int | float) and value <= number
        case {"ge": number}:
            return isinstance(value, int | float) and value >= number
        case {"contains": list(parts)}:
            return isinstance(value, list | tuple) and set(parts) <= set(value)
        case list() if isinstance(value, list | tuple):
            if all(isinstance(one, str) for one in wanted):
                return sorted(map(str, value)) == sorted(wanted)
            return len(value) == len(wanted) and all(map(fits, value, wanted, strict=True))
        case int() | float() if isinstance(value, int | float) and not isinstance(wanted, bool):
            return abs(value - wanted) < 0.01
    return bool(value == wanted)


def devices() -> Iterator[tuple[str, Json]]:
    """Yield the name and content of each file. A device with the id of another file gets the file name as id."""
    known: set[str] = set()
    for file in FILES:
        content = json.loads(file.read_text())
        device = content["device"]
        if device["id"] in known:
            device["id"] = device["config"]["id"] = file.stem
        known.add(device["id"])
        device.setdefault("configDefaults", {})
        yield file.stem, content


def entities_of(hass: HomeAssistant, entry: MockConfigEntry, enabled: set[str]) -> dict[str, list[Found]]:
    """Return the entities by the id of their device."""
    found: dict[str, list[Found]] = {}
    for one in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        entity = hass.data[DATA_INSTANCES][one.domain].get_entity(one.entity_id)
        state = hass.states.get(one.entity_id)
        device: Device | None = getattr(entity, "_device", None)
        if entity is None or device is None or state is None:
            continue
        names = tuple(key[1] for key in getattr(entity, "_keys", ()))
        if (action := getattr(entity, "_action", None)) is not None:
            names = (action.name,)
        elif (button := getattr(entity, "_button", None)) is not None:
            names = (button.id,)
        elif one.domain == "event":
            names = ("button",)
        found.setdefault(device.id, []).append(Found(one, entity, names, one.entity_id in enabled, state))
    return found


async def all_devices(
    hass: HomeAssistant, simulator: PimaticSimulator, entry: MockConfigEntry
) -> dict[str, list[Found]]:
    """Set up the integration with these devices, enable all entities, and return them."""
    simulator.house.devices = {content["device"]["id"]: content["device"] for _, content in devices()}
    simulator.house.variables, simulator.house.rules = {}, {}
    simulator.life.stop()
    await set_up(hass, entry)
    registry = er.async_get(hass)
    everything = er.async_entries_for_config_entry(registry, entry.entry_id)
    enabled = {one.entity_id for one in everything if one.disabled_by is None}
    for one in everything:
        registry.async_update_entity(one.entity_id, disabled_by=None)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    return entities_of(hass, entry, enabled)


def native(found: Found, name: str) -> Any:
    return getattr(found.entity, name, None)


def differences(wanted: Json, found: Found) -> Iterator[str]:
    """Yield the differences between an entity and the expected one."""
    entry, state = found.entry, found.state
    category = entry.entity_category.value if entry.entity_category else None
    if not fits(category, wanted["entity_category"]):
        yield f"category {category}, not {wanted['entity_category']}"
    if not fits(found.enabled, wanted["enabled"]):
        yield f"enabled {found.enabled}"
    device_class = state.attributes.get("device_class")
    if not fits(device_class, wanted["device_class"]):
        yield f"class {device_class}, not {wanted['device_class']}"
    if found.platform in ("sensor", "number"):
        if not fits(unit := native(found, "native_unit_of_measurement"), wanted["unit"]):
            yield f"unit {unit}, not {wanted['unit']}"
        if found.platform == "sensor" and not fits(one := native(found, "state_class"), wanted["state_class"]):
            yield f"state class {one}, not {wanted['state_class']}"
    if not fits_state(found, wanted["state"]):
        yield f"state {state.state} ({native(found, 'native_value')}), not {wanted['state']}"
    for name, value in wanted["attributes"].items():
        mine = state.attributes.get(name)
        if not fits(mine, value):
            yield f"{name} {mine}, not {value}"


def fits_state(found: Found, wanted: Any) -> bool:
    """Return True if the state is as expected; numbers are compared before Home Assistant converts their unit."""
    if isinstance(wanted, dict):
        return any(fits_state(found, one) for one in wanted["any"])
    state, value = found.state.state, native(found, "native_value")
    if wanted in ("*", state):
        return True
    if isinstance(value, datetime):
        return value == datetime.fromisoformat(wanted)
    with suppress(ValueError, TypeError):
        return abs(float(value) - float(wanted)) < 0.001
    return False


async def wrong_calls(hass: HomeAssistant, wanted: Json, found: Found) -> list[str]:
    """Return the actions of Home Assistant that call other actions of the device than expected."""
    wrong = []
    for command in wanted["commands"]:
        _, _, service = command["service"].partition(".")
        data = dict(command["data"] or {})
        if data.get("color_temp_kelvin") == "warmest":
            data["color_temp_kelvin"] = found.state.attributes.get("min_color_temp_kelvin", 2000)
        calls: list[tuple[str, Mapping[str, Any]]] = []

        async def take(_client: Any, _name: str, params: Json, _seconds: float, calls: Any = calls) -> None:
            target = {"deviceId", "actionName"}
            calls.append((params["actionName"], {key: value for key, value in params.items() if key not in target}))

        # This is behind the check of the parameters: the client sends nothing that it refuses.
        with patch.object(PimaticClient, "_call", take), suppress(HomeAssistantError):
            target = {"entity_id": found.entry.entity_id}
            await hass.services.async_call(found.platform, service, data, blocking=True, target=target)
        if not any(same_calls(calls, one) for one in [command["calls"], *command.get("or", [])]):
            wrong.append(f"{service} {data} calls {calls}, not {command['calls']}")
    return wrong


def same_calls(calls: list[tuple[str, Mapping[str, Any]]], wanted: list[Json]) -> bool:
    left = list(calls)
    for one in wanted:
        match = next((call for call in left if call[0] == one["action"] and same(call[1], one["params"])), None)
        if match is None:
            return False
        left.remove(match)
    return all(action in HARMLESS_CALLS for action, _ in left)


def same(params: Mapping[str, Any], wanted: Json) -> bool:
    return params.keys() == wanted.keys() and all(
        params[name] == value or fits(params[name], value) for name, value in wanted.items()
    )


def is_forbidden(found: Found, never: list[str]) -> bool:
    """Return True if a sentence of `never`, such as "no button for getState", is about the entity."""
    kind = found.platform.replace("_", " ")
    return any(
        sentence.startswith("no ")
        and re.search(rf"\b{kind}s?\b", sentence) is not None
        and any(re.search(rf"\b{re.escape(name)}\b", sentence) for name in found.names[:1])
        for sentence in never
    )


def matches(content: Json, found: list[Found]) -> Iterator[tuple[Json, Found | None]]:
    """Return an entity for each expected one; each entity is used once."""
    free = list(found)
    for one in content["expected"]:
        platforms = one["platform"]["any"] if isinstance(one["platform"], dict) else [one["platform"]]
        hints = set(one["name_hint"])
        fitting = [entity for entity in free if entity.platform in platforms and not hints.isdisjoint(entity.names)]
        fitting.sort(key=lambda entity: (entity.names[0] not in hints, entity.names[0] != one["name_hint"][0]))
        if fitting:
            free.remove(fitting[0])
        yield one, fitting[0] if fitting else None


async def faults(hass: HomeAssistant, content: Json, found: list[Found]) -> list[str]:
    """Return the faults of the entities of a device; each line begins with the attribute or action."""
    wrong, taken = [], []
    for wanted, entity in matches(content, found):
        name = wanted["name_hint"][0]
        if entity is None:
            if not wanted.get("optional"):
                others = [one.platform for one in found if name in one.names]
                wrong.append(f"{name}: no {wanted['platform']}, but {others}")
            continue
        taken.append(entity)
        if (mine := entity.entry.original_name) != wanted.get("name", mine):
            wrong.append(f"{name}: name {mine}, not {wanted['name']}")
        wrong += [f"{name}: {text}" for text in differences(wanted, entity)]
        wrong += [f"{name}: {text}" for text in await wrong_calls(hass, wanted, entity)]
    named = {name for one in content["expected"] for name in one["name_hint"]}
    for entity in found:
        if entity in taken or (entity.platform, entity.names[0]) in IGNORED:
            continue
        # Entities that a file does not have are ignored, except buttons, which must be in the file.
        is_judged = entity.names[0] in named or entity.platform not in ("sensor", "binary_sensor")
        if (entity.enabled and is_judged) or is_forbidden(entity, content["never"]):
            wrong.append(f"{entity.names[0]}: {entity.platform} that nobody expects")
    return wrong


@pytest.fixture
async def outcome(hass: HomeAssistant, simulator: PimaticSimulator, entry: MockConfigEntry) -> dict[str, list[str]]:
    """Return the faults of each file; one server has all devices."""
    found = await all_devices(hass, simulator, entry)
    return {name: await faults(hass, content, found.get(content["device"]["id"], [])) for name, content in devices()}


async def test_entities_and_commands_of_a_device_are_as_expected(outcome: dict[str, list[str]]) -> None:
    wrong = {name: found for name, found in outcome.items() if found}
    text = "\n".join(f"{name}\n    " + "\n    ".join(found) for name, found in wrong.items())
    names = {name: {line.partition(": ")[0] for line in found} for name, found in wrong.items()}
    assert names == KNOWN_FAULTS, f"{len(outcome) - len(wrong)} of {len(outcome)} are right; wrong:\n{text}"
