"""The payloads of real devices, and the entities that their owners expect: one file in `devices/` for each device.

A file has the device and its type as the cloud lists them, the payloads in the order in which they were sent, and the
expected entities. `x_ok` has further correct values of `x`; `optional` are keys that may have no entity or a disabled
one; `never` are keys that must have no entity. `name` is the English name, where it is tested. `command` has what the
device must receive, by the names of actions below: a payload, or the method, path and query of an HTTP request.
"""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
import json
from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_component import DATA_INSTANCES
from homeassistant.util.unit_conversion import EnergyConverter
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.instathings.api import CloudClient
from custom_components.instathings.api.http_commands import Request
from simulators.instathings.cloud import CloudSimulator
from simulators.instathings.devices import HTTP, KNX, MODBUS, SENSORTAG, ZIGBEE, Thing, Virtual
from tests.entries import set_up

FILES = sorted((Path(__file__).parent / "devices").glob("*.json"))
# The files are divided into this number of groups, because one project with all devices would be slow.
TESTS = 6
PROTOCOLS = {"zigbee": ZIGBEE, "http": HTTP, "modbus": MODBUS, "knx": KNX, "sensortag": SENSORTAG}
# Files and their keys that get a wrong entity, because only the model would decide, which readings do not have.
KNOWN_FAULTS: dict[str, set[str]] = {
    # A reading does not say which value of its list is the latest.
    "adeunis-comfort": {"temperature", "humidity"},
    "aqara-vibration-fahrenheit": {"strength", "angle_x", "angle_y", "angle_z"},
    "bosch-twinguard": {"voc"},
    # Other makers have this key in kW; only values of 100 or more show that it is in W.
    "epever-tracer": {"load_power"},
    # Other makers use this name for an energy.
    "heishamon-panasonic": {"Heat_Power_Consumption", "Heat_Power_Production"},
    # Other makers have this key in kW; only values of 100 or more show that it is in W.
    "modbus-renogy-rover": {"load_power"},
    "nimly-lock": {"auto_relock_time"},
    "onesti-lock-nulls": {"auto_relock_time"},
    # This is the current temperature of a channel.
    "wavin-floor-channels": {"10/current"},
    # The first reading after the setup is no press, because it may be hours old.
    "shellybutton1": {"inputs.0.event"},
}
UNSET = ("unknown", "unavailable")


@dataclass
class Found:
    """An entity of a device: `paths` are the keys that it reads, its main key first."""

    entry: er.RegistryEntry
    paths: list[str]
    enabled: bool
    state: State | None = None

    def reads(self, path: str) -> bool:
        return any(one == path or one.startswith(f"{path}.") for one in self.paths)

    def __str__(self) -> str:
        return f"{self.entry.domain} of {self.paths[0] if self.paths else '-'}"


def things(number: int) -> Iterator[tuple[str, dict[str, Any], Thing]]:
    """Yield the devices of the files of a test."""
    for file in FILES[number::TESTS]:
        wanted = json.loads(file.read_text())
        device, kind = wanted["device"], wanted["type"]
        make = Virtual if device["isVirtual"] else Thing
        # The simulator has one type for each model, and devices without a model have different add-ons.
        model = file.stem if kind["model"] == "-" else kind["model"]
        thing = make(device["id"], device["name"], {}, kind["manufacturer"], model, kind["description"])
        thing.protocol = PROTOCOLS.get(wanted["protocol"], "")
        thing.add_on = kind["addOn"]
        thing.payload = wanted["payloads"][-1]
        yield file.stem, wanted, thing


def entities_of(hass: HomeAssistant, entry: MockConfigEntry) -> dict[str, list[Found]]:
    """Return the entities by the id of their device."""
    registry = er.async_get(hass)
    found: dict[str, list[Found]] = {}
    for one in er.async_entries_for_config_entry(registry, entry.entry_id):
        entity = hass.data[DATA_INSTANCES][one.domain].get_entity(one.entity_id)
        if entity is None:
            continue
        keys = [key for key in getattr(entity, "_keys", ()) if key[1].isprintable()]
        if not keys and (key := getattr(entity, "_key", None)) is not None:
            keys = [key]
        if keys:
            found.setdefault(keys[0][0], []).append(
                Found(one, [path for _, path in keys], True, hass.states.get(one.entity_id))
            )
    return found


# The actions of Home Assistant for the commands of the files, by platform and name.
SERVICES: dict[tuple[str, str], tuple[str, dict[str, Any]]] = {
    ("switch", "on"): ("turn_on", {}),
    ("switch", "off"): ("turn_off", {}),
    ("light", "on"): ("turn_on", {}),
    ("light", "off"): ("turn_off", {}),
    ("light", "half"): ("turn_on", {"brightness_pct": 50}),
    ("light", "color"): ("turn_on", {"rgbw_color": (10, 20, 30, 40)}),
    ("cover", "open"): ("open_cover", {}),
    ("cover", "close"): ("close_cover", {}),
    ("cover", "stop"): ("stop_cover", {}),
    ("cover", "position"): ("set_cover_position", {"position": 50}),
    ("cover", "tilt"): ("set_cover_tilt_position", {"tilt_position": 50}),
    ("climate", "set"): ("set_temperature", {"temperature": 21}),
    ("climate", "heat"): ("set_hvac_mode", {"hvac_mode": "heat"}),
    ("climate", "eco"): ("set_preset_mode", {"preset_mode": "eco"}),
    ("fan", "on"): ("turn_on", {}),
    ("fan", "off"): ("turn_off", {}),
    ("lock", "lock"): ("lock", {}),
    ("lock", "unlock"): ("unlock", {}),
}


def service_of(platform: str, name: str, wanted: Any) -> tuple[str, dict[str, Any]]:
    """Return the action of Home Assistant for a command, and its data; a setting has the value to send."""
    if platform == "number":
        return "set_value", {"value": next(iter(wanted.values()))}
    if platform == "select":
        return "select_option", {"option": next(iter(wanted.values()))}
    return SERVICES[platform, name]


async def wrong_commands(hass: HomeAssistant, wanted: dict[str, Any], found: list[Found]) -> list[str]:
    """Return the commands whose payload or HTTP request differs from that of the file."""
    wrong = []
    for one in wanted["expected"]:
        for name, request in one.get("command", {}).items():
            entity = next((e for e in found if e.entry.domain == one["platform"] and e.reads(one["name_hint"])), None)
            if entity is None:
                continue
            service, data = service_of(one["platform"], name, request)
            with patch.object(CloudClient, "set", autospec=True) as sent, suppress(HomeAssistantError):
                target = {"entity_id": entity.entry.entity_id}
                await hass.services.async_call(one["platform"], service, data, blocking=True, target=target)
            call = sent.call_args_list[0] if sent.call_args_list else None
            if (actual := _request(call)) != request:
                wrong.append(f"{one['name_hint']}: {name} sends {actual}, not {request}")
    return wrong


def _request(call: Any) -> Any:
    """Return the payload or request of a call of the client's `set`."""
    if call is None:
        return None
    sent = call.args[-1]
    if not isinstance(sent, Request):
        return sent
    query = "&".join(f"{key}={value}" for key, value in sent.query.items())
    return f"{sent.method} {sent.path}?{query}"


@pytest.fixture(params=range(TESTS))
async def outcome(
    hass: HomeAssistant,
    cloud: CloudSimulator,
    cloud_entry: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> dict[str, list[str]]:
    """Return the faults of each file. All devices are in one project, and send their payloads twice.

    Disabled entities are enabled after the first time, so that their states can be compared.
    """
    files = list(things(request.param))
    gateway = next(thing for thing in cloud.house.things.values() if not thing.protocol)
    cloud.house.things.clear()
    cloud.house.things[gateway.id] = gateway
    for _, _, thing in files:
        cloud.house.things[thing.id] = thing
    await set_up(hass, cloud_entry)
    await send(hass, cloud, cloud_entry, files)
    registry = er.async_get(hass)
    disabled = {
        one.entity_id
        for one in er.async_entries_for_config_entry(registry, cloud_entry.entry_id)
        if one.disabled_by is not None
    }
    for entity_id in disabled:
        registry.async_update_entity(entity_id, disabled_by=None)
    # No stored readings are fetched, so that the first payload is received first.
    for _, _, thing in files:
        cloud.store.forget(thing.id)
    assert await hass.config_entries.async_reload(cloud_entry.entry_id)
    await hass.async_block_till_done()
    await send(hass, cloud, cloud_entry, files)
    found = entities_of(hass, cloud_entry)
    for entities in found.values():
        for one in entities:
            one.enabled = one.entry.entity_id not in disabled
    result = {name: sorted(faults(wanted, found.get(thing.id, []))) for name, wanted, thing in files}
    # The simulated devices do not respond to commands.
    monkeypatch.setattr("custom_components.instathings.commands.ECHO_SECONDS", 0.001)
    for name, wanted, thing in files:
        result[name] += await wrong_commands(hass, wanted, found.get(thing.id, []))
    return result


async def send(hass: HomeAssistant, cloud: CloudSimulator, entry: MockConfigEntry, files: list[Any]) -> None:
    """Let every device send its payloads, and wait until the entities are added and updated."""
    for _, wanted, thing in files:
        for payload in wanted["payloads"]:
            cloud.house.send(thing.id, payload)
    last = files[-1][2].id
    for _ in range(1000):
        await hass.async_block_till_done()
        profile = entry.runtime_data.profiles.get(last)
        if profile is not None and profile.received_at is not None:
            break
    # Entities are added in the background, and measurements are throttled.
    registry, count, still = er.async_get(hass), -1, 0
    while still < 5:
        await asyncio.sleep(0.2)
        await hass.async_block_till_done()
        before, count = (
            count,
            len(er.async_entries_for_config_entry(registry, entry.entry_id)) + len(hass.states.async_all()),
        )
        still = still + 1 if count == before else 0


def faults(wanted: dict[str, Any], found: list[Found]) -> Iterator[str]:
    """Yield the faults of the entities of a device."""
    taken: list[Found] = []
    for one in wanted["expected"]:
        platforms = [one["platform"], *one.get("also_ok", ())]
        fitting = [entity for entity in found if entity.entry.domain in platforms and entity.reads(one["name_hint"])]
        fitting.sort(
            key=lambda entity: (
                not entity.paths[0].startswith(one["name_hint"]),
                entity.entry.domain != one["platform"],
            )
        )
        if not fitting:
            others = [str(entity) for entity in found if entity.reads(one["name_hint"])]
            yield f"{one['name_hint']}: no {one['platform']}, but {others}"
            continue
        taken.append(fitting[0])
        yield from (f"{one['name_hint']}: {text}" for text in differences(one, fitting[0]))
    never = [text.partition(":")[0] for text in wanted["never"]]
    for entity in found:
        own = entity.paths[0]
        if any(own == path or own.startswith(f"{path}.") for path in never):
            yield f"{own}: never"
        elif entity not in taken and entity.enabled:
            optional = [path for path in wanted["optional"] if own == path or own.startswith(f"{path}.")]
            if not optional or "disabled" in wanted["optional"][optional[0]]:
                yield f"{own}: {entity.entry.domain} that nobody expects"


def differences(wanted: dict[str, Any], found: Found) -> Iterator[str]:
    """Yield the differences between an entity and the expected one."""
    state, entry = found.state, found.entry
    if found.enabled not in [wanted["enabled"], *wanted.get("enabled_ok", ())]:
        yield f"enabled {found.enabled}"
    category = entry.entity_category.value if entry.entity_category else None
    categories = [wanted["entity_category"], *wanted.get("entity_category_ok", ())]
    if entry.domain != wanted["platform"] and "config" in categories:
        categories.append("diagnostic")
    if category not in categories:
        yield f"category {category}, not {categories}"
    if entry.original_name != wanted.get("name", entry.original_name):
        yield f"name {entry.original_name}, not {wanted['name']}"
    if state is None:
        yield "no state"
        return
    yield from _class_differences(wanted, entry.domain, dict(state.attributes))
    if not wanted.get("state_free") and entry.domain != "event":
        unit = state.attributes.get("unit_of_measurement")
        states = [wanted["state"], *wanted.get("state_ok", ())]
        if not any(_same_state(state.state, one, unit, wanted["unit"]) for one in states):
            yield f"state {state.state}, not {states}"
    yield from _attribute_differences(wanted, dict(state.attributes))


def _class_differences(wanted: dict[str, Any], platform: str, have: dict[str, Any]) -> Iterator[str]:
    device_class = have.get("device_class")
    classes = [wanted["device_class"], *wanted.get("device_class_ok", ()), *wanted.get("class_ok", ())]
    if wanted.get("class_may_be_absent"):
        classes.append(None)
    if (platform == wanted["platform"] or device_class is not None) and device_class not in classes:
        yield f"class {device_class}, not {classes}"
    # Another correct device class has its own unit and state class.
    if device_class != wanted["device_class"]:
        return
    unit = have.get("unit_of_measurement")
    units = [wanted["unit"], *wanted.get("unit_ok", ()), *wanted.get("also_unit_ok", ())]
    if platform in ("sensor", "number") and unit not in units and not _same_energy(unit, wanted["unit"]):
        yield f"unit {unit}, not {units}"
    state_classes = [wanted["state_class"], *wanted.get("state_class_ok", ())]
    if wanted.get("class_may_be_absent") and device_class is None:
        state_classes.append(None)
    if platform == wanted["platform"] == "sensor" and have.get("state_class") not in state_classes:
        yield f"state class {have.get('state_class')}, not {state_classes}"


def _attribute_differences(wanted: dict[str, Any], have: dict[str, Any]) -> Iterator[str]:
    expected = dict(wanted.get("attributes", {}))
    for name in ("setpoints", "temperature_low_key", "temperature_high_key", "current_humidity_optional"):
        expected.pop(name, None)
    for name, value in expected.items():
        actual = have.get(name)
        if name == "supported_color_modes":
            allowed = [sorted(one) for one in (value, *wanted.get(f"{name}_ok", ()))]
            if sorted(actual or ()) not in allowed:
                yield f"{name} {actual}, not {allowed}"
        elif not any(_near(actual, one) for one in (value, *wanted.get(f"{name}_ok", ()))):
            yield f"{name} {actual}, not {value}"
    if (types := wanted.get("event_types_include")) and not set(types) <= set(have.get("event_types", ())):
        yield f"event types {have.get('event_types')}"
    if wanted.get("color_temp_within_limits") and not (
        have["min_color_temp_kelvin"] <= have["color_temp_kelvin"] <= have["max_color_temp_kelvin"]
    ):
        yield "colour temperature outside its limits"


def _near(actual: Any, wanted: Any) -> bool:
    if isinstance(wanted, list) and isinstance(actual, list | tuple):
        return len(actual) == len(wanted) and all(map(_near, actual, wanted, strict=True))
    if isinstance(wanted, int | float) and isinstance(actual, int | float) and not isinstance(wanted, bool):
        return abs(actual - wanted) <= max(1.01 if abs(wanted) > 10 else 0.006, abs(wanted) * 0.01)
    return bool(actual == wanted)


def _same_energy(actual: str | None, wanted: str | None) -> bool:
    return actual in EnergyConverter.VALID_UNITS and wanted in EnergyConverter.VALID_UNITS


def _same_state(actual: str, wanted: Any, unit: str | None, wanted_unit: str | None) -> bool:
    if wanted in UNSET or wanted is None:
        return actual in UNSET
    with suppress(ValueError, TypeError):
        value = float(actual)
        if unit != wanted_unit and _same_energy(unit, wanted_unit):
            value = EnergyConverter.convert(value, unit, wanted_unit)
        return abs(value - float(wanted)) <= max(0.006, abs(float(wanted)) * 0.001)
    return actual == str(wanted)


async def test_entities_and_commands_of_a_device_are_as_expected(outcome: dict[str, list[str]]) -> None:
    wrong = {name: found for name, found in outcome.items() if found}
    text = "\n".join(f"{name}\n    " + "\n    ".join(found) for name, found in wrong.items())
    keys = {name: {line.partition(": ")[0] for line in found} for name, found in wrong.items()}
    expected = {name: found for name, found in KNOWN_FAULTS.items() if name in outcome}
    assert keys == expected, f"{len(outcome) - len(wrong)} of {len(outcome)} are right; wrong:\n{text}"
