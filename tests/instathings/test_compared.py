"""The meanings of values that depend on the numbers of a device, or on its other names."""

from typing import Any

import pytest

from custom_components.instathings.api.meaning.data_points import DataPointKind

from .test_siblings import data_points, facts

COUNTER = ("energy", "kWh", "total_increasing")
POWER = ("power", "W", "measurement")


def http(*payloads: dict[str, Any]) -> dict[str, Any]:
    return data_points(*payloads, is_http=True)


def test_a_power_that_voltage_and_current_make_larger_has_an_unknown_unit() -> None:
    found = http({"charger_voltage": 231, "charger_actual_current": 16, "charger_power": 11})
    assert facts(found["charger_power"]) == (None, None, None)
    assert facts(http({"voltage": 231, "current": 0.1, "power": 11})["power"]) == POWER
    later = http({"voltage": 231, "current": 16, "power": 11}, {"voltage": 231, "current": 16, "power": 3661})
    assert facts(later["power"]) == POWER


def test_a_current_that_makes_a_much_larger_power_is_in_milliamperes() -> None:
    assert facts(http({"voltage": 231.2, "power": 41, "current": 412})["current"]) == ("current", "mA", "measurement")
    assert facts(http({"voltage": 231.2, "power": 91000, "current": 412})["current"])[1] == "A"
    assert facts(http({"voltage": 231.2, "power": 41, "current": 6})["current"])[1] == "A"


def test_later_numbers_do_not_change_a_unit() -> None:
    later = http({"voltage": 231.2, "power": 41, "current": 412}, {"voltage": 231.2, "power": 941, "current": 4112})
    assert facts(later["current"])[1] == "mA"
    later = http({"voltage": 231.2, "power": 3.1, "current": 1}, {"voltage": 231.2, "power": 3.1, "current": 61})
    assert facts(later["power"]) == POWER
    later = http({"YieldDay": 12, "YieldTotal": 402.1}, {"YieldDay": 512, "YieldTotal": 402.6})
    assert facts(later["YieldDay"])[1] == "kWh"


def test_the_energy_of_a_day_that_is_larger_than_that_of_all_days_is_in_wh() -> None:
    found = http({"ch1": {"YieldDay": 612, "YieldTotal": 402.1}, "ch2": {"YieldDay": 12, "YieldTotal": 402.1}})
    assert facts(found["ch1.YieldDay"]) == ("energy", "Wh", "total_increasing")
    assert facts(found["ch1.YieldTotal"]) == COUNTER
    assert facts(found["ch2.YieldDay"]) == COUNTER


def test_extremes_that_are_close_together_are_those_of_parts() -> None:
    found = http({"Max Cell Voltage": 3.32, "Min Cell Voltage": 3.31, "max_temp": 35, "min_temp": 5})
    assert facts(found["Max Cell Voltage"]) == ("voltage", "V", "measurement")
    assert found["Min Cell Voltage"].rule.category is None
    assert found["max_temp"].rule.category == "config"


def test_the_extremes_in_the_block_of_a_quantity_are_measured() -> None:
    found = http({"temperature": {"min": 5, "max": 35}, "setpoint": {"min": 5, "max": 35}})
    assert facts(found["temperature.min"]) == ("temperature", "°C", "measurement")
    assert facts(found["setpoint.min"])[2] is None


def test_a_consumption_without_a_quantity_is_one_of_electricity_beside_a_power() -> None:
    counted = {"accumulatedConsumption": 8.1, "accumulatedProductionLastHour": 0.4}
    found = http({"power": 412, "powerProduction": 0, **counted})
    assert facts(found["accumulatedConsumption"]) == COUNTER
    assert facts(found["accumulatedProductionLastHour"]) == ("energy", "kWh", None)
    assert facts(found["powerProduction"]) == POWER
    assert facts(http({"flow_l_min": 4.1, **counted})["accumulatedConsumption"]) == (None, None, None)
    assert facts(http({"voltage": 231, "flow_l_min": 4.1, **counted})["accumulatedConsumption"]) == (None, None, None)


def test_a_power_consumption_beside_the_power_has_no_meaning() -> None:
    assert facts(http({"power": 41, "power_consumption": 12344})["power_consumption"]) == (None, None, None)
    assert facts(http({"voltage": 231, "power_consumption": 41})["power_consumption"]) == POWER


def test_rain_is_in_millimetres_beside_an_air_pressure_in_hectopascals() -> None:
    found = http({"rain_today": 0.2, "rain_rate": 0.4, "station_pressure": 985})
    assert facts(found["rain_today"]) == ("precipitation", "mm", "total_increasing")
    assert facts(found["rain_rate"]) == ("precipitation_intensity", "mm/h", "measurement")
    assert facts(http({"rain_today": 0.2, "pressure": 29.92})["rain_today"]) == (None, None, None)
    assert facts(http({"rain_today": 0.2, "pressure": 985, "temp_f": 71})["rain_today"]) == (None, None, None)


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        ({"power": 41, "raw": {"power": 82}}, {"power"}),
        ({"power": 41, "soc": 77, "values": {"p1": 41, "kn": 425}}, {"power", "soc"}),
        # The only readings of the device, and readings under words.
        ({"values": {"p1": 41, "kn": 425}}, {"values.p1", "values.kn"}),
        ({"id2": 1, "rssi": -61, "data": {"co2": 612, "voc": 12}}, {"id2", "rssi", "data.co2", "data.voc"}),
    ],
)
def test_readings_that_are_repeated_raw_are_not_shown(payload: dict[str, Any], shown: set[str]) -> None:
    assert http(payload).keys() == shown


def test_the_number_of_a_part_is_no_quantity() -> None:
    found = http({"min_cell_voltage": 3.3, "min_voltage_cell": 4, "temperature_sensors": 2})
    assert facts(found["min_voltage_cell"]) == facts(found["temperature_sensors"]) == (None, None, None)


def test_the_energy_of_a_lightning_is_none_of_electricity() -> None:
    found = http({"AS3935": {"Energy": 58622, "Distance": 12}, "meter": {"Energy": 412.1, "Power": 12, "Distance": 1}})
    assert facts(found["AS3935.Energy"]) == (None, None, None)
    assert facts(found["meter.Energy"]) == COUNTER


@pytest.mark.parametrize(
    ("name", "word", "kind"),
    [
        ("pump", "Off", DataPointKind.BINARY_SENSOR),
        ("flame", "on", DataPointKind.BINARY_SENSOR),
        ("Silent Mode", "OFF", DataPointKind.BINARY_SENSOR),
        ("pump_state", "OFF", DataPointKind.BINARY_SENSOR),
        ("operation_mode", "Off", DataPointKind.SENSOR),
        ("operating_state", "off", DataPointKind.SENSOR),
        ("Betriebsart", "Off", DataPointKind.SENSOR),
        ("program", "OFF", DataPointKind.SENSOR),
    ],
)
def test_a_word_for_off_is_that_of_a_flag_unless_the_name_has_several_words(
    name: str, word: str, kind: DataPointKind
) -> None:
    assert http({name: word})[name].kind is kind


def test_letters_in_the_block_of_a_conductor_are_electrical() -> None:
    found = http({"battery": {"v": 12.8, "i": 2}, "lid": {"v": 12.8, "i": 2}})
    assert facts(found["battery.i"]) == ("current", "A", "measurement")
    assert facts(found["lid.i"]) == (None, None, None)


def test_a_unit_may_be_glued_to_the_name_of_its_value() -> None:
    found = http({"pconsume": 412.3, "pconsumeunit": "W", "pconsumecounter": 12.4, "pconsumecounterunit": "kWh"})
    assert facts(found["pconsume"]) == POWER
    assert facts(found["pconsumecounter"]) == COUNTER


@pytest.mark.parametrize(
    ("name", "value"),
    [("pm25", 1567924345130), ("radio_freq", 868.3), ("dat.ls", 1), ("battery.volt", 50112), ("hours", 4123123)],
)
def test_a_number_that_is_not_possible_has_no_quantity(name: str, value: float) -> None:
    payload: Any = value
    for key in reversed(name.split(".")):
        payload = {key: payload}
    assert facts(http(payload)[name])[0] is None


def test_http_devices_may_have_blocks_with_the_names_of_the_transport() -> None:
    found = http({"device": {"temperature": 31, "id": 4}, "elapsed": 12})
    assert found.keys() == {"device.temperature", "elapsed"}
    assert data_points({"device": {"temperature": 31}, "elapsed": 12}).keys() == set()


def test_letters_that_are_too_large_are_in_another_unit() -> None:
    found = http({"U1": 231, "I1": 15912, "P": 10981234})
    assert facts(found["U1"])[:2] == ("voltage", "V")
    assert facts(found["I1"]) == facts(found["P"]) == (None, None, None)


def test_a_number_is_one_under_a_word_for_a_quantity() -> None:
    found = http({"values_of": [{"value_type": "signal", "value": "-61"}, {"value_type": "Code", "value": "0012"}]})
    assert facts(found["values_of.0.value"]) == ("signal_strength", "dBm", "measurement")
    assert not found["values_of.1.value"].is_number


def test_a_unit_with_a_namespace_is_a_unit() -> None:
    found = http({"windSpeed": {"unitCode": "wmoUnit:km_h-1", "value": 14.8}})
    assert facts(found["windSpeed.value"]) == ("wind_speed", "km/h", "measurement")
