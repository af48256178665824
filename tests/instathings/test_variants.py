"""The differences between models of Zigbee devices, and devices without a known model."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from homeassistant.components.number.const import DEVICE_CLASS_UNITS as NUMBER_UNITS
from homeassistant.components.sensor.const import DEVICE_CLASS_STATE_CLASSES, DEVICE_CLASS_UNITS
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.instathings.api.meaning.data_points import DataPoint
from custom_components.instathings.api.meaning.profile import DeviceProfile
from custom_components.instathings.api.meaning.rules import ZIGBEE
from custom_components.instathings.api.meaning.variants import OPTION_SETS, _rows, fitting_options, variant_of
from custom_components.instathings.api.readings import parse_values
from custom_components.instathings.common.client.wire import DropCounter
from simulators.instathings.cloud import CloudSimulator
from simulators.instathings.devices import Zigbee
from tests.entries import set_up
from tests.waiting import eventually

ROWS = list(_rows())
# True: options that can be set.
UNITS = {
    True: {str(key): {*map(str, units)} for key, units in NUMBER_UNITS.items()},
    False: {str(key): {*map(str, units)} for key, units in DEVICE_CLASS_UNITS.items()},
}
STATE_CLASSES = {str(key): {*map(str, found)} for key, found in DEVICE_CLASS_STATE_CLASSES.items()}
CONTROLS = ("climate.", "light.", "fan.")


def points(payload: dict[str, Any], model: str | None = None) -> dict[str, DataPoint]:
    """Return the data points of a device that has sent a payload."""
    profile, dropped = DeviceProfile("a", can_be_set=True, model=model), DropCounter()
    profile.read(parse_values(payload, dropped), dropped)
    return {point.path: point for point in profile.data_points()}


# The table ---------------------------------------------------------------------------------------


def test_every_variant_belongs_to_a_row_and_can_be_an_entity() -> None:
    wrong = []
    for key, variant, models in ROWS:
        if not key.startswith(CONTROLS):
            device_class = variant.device_class or ""
            units = UNITS[variant.platform == "number"].get(device_class, {variant.unit})
            states = STATE_CLASSES.get(device_class, {variant.state_class})
            is_right = (
                key in ZIGBEE
                and variant.platform in ("number", "select", "switch", "sensor", "binary_sensor")
                and (variant.platform in ("switch", "binary_sensor") or not variant.words)
                and variant.unit in units
                and (variant.state_class is None or variant.state_class in states)
                and (variant.platform != "select" or len(variant.options) > 1)
            )
            if not is_right:
                wrong.append((key, variant))
        limits = variant.limits
        if limits is not None and not limits.low < limits.high:
            wrong.append((key, variant))
        if len(set(variant.options)) != len(variant.options) or models == "||":
            wrong.append((key, variant))
    assert wrong == []


def test_a_model_has_one_variant_of_a_key() -> None:
    found = Counter((key, model) for key, _, models in ROWS for model in models.strip("|").split("|"))
    assert [pair for pair, count in found.items() if count > 1] == []


def test_a_model_is_found_ignoring_case_by_its_full_name() -> None:
    key, variant, models = next(row for row in ROWS if row[0] == "power_on_behavior")
    model = models.strip("|").split("|")[0]
    assert variant_of(key, model.upper()) == variant
    assert variant_of(key, model[:-1]) is None
    assert variant_of(key, "|") is None
    assert variant_of(key, None) is None


# Data points -------------------------------------------------------------------------------------


def test_the_model_decides_options_limits_and_units() -> None:
    assert points({"power_on_behavior": "on"}, "E26-N13")["power_on_behavior"].rule.option_sets
    assert points({"power_on_behavior": "on"}, "S4PL-00416EU")["power_on_behavior"].rule.options == (
        "off", "on", "previous", "match_input",
    )  # fmt: skip
    minutes, unknown = points({"reading_interval": 30}, "EFEKTA_eFlora"), points({"reading_interval": 30})
    rule = minutes["reading_interval"].rule
    assert (rule.unit, rule.device_class, rule.limits) == ("min", "duration", (1, 360))
    assert unknown["reading_interval"].rule.unit is None
    litres = points({"water_consumed": 5})["water_consumed"].rule
    cubic = points({"water_consumed": 5}, "TS0601_water_meter")["water_consumed"].rule
    assert (litres.unit, cubic.unit, cubic.device_class, cubic.state_class) == ("L", "m³", "water", "total_increasing")


def test_the_model_decides_what_can_be_set() -> None:
    assert points({"valve_position": 20}, "TRV-4-1-00")["valve_position"].kind == "number"
    assert points({"valve_position": 20})["valve_position"].kind == "sensor"
    assert points({"child_lock": "locked"}, "mTouch_Astro")["child_lock"].kind == "binary_sensor"
    assert points({"child_lock": "LOCK"})["child_lock"].kind == "switch"


def test_the_model_decides_the_words_for_on_and_off() -> None:
    point = points({"learning_control": "reset"}, "M1P-E")["learning_control"]
    assert (point.kind, point.on, point.off) == ("switch", "start", "reset")
    assert (point.is_on("start"), point.is_on("reset"), point.is_on("x")) == (True, False, None)
    # Without a model it is a text.
    assert points({"learning_control": "reset"})["learning_control"].kind == "sensor"
    # This model has the opposite words.
    point = points({"child_lock": "UNLOCK"}, "SR-ZG9092A")["child_lock"]
    assert (point.on, point.is_on("UNLOCK"), point.is_on("LOCK")) == ("UNLOCK", True, False)


def test_without_a_model_only_on_and_off_are_a_switch() -> None:
    # Models send START and END, OFF and ON, or a flag.
    assert points({"calibration": "ON"})["calibration"].kind == "switch"
    assert points({"calibration": "START"})["calibration"].kind == "select"
    assert points({"calibration": "ON"}, "ZTS-EUR-C")["calibration"].kind == "select"
    # This key has more words than these two.
    assert points({"power_on_behavior": "on"})["power_on_behavior"].kind == "select"


def test_without_a_model_received_words_decide_the_options() -> None:
    sets = (("off", "on", "previous"), ("off", "on", "previous", "toggle"), ("low", "high", "on"))
    assert fitting_options(sets, set()) == ("off", "on", "previous", "toggle", "low", "high")
    assert fitting_options(sets, {"previous"}) == ("off", "on", "previous", "toggle")
    assert fitting_options(sets, {"on", "high"}) == ("low", "high", "on")
    assert fitting_options(sets, {"on", "strange"}) == ("off", "on", "previous", "toggle", "low", "high")
    assert len(OPTION_SETS["power_on_behavior"]) > 2


# All models -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pressure", "unit"), [(1003.2, "hPa"), (640, "hPa"), (100.3, "kPa"), (64, "kPa"), (1.5, "bar"), (15, None)]
)
def test_the_size_of_a_pressure_decides_its_unit(pressure: float, unit: str | None) -> None:
    assert points({"pressure": pressure})["pressure"].rule.unit == unit


def test_a_cover_can_have_additional_switches() -> None:
    profile, dropped = DeviceProfile("a", can_be_set=True), DropCounter()
    profile.read(parse_values({"state": "OPEN", "position": 40, "state_l1": "ON"}, dropped), dropped)
    assert {control.main: control.kind for control in profile.controls()} == {"state": "cover", "state_l1": "switch"}
    # This key repeats the value of an endpoint.
    profile = DeviceProfile("a", can_be_set=True)
    profile.read(parse_values({"state": "ON", "state_l1": "ON", "state_usb_a": "OFF"}, dropped), dropped)
    assert [control.main for control in profile.controls()] == ["state_l1", "state_usb_a"]


def test_a_block_of_settings_is_read_only() -> None:
    point = points({"some_flags": {"child_protection": False}})["some_flags.child_protection"]
    assert point.kind == "binary_sensor"


@pytest.mark.parametrize(
    "payload",
    [
        {"window_detection_params": {"valve": "OFF", "temperature": 5, "minutes": 10}},
        {"workdays": [{"hour": 6, "minute": 0, "temperature": 20}]},
        {"holidays": [{"hour": 6, "minute": 0, "temperature": 20}]},
        {"action_color": {"x": 0.1, "y": 0.2}},
    ],
)
def test_a_schedule_has_no_class(payload: dict[str, Any]) -> None:
    assert points(payload) == {}


def test_other_keys_change_the_meaning() -> None:
    assert points({"consumption": 3.2})["consumption"].rule.enabled
    assert not points({"consumption": 3.2, "energy": 3.2})["consumption"].rule.enabled
    alarm, thermostat = points({"heat": False})["heat"].rule, points({"heat": "ON"})["heat"].rule
    assert (alarm.device_class, alarm.enabled) == ("heat", True)
    assert (thermostat.device_class, thermostat.enabled) == (None, False)


# In Home Assistant -----------------------------------------------------------------------------------


@pytest.fixture
def add(hass: HomeAssistant, cloud: CloudSimulator, cloud_entry: MockConfigEntry) -> Callable[..., Any]:
    """Return a function that sets up the project with a device of a model that has sent a payload."""

    async def add(model: str, payload: dict[str, Any]) -> Zigbee:
        thing = Zigbee("zbModel01", "Thing", payload, "Maker", model)
        cloud.house.things[thing.id] = thing
        await set_up(hass, cloud_entry)
        cloud.house.send(thing.id)
        registry = er.async_get(hass)

        def is_there() -> bool:
            entries = er.async_entries_for_config_entry(registry, cloud_entry.entry_id)
            return any(thing.id in one.unique_id and one.domain != "button" for one in entries)

        await eventually(is_there)
        await hass.async_block_till_done()
        return thing

    return add


def _attributes(hass: HomeAssistant, entity_id: str) -> dict[str, Any]:
    state = hass.states.get(entity_id)
    assert state is not None
    return dict(state.attributes)


@pytest.mark.usefixtures("everything_enabled")
async def test_a_select_of_a_known_model_sends_the_option(
    hass: HomeAssistant, add: Callable[..., Any], entity_of: Callable[[str, str], str]
) -> None:
    await add("S4PL-00416EU", {"power_on_behavior": "on"})
    select = entity_of("select", "zbModel01/power_on_behavior")
    assert _attributes(hass, select)["options"] == ["off", "on", "previous", "match_input"]


@pytest.mark.usefixtures("everything_enabled")
async def test_a_select_of_numbers_sends_a_number(
    hass: HomeAssistant, cloud: CloudSimulator, add: Callable[..., Any], entity_of: Callable[[str, str], str]
) -> None:
    await add("SPZB0001", {"trv_mode": 2})
    select = entity_of("select", "zbModel01/trv_mode")
    assert hass.states.is_state(select, "2")
    assert _attributes(hass, select)["options"] == ["1", "2"]
    data = {ATTR_ENTITY_ID: select, "option": "1"}
    await hass.services.async_call("select", "select_option", data, blocking=True)
    assert cloud.record.of("set")[-1]["body"] == {"trv_mode": 1}
    assert hass.states.is_state(select, "1")


@pytest.mark.usefixtures("everything_enabled")
async def test_each_received_word_reduces_the_options_of_an_unknown_model(
    hass: HomeAssistant, cloud: CloudSimulator, add: Callable[..., Any], entity_of: Callable[[str, str], str]
) -> None:
    await add("home made", {"mode": "switch_1"})
    select = entity_of("select", "zbModel01/mode")
    options = _attributes(hass, select)["options"]
    assert "scene_1" in options
    assert "fan_only" not in options
    # No model has this word.
    cloud.house.change("zbModel01", {"mode": "strange"})
    await eventually(lambda: "strange" in _attributes(hass, select)["options"])
    assert hass.states.is_state(select, "strange")


async def test_a_climate_entity_of_a_known_model(
    hass: HomeAssistant, cloud: CloudSimulator, add: Callable[..., Any], entity_of: Callable[[str, str], str]
) -> None:
    await add(
        "E25-BATB",
        {"current_heating_setpoint": 20, "local_temperature": 19, "system_mode": "heat", "preset": "manual"},
    )
    climate = entity_of("climate", "zbModel01/climate")
    attributes = _attributes(hass, climate)
    assert attributes["hvac_modes"] == ["heat", "cool"]
    assert attributes["preset_modes"] == ["manual", "schedule", "frost protection"]
    assert (attributes["min_temp"], attributes["max_temp"]) == (5, 35)


async def test_a_climate_entity_sends_the_word_of_the_model_for_a_mode(
    hass: HomeAssistant, cloud: CloudSimulator, add: Callable[..., Any], entity_of: Callable[[str, str], str]
) -> None:
    await add("old", {"current_heating_setpoint": "20.0", "local_temperature": "19.5", "system_mode": "auto"})
    climate = entity_of("climate", "zbModel01/climate")
    assert hass.states.is_state(climate, "auto")
    cloud.house.change("zbModel01", {"system_mode": "manual", "operation": "heating"})
    await eventually(lambda: hass.states.is_state(climate, "heat"))
    await eventually(lambda: _attributes(hass, climate)["hvac_action"] == "heating")
    cloud.house.change("zbModel01", {"system_mode": "off"})
    await eventually(lambda: hass.states.is_state(climate, "off"))
    for mode, word in (("heat", "manual"), ("auto", "auto")):
        data = {ATTR_ENTITY_ID: climate, "hvac_mode": mode}
        await hass.services.async_call("climate", "set_hvac_mode", data, blocking=True)
        assert cloud.record.of("set")[-1]["body"] == {"system_mode": word}


async def test_a_valve_with_two_setpoints_shows_the_current_one(
    hass: HomeAssistant, cloud: CloudSimulator, add: Callable[..., Any], entity_of: Callable[[str, str], str]
) -> None:
    await add("old", {"current_heating_setpoint": 17, "occupied_heating_setpoint": 21, "local_temperature": 18.5})
    climate = entity_of("climate", "zbModel01/climate")
    assert _attributes(hass, climate)["temperature"] == 17
    data = {ATTR_ENTITY_ID: climate, "temperature": 20}
    await hass.services.async_call("climate", "set_temperature", data, blocking=True)
    assert cloud.record.of("set")[-1]["body"] == {"current_heating_setpoint": 20}


async def test_a_climate_entity_without_heating_is_turned_on(
    hass: HomeAssistant, cloud: CloudSimulator, add: Callable[..., Any], entity_of: Callable[[str, str], str]
) -> None:
    model = next(
        models.strip("|").split("|")[0]
        for key, variant, models in ROWS
        if key == "climate.system_mode" and "heat" not in variant.options and "off" in variant.options
    )
    await add(model, {"occupied_cooling_setpoint": 24, "local_temperature": 26, "system_mode": "off"})
    climate = entity_of("climate", "zbModel01/climate")
    await hass.services.async_call("climate", "turn_on", {ATTR_ENTITY_ID: climate}, blocking=True)
    [mode] = cloud.record.of("set")[-1]["body"].values()
    assert mode in _attributes(hass, climate)["hvac_modes"]
    assert mode != "off"


async def test_a_light_of_a_known_model(
    hass: HomeAssistant, cloud: CloudSimulator, add: Callable[..., Any], entity_of: Callable[[str, str], str]
) -> None:
    await add("AU-A1ZBMPRO1ZX", {"state": "ON", "brightness": 100, "color_temp": 300})
    lamp = _attributes(hass, entity_of("light", "zbModel01/state"))
    assert (lamp["min_color_temp_kelvin"], lamp["max_color_temp_kelvin"]) == (2198, 5000)
    assert "blink" in lamp["effect_list"]
    data = {ATTR_ENTITY_ID: entity_of("light", "zbModel01/state"), "effect": "blink"}
    await hass.services.async_call("light", "turn_on", data, blocking=True)
    assert cloud.record.of("set")[-1]["body"] == {"state": "ON", "effect": "blink"}


async def test_the_modes_of_a_fan(
    hass: HomeAssistant, add: Callable[..., Any], entity_of: Callable[[str, str], str]
) -> None:
    model, modes = next(
        (models.strip("|").split("|")[0], variant.options) for key, variant, models in ROWS if key == "fan.fan_mode"
    )
    await add(model, {"fan_state": "ON", "fan_mode": modes[0]})
    fan = _attributes(hass, entity_of("fan", "zbModel01/fan_state"))
    assert (fan["preset_modes"], fan["preset_mode"]) == ([mode for mode in modes if mode != "off"], modes[0])
