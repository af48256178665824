"""Home Assistant accepts the entity of a key with any name: classes, units, state classes, limits.

`MEANINGS=25000 .venv/bin/python -m pytest --timeout=0 tests/instathings/test_meanings.py` tries that many devices, each
with four payloads.
"""

import os
from typing import Any

from homeassistant.components.number.const import DEVICE_CLASS_UNITS as NUMBER_UNITS, NumberDeviceClass
from homeassistant.components.sensor.const import DEVICE_CLASS_STATE_CLASSES, DEVICE_CLASS_UNITS
from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.instathings import binary_sensor, sensor
from custom_components.instathings.api.meaning.data_points import DataPoint, DataPointKind
from custom_components.instathings.api.meaning.profile import DeviceProfile
from custom_components.instathings.api.meaning.rules import HTTP, SUFFIXES, ZIGBEE, Kind, Rule, rule_of
from custom_components.instathings.api.readings import parse_flag, parse_values
from custom_components.instathings.common.client.wire import DropCounter
from custom_components.instathings.common.names.flag_words import FLAGS
from custom_components.instathings.common.names.quantities import QUANTITIES
from custom_components.instathings.common.names.units import UNITS
from custom_components.instathings.common.names.vocabulary import PERIODS, PLACES, SPOILING, WANTED, WHICH
from custom_components.instathings.entity import READ_ONLY, fields_of
from harness import what, what_instathings

EXAMPLES = int(os.environ.get("MEANINGS", "200"))
AROUND = ("total", "price", "factor", "cycles", "max", "temperatur", "leistung", "today", "count", "di", "x", "on")
WORDS = st.sampled_from(sorted({word for path in ZIGBEE for word in path.replace(".", "_").split("_")}))
# The known words, joined in the ways of makers.
MEANINGFUL = st.sampled_from(sorted({*QUANTITIES, *UNITS, *WHICH, *PLACES, *PERIODS, *WANTED, *FLAGS, *SPOILING}))
JOINED = st.builds(
    lambda words, join: join(words),
    st.lists(MEANINGFUL | WORDS, min_size=1, max_size=4),
    st.sampled_from(["_".join, "/".join, ".".join, " ".join, lambda words: "".join(map(str.capitalize, words))]),
)
KEYS = (
    st.sampled_from(sorted(ZIGBEE)).map(lambda path: path.replace("#", "1"))
    | st.builds("{}_{}".format, st.sampled_from(sorted(ZIGBEE)), st.sampled_from((*SUFFIXES, *AROUND)))
    | st.builds("{}_{}".format, st.sampled_from(AROUND), st.sampled_from(sorted(ZIGBEE)))
    | JOINED
)
PARTS = st.sampled_from(sorted(HTTP)).map(lambda path: path.replace("*", "switch").replace("#", "0")) | JOINED
VALUES = st.sampled_from(
    [
        *(0, 1, -1, 21.5, 255, 999, 327.67, 3000, None, True, False, float("nan"), {"a": 1}, [], [1]),
        *({"Value": 3, "Unit": "W"}, {"v": 3, "u": "°C"}, {"value": 3, "unit": "strange"}),
        *("21,5", "80.00", "ON", "off", "LOCK", "open", "wet", "n/a", "", "auto", "unknown", "2026-11-21T00:09:03"),
    ]
)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.booleans().flatmap(
        lambda is_http: st.tuples(
            st.just(is_http),
            st.lists(st.dictionaries(PARTS if is_http else KEYS, VALUES, max_size=6), min_size=4, max_size=4),
            st.booleans(),
        )
    )
)
def test_home_assistant_accepts_every_entity(case: tuple[bool, list[dict[str, Any]], bool]) -> None:
    is_http, payloads, can_be_set = case
    profile, dropped = DeviceProfile("a", can_be_set=can_be_set), DropCounter()
    assert profile.fits(is_http=is_http)
    kinds: dict[str, DataPoint] = {}
    for payload in payloads:
        profile.read(parse_values(payload, dropped, is_http=is_http), dropped)
        profile.controls()
        for data_point in profile.data_points():
            _check(data_point)
            before = kinds.setdefault(data_point.path, data_point)
            # The first known word of a `state` decides its meaning, and the later ones do not change it.
            if not data_point.path.startswith("state"):
                assert (before.kind, before.is_number) == (data_point.kind, data_point.is_number)


def _check(data_point: DataPoint) -> None:
    fields = fields_of(data_point)
    if data_point.kind in READ_ONLY:
        assert fields["entity_category"] in (None, "diagnostic")
    match data_point.kind:
        case DataPointKind.SENSOR:
            row = sensor.describe(data_point)
            if row.device_class and data_point.is_number:
                assert row.native_unit_of_measurement in DEVICE_CLASS_UNITS.get(
                    row.device_class, {row.native_unit_of_measurement}
                )
                allowed = DEVICE_CLASS_STATE_CLASSES.get(row.device_class, {row.state_class})
                assert row.state_class is None or row.state_class in allowed
            if not data_point.is_number:
                assert (row.native_unit_of_measurement, row.state_class) == (None, None)
                assert row.device_class in (None, "enum")
        case DataPointKind.BINARY_SENSOR:
            binary_sensor.describe(data_point)
        case DataPointKind.NUMBER:
            rule = data_point.rule
            assert rule.limits is not None
            assert rule.limits.low < rule.limits.high
            if rule.device_class:
                assert rule.unit in NUMBER_UNITS.get(NumberDeviceClass(rule.device_class), {rule.unit})
        case DataPointKind.SELECT:
            assert data_point.rule.options


@pytest.mark.parametrize("word", ["price", "cycles", "factor", "cost", "trend", "on_hours"])
@pytest.mark.parametrize("key", ["energy", "power", "battery", "temperature", "voltage"])
def test_a_word_after_the_quantity_changes_the_meaning(key: str, word: str) -> None:
    # `on_hours` is a duration.
    assert rule_of(f"{key}_{word}").device_class in (None, "power_factor", "duration")


# Key, platform, device class, unit, state class of keys that are in no table.
BY_WORDS = [
    ("ac/l1/voltage", "sensor", "voltage", "V", "measurement"),
    ("BatteryVoltage", "sensor", "voltage", "V", "measurement"),
    ("DailyEnergy_kWh", "sensor", "energy", "kWh", "total_increasing"),
    ("grid_kW", "sensor", "power", "kW", "measurement"),
    ("power_total", "sensor", "power", "W", "measurement"),
    ("energy_total", "sensor", "energy", "kWh", "total_increasing"),
    ("vorlauf_temperatur", "sensor", "temperature", "°C", "measurement"),
    ("tank_pressure", "sensor", None, None, "measurement"),
    ("tank_pressure_kpa", "sensor", "pressure", "kPa", "measurement"),
    ("max_boiler_temperature", "number", "temperature", "°C", None),
    ("boiler_temperature_offset", "number", "temperature_delta", "°C", None),
    ("radar_motion_sensitivity", "number", None, None, None),
    ("pir_motion", "binary_sensor", "motion", None, None),
    # In other languages the adjective is last, and words are compounds.
    ("temperatura_esterna", "sensor", "temperature", "°C", "measurement"),
    ("potenza_attiva_totale", "sensor", "power", "W", "measurement"),
    ("potenza reattiva L2", "sensor", "reactive_power", "var", "measurement"),
    ("puissance_apparente", "sensor", "apparent_power", "VA", "measurement"),
    ("Température extérieure", "sensor", "temperature", "°C", "measurement"),
    ("Umidità", "sensor", "humidity", "%", "measurement"),
    ("Blindleistung_L1", "sensor", "reactive_power", "var", "measurement"),
    ("Scheinleistung", "sensor", "apparent_power", "VA", "measurement"),
    ("Netzspannung", "sensor", "voltage", "V", "measurement"),
    ("Solltemperatur", "number", "temperature", "°C", None),
    ("Energie gesamt", "sensor", "energy", "kWh", "total_increasing"),
    ("temperatura_acs", "sensor", "temperature", "°C", "measurement"),
    ("potenza_assorbita", "sensor", "power", "W", "measurement"),
    ("pressione_impianto_bar", "sensor", "pressure", "bar", "measurement"),
    ("temperatura_massima", "number", "temperature", "°C", None),
    ("puissance réactive du compteur", "sensor", "reactive_power", "var", "measurement"),
    ("température_ballon", "sensor", "temperature", "°C", "measurement"),
    ("énergie injectée", "sensor", "energy", "kWh", "total_increasing"),
    ("power_consumption_w", "sensor", "power", "W", "measurement"),
    ("Leistung Bezug", "sensor", "power", "W", "measurement"),
    ("power_export", "sensor", "power", "W", "measurement"),
    # The owner of a quantity may follow it, and is no quantity then.
    ("voltage_battery", "sensor", "voltage", "V", "measurement"),
    ("temperatureWater", "sensor", "temperature", "°C", "measurement"),
    ("battery_power", "sensor", "power", "W", "measurement"),
    ("power_dc", "sensor", "power", "W", "measurement"),
    ("FLOW_TEMPERATURE_HC1", "sensor", "temperature", "°C", "measurement"),
    ("SET_TEMPERATURE_HC2", "number", "temperature", "°C", None),
    ("power_mppt2", "sensor", "power", "W", "measurement"),
    ("voltage_zone_1", "sensor", "voltage", "V", "measurement"),
    # A unit at the end, or before the name of a part.
    ("Power_va_L1", "sensor", "apparent_power", "VA", "measurement"),
    ("Power_var_L1", "sensor", "reactive_power", "var", "measurement"),
    ("energy_varh", "sensor", "reactive_energy", "varh", "total_increasing"),
    ("VOLUME_FLOW_L_MIN", "sensor", "volume_flow_rate", "L/min", "measurement"),
    ("wind_speed_km_h", "sensor", "wind_speed", "km/h", "measurement"),
    ("demand_w", "sensor", "power", "W", "measurement"),
    ("energyKWh", "sensor", "energy", "kWh", "total_increasing"),
    ("Reactive_Energy_Total_varh", "sensor", "reactive_energy", "varh", "total_increasing"),
    ("apparent_energy_kvah", "sensor", None, "kVAh", "total_increasing"),
    ("gas_m3", "sensor", "gas", "m³", "total_increasing"),
    ("gas_ft3", "sensor", "gas", "ft³", "total_increasing"),
    ("water_consumption_l", "sensor", "water", "L", "total_increasing"),
    ("flow_rate_lpm", "sensor", "volume_flow_rate", "L/min", "measurement"),
    ("windSpeedKmh", "sensor", "wind_speed", "km/h", "measurement"),
    ("rain_mm", "sensor", "precipitation", "mm", "total_increasing"),
    ("rain-rate-mmh", "sensor", "precipitation_intensity", "mm/h", "measurement"),
    ("distance_cm", "sensor", "distance", "cm", "measurement"),
    ("snow_depth_in", "sensor", "distance", "in", "measurement"),
    ("tempF", "sensor", "temperature", "°F", "measurement"),
    ("pm2_5", "sensor", "pm25", "μg/m³", "measurement"),
    ("tvoc_ppb", "sensor", "volatile_organic_compounds_parts", "ppb", "measurement"),
    ("uv_index", "sensor", None, None, "measurement"),
    ("Battery_SoC", "sensor", "battery", "%", "measurement"),
    ("BatterySoC", "sensor", "battery", "%", "measurement"),
    ("rainfall_accumulation_inch", "sensor", "precipitation", "in", "total_increasing"),
    ("stromverbrauch_kwh", "sensor", "energy", "kWh", "total_increasing"),
    ("temp_kitchen", "sensor", "temperature", "°C", "measurement"),
    ("string1_a", "sensor", "current", "A", "measurement"),
    ("P_PV", "sensor", "power", "W", "measurement"),
    ("BME280.Pressure", "sensor", "atmospheric_pressure", "hPa", "measurement"),
    ("chlorine_ppm", "sensor", None, "ppm", "measurement"),
    ("max_wind_speed_ms", "sensor", "wind_speed", "m/s", "measurement"),
    ("temp_max_today", "sensor", None, None, None),
    ("cellar_door_state", "binary_sensor", "door", None, None),
    # No class is better than a wrong one.
    ("battery_kwh", "sensor", "energy", "kWh", None),
    ("current_electricity_usage", "sensor", None, None, None),
    ("port_a", "sensor", None, None, None),
    ("wind_km", "sensor", None, None, None),
    ("temperature_k", "sensor", None, None, None),
    ("distance", "sensor", "distance", "m", "measurement"),
    ("co2Level", "sensor", "carbon_dioxide", "ppm", "measurement"),
    ("temperature_2m", "sensor", "temperature", "°C", "measurement"),
    ("state_of_charge", "sensor", "battery", "%", "measurement"),
    ("frequency-of-supply-voltages", "sensor", "frequency", "Hz", "measurement"),
    ("sum_of_line_currents", "sensor", "current", "A", "measurement"),
    ("energia_costo", "sensor", None, None, None),
    ("temperature_trend", "sensor", None, None, None),
    ("power_yesterday", "sensor", None, None, None),
    ("power_level", "sensor", None, None, None),
    ("battery_cell_1", "sensor", None, None, None),
    ("wind_distance", "sensor", None, None, None),
    ("motor_speed_now", "sensor", None, None, None),
    ("energie_preis", "sensor", None, None, None),
    ("rain_today", "sensor", None, None, None),
    ("cos", "sensor", None, None, None),
    ("temperature_total", "sensor", None, None, None),
    ("voltage_today", "sensor", None, None, None),
    ("light_on_motion", "sensor", None, None, None),
    ("energy_tariff", "sensor", None, None, None),
    ("color_temperature_kelvin", "sensor", None, None, None),
]


@pytest.mark.parametrize(("key", "platform", "device_class", "unit", "state_class"), BY_WORDS)
def test_the_words_of_a_key_decide_the_meaning(
    key: str, platform: str, device_class: str | None, unit: str | None, state_class: str | None
) -> None:
    rule = rule_of(key)
    assert (rule.platform, rule.device_class, rule.unit, rule.state_class) == (
        platform, device_class, unit, state_class
    )  # fmt: skip
    # Measurements are enabled; settings and unknown keys are not.
    assert rule.enabled == (platform != "number" and (device_class is not None or state_class is not None))


# Name and unit of `{name: {"value": 3, "unit": unit}}`, then device class, unit and state class.
STATED = [
    ("room", "°C", "temperature", "°C", "measurement"),
    ("room", "Celsius", "temperature", "°C", "measurement"),
    ("room", "ºC", "temperature", "°C", "measurement"),
    ("overheat", "K", "temperature_delta", "K", "measurement"),
    ("power", "kW", "power", "kW", "measurement"),
    ("total", "Wh", "energy", "Wh", "total_increasing"),
    ("fan", "%", None, "%", "measurement"),
    ("humidity", "%", "humidity", "%", "measurement"),
    ("flow", "l/min", "volume_flow_rate", "L/min", "measurement"),
    ("L_highpressure", "Bar", "pressure", "bar", "measurement"),
    ("radiation", "W/m2", "irradiance", "W/m²", "measurement"),
    ("pm25", "µg/m³", "pm25", "μg/m³", "measurement"),
    ("soil", "µS/cm", "conductivity", "μS/cm", "measurement"),
    ("meter", "m³", "volume", "m³", "total_increasing"),
    ("stack", "m³", None, "m³", "measurement"),
    ("gas", "m³", "gas", "m³", "total_increasing"),
    ("run", "minutes", "duration", "min", "measurement"),
    ("wind", "m/s", "wind_speed", "m/s", "measurement"),
    ("belt", "m/s", "speed", "m/s", "measurement"),
    ("pause", "ms", "duration", "ms", "measurement"),
    ("energy_price", "€/kWh", None, "€/kWh", "measurement"),
    ("strange", "flurbs", None, "flurbs", "measurement"),
]


@pytest.mark.parametrize(("name", "unit", "device_class", "known_unit", "state_class"), STATED)
@pytest.mark.parametrize("keys", [("value", "unit"), ("val", "Unit"), ("V", "uom")])
def test_a_stated_unit_decides_the_meaning(
    keys: tuple[str, str], name: str, unit: str, device_class: str | None, known_unit: str, state_class: str
) -> None:
    value, stated = keys
    [row] = [row for row in what_instathings.rows({name: {value: 3, stated: unit}}) if row.path == f"{name}.{value}"]
    assert (row.device_class, row.unit, row.state_class, row.enabled) == (device_class, known_unit, state_class, True)


@pytest.mark.parametrize("key", ["mac1", "eth_mac2", "APMac", "wifi.bssid3", "ssid_2"])
def test_an_address_with_a_number_has_no_entity(key: str) -> None:
    assert rule_of(key).kind is Kind.IGNORED


@pytest.mark.parametrize(("value", "number"), [("812", 812), ("3,2", 3.2), ("-4.5", -4.5), ("1e3", 1000), (" 7 ", 7)])
def test_a_text_with_a_stated_unit_is_a_number(value: str, number: float) -> None:
    rows = {row.path: row for row in what_instathings.rows({"tank": {"value": value, "unit": "l"}, "serial": value})}
    assert (rows["tank.value"].value, rows["tank.value"].unit) == (number, "L")
    assert "serial" not in rows or isinstance(rows["serial"].value, str)


# Words for flags that are in no table, and whether they are on.
WORDS_OF_FLAGS = [
    ("pir_motion", "detected", "motion", True),
    ("pir_motion", "clear", "motion", False),
    ("cellar_leak", "wet", "moisture", True),
    ("cellar_leak", "dry", "moisture", False),
    ("valve_state", "CLOSED", "opening", False),
    ("valve_state", "open", "opening", True),
    ("room_presence", "absent", "occupancy", False),
    ("lowBattery", "true", "battery", True),
    ("lowBattery", 0, "battery", None),
]


@pytest.mark.parametrize(("key", "word", "device_class", "is_on"), WORDS_OF_FLAGS)
def test_a_flag_as_a_word_is_a_binary_sensor(key: str, word: str | int, device_class: str, is_on: bool | None) -> None:
    [row] = what_instathings.rows({key: word})
    if is_on is None:
        # A number may be a level.
        assert (row.platform, row.device_class) == ("sensor", None)
        return
    assert (row.platform, row.device_class) == ("binary_sensor", device_class)
    assert parse_flag(row.value) is is_on


def test_a_flag_with_the_opposite_meaning_is_inverted() -> None:
    rows = {row.path: row for row in what_instathings.rows({"node": {"battery_ok": 1}, "battery_ok": 0})}
    assert {path: (row.platform, row.device_class) for path, row in rows.items()} == {
        "node.battery_ok": ("binary_sensor", "battery"), "battery_ok": ("binary_sensor", "battery"),
    }  # fmt: skip
    assert rule_of("battery_ok").inverted
    assert not rule_of("battery_low").inverted


def test_a_list_of_three_values_is_one_entity_per_phase() -> None:
    payload = {"ENERGY": {"Power": [114, 25], "Today": 1.5}, "power": [7], "temperature": {"values": [21.5, 21.4]}}
    payload |= {"color": {"xy": [0.3, 0.4]}, "voltage": list(range(220, 240))}
    rows = {row.path: (row.device_class, row.value) for row in what_instathings.rows(payload)}
    assert rows == {
        "ENERGY.Power.#1": ("power", 114), "ENERGY.Power.#2": ("power", 25), "ENERGY.Today": ("energy", 1.5),
        "power": ("power", 7),
    }  # fmt: skip


# The same key is a flag, a number or a word, depending on the model.
KINDS_OF_SETTINGS = [
    ("power_outage_memory", "restore", "select"),
    ("power_outage_memory", "on", "select"),
    ("power_outage_memory", True, "switch"),
    ("indicator", "off/on", "select"),
    ("indicator", "ON", "switch"),
    ("radar_sensitivity", "high", "select"),
    ("radar_sensitivity", 5, "number"),
    ("volume", 50, "number"),
    ("volume", "low", "select"),
    ("alarm", "normal", "select"),
    ("alarm", "OFF", "switch"),
    ("alarm", False, "switch"),
    ("valve_1", "OFF", "switch"),
    ("temperature_1", 21.5, "sensor"),
]


@pytest.mark.parametrize(("key", "value", "platform"), KINDS_OF_SETTINGS)
def test_the_first_value_decides_the_platform_of_a_setting(key: str, value: str | float, platform: str) -> None:
    rows = what_instathings.rows({"linkquality": 110, key: value})
    assert [row.platform for row in rows if row.path == key] == [platform]


def test_a_text_has_no_class() -> None:
    payload = {"units": {"wind_speed": "km/h", "temperature": "°C"}, "wind_speed": 3.2, "motion_state": "none"}
    rows = {row.path: row for row in what_instathings.rows(payload)}
    assert not rows["units.wind_speed"].enabled
    assert rows["wind_speed"].enabled
    assert rows["motion_state"].value == "none"


def test_a_value_beyond_the_range_of_its_unit_has_another_unit() -> None:
    payload = {"installation_height": 2000, "energy_total": 12_345_678, "total_energy_kwh": 1204.5}
    rows = {row.path: row for row in what_instathings.rows(payload)}
    assert (rows["installation_height"].platform, rows["installation_height"].unit) == ("sensor", None)
    assert (rows["energy_total"].device_class, rows["energy_total"].unit) == (None, None)
    assert (rows["total_energy_kwh"].device_class, rows["total_energy_kwh"].unit) == ("energy", "kWh")


@pytest.mark.parametrize("rule", [rule for rule in ZIGBEE.values() if rule.platform == "sensor" and rule.unit])
def test_a_value_with_a_unit_has_a_state_class(rule: Rule) -> None:
    is_of_an_action = rule.key.startswith("action_")
    is_wanted = rule.key.endswith("setpoint") or rule.category == "config"
    assert rule.state_class or is_of_an_action or is_wanted or rule.key in WITHOUT_HISTORY


# Single amounts or samples, finished counters, and raw numbers of a converter.
WITHOUT_HISTORY = frozenset(
    {
        "current_pressure",
        "energy_yesterday",
        "feeding_size",
        "frc_co2_correction",
        "level_for_calibration",
        "pm_size",
        "raw_temperature",
    }
    | {"raw_temperature_recalibrated"}
)


def test_script_what_prints_the_entities_and_their_rules() -> None:
    payload = {"temperature": 21.5, "something": 3, "state": "ON", "pin_code": "4711"}
    text = "\n".join(what.lines("instathings", what_instathings.rows(payload)))
    assert (
        "sensor  temperature\n    class temperature, unit °C, state class measurement, enabled yes, value 21.5" in text
    )
    assert "name: Temperature / Temperatur / Temperatura" in text
    assert "why: no table has this key" in text
    assert "why: the keys state are a switch" in text
    assert "4711" not in text
