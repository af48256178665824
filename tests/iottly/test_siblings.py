"""What the other values of a message show: temperatures without a word for it. And what is a time."""

from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.iottly.api import LeafKind, names_clock
from custom_components.iottly.api.payload import as_kind, parse_payload
from custom_components.iottly.common.client.wire import DropCounter


def units(payload: dict[str, Any]) -> dict[str, str]:
    return parse_payload(payload, DropCounter()).units


@pytest.mark.parametrize("name", ["Sole_ein", "Heissgas", "Aussen", "Piste_Vorlauf", "Warmwasser_Ist", "esterna"])
def test_a_place_of_a_heating_is_a_temperature_beside_another_one(name: str) -> None:
    assert units({name: 4.2, "Raumtemperatur": 21}) == {name: "°C"}
    assert units({name: 40, "water_temp_f": 102}) == {name: "°F"}
    assert units({name: 4.2, "humidity": 41}) == {}
    assert units({name: 4.2, "a_temp_f": 70, "b_temp_c": 21}) == {}


def test_both_ends_of_a_circuit_are_temperatures() -> None:
    assert units({"sonde": {"Vorlauf": 8.4, "Rücklauf": 5.1}}) == {"sonde.Vorlauf": "°C", "sonde.Rücklauf": "°C"}
    assert units({"sonde": {"Vorlauf": 8.4, "Tiefe": 5.1}}) == {}


@pytest.mark.parametrize("value", [0, 1, -61, 1001, True, "offen"])
def test_a_flag_or_an_impossible_value_is_no_temperature(value: Any) -> None:
    assert units({"Aussen": value, "Raumtemperatur": 21}) == {}


@pytest.mark.parametrize("name", ["Durchfluss_Vorlauf", "feuchte.aussen", "Licht_aussen"])
def test_another_quantity_of_a_place_stays_what_it_is(name: str) -> None:
    block, _, key = name.rpartition(".")
    assert name not in units({block: {key: 40}, "temp": 21} if block else {key: 40, "temp": 21})


def test_a_strength_above_zero_is_not_in_dbm() -> None:
    assert units({"rssi": -71}) == {}
    assert units({"rssi": 18}) == {"rssi": "?"}


@pytest.mark.parametrize(
    "path", ["ts", "timestamp", "Uhrzeit", "data_ora", "rtc_time", "gps.utc", "gps.time", "measured_at", "Zeitstempel"]
)
def test_the_clock_of_a_board(path: str) -> None:
    assert names_clock(path)


@pytest.mark.parametrize("path", ["last_seen", "boot_time", "last_service.date", "time_left", "ora_sveglia", "data"])
def test_other_times_are_no_clock(path: str) -> None:
    assert not names_clock(path)


@pytest.mark.parametrize("name", ["ts", "time", "last_seen", "updated_at", "epoch"])
@pytest.mark.parametrize("factor", [1, 1000])
def test_a_large_number_with_the_name_of_a_time_is_one(name: str, factor: int) -> None:
    values = parse_payload({name: 1_795_946_400 * factor}, DropCounter()).values
    assert values == {name: datetime(2026, 11, 29, 10, tzinfo=UTC)}


def test_other_numbers_are_no_times() -> None:
    payload = {"time": 12.4, "ts": 81212, "serial": 1_795_946_400, "last_seen": 99_795_946_400_000}
    assert parse_payload(payload, DropCounter()).values == payload


def test_a_time_of_an_entity_for_a_number_stays_a_number() -> None:
    assert as_kind(datetime(2026, 11, 29, 10, tzinfo=UTC), LeafKind.NUMBER) == 1_795_946_400
