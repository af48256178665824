"""A unit at the end of a name is its unit, in each language and spelling, after any noun of its quantity."""

import pytest

from .corpus import READERS, Case, answer

# Device class, names, and the spellings of their units.
NAMES: list[tuple[str, str, dict[str, str]]] = [
    (
        "temperature",
        "temperature supply_temp boiler_water_temperature vorlauftemperatur temperatura_mandata temp_chaudiere",
        {"c": "°C", "f": "°F", "degc": "°C", "celsius": "°C"},
    ),
    ("humidity", "humidity room_humidity luftfeuchtigkeit umidita humidite", {"pct": "%", "percent": "%"}),
    ("power", "power active_power pv_power leistung potenza puissance", {"w": "W", "kw": "kW", "watts": "W"}),
    ("energy", "energy total_energy wirkenergie energia energie", {"wh": "Wh", "kwh": "kWh"}),
    ("voltage", "voltage battery_voltage spannung tensione tension", {"v": "V", "mv": "mV", "volts": "V"}),
    ("current", "current motor_current corrente courant", {"a": "A", "ma": "mA"}),
    ("frequency", "frequency grid_frequency netzfrequenz frequenza", {"hz": "Hz", "khz": "kHz", "mhz": "MHz"}),
    (
        "pressure",
        "oil_pressure water_pressure oeldruck pressione_olio pression_eau",
        {"bar": "bar", "mbar": "mbar", "kpa": "kPa", "psi": "psi"},
    ),
    ("distance", "distance distanza abstand", {"mm": "mm", "cm": "cm", "m": "m", "km": "km"}),
    ("weight", "weight hive_weight gewicht peso poids", {"kg": "kg", "g": "g"}),
    (
        "wind_speed",
        "wind_speed wind_gust windgeschwindigkeit",
        {"kmh": "km/h", "ms": "m/s", "m_s": "m/s", "mph": "mph"},
    ),
    ("volume_flow_rate", "flow flow_rate durchfluss portata debit", {"l_min": "L/min", "lpm": "L/min", "m3_h": "m³/h"}),
    ("illuminance", "illuminance light helligkeit luminosita", {"lux": "lx", "lx": "lx"}),
    ("carbon_dioxide", "co2 room_co2 co2_concentration", {"ppm": "ppm"}),
    ("signal_strength", "rssi wifi_signal signal_strength", {"dbm": "dBm"}),
    ("apparent_power", "apparent_power scheinleistung potenza_apparente", {"va": "VA", "kva": "kVA"}),
    ("reactive_power", "reactive_power blindleistung potenza_reattiva", {"var": "var", "kvar": "kvar"}),
    ("conductivity", "ec soil_ec conductivity", {"us_cm": "μS/cm", "ms_cm": "mS/cm"}),
    ("pm25", "pm25 pm2_5", {"ug_m3": "μg/m³", "ugm3": "μg/m³"}),
    ("duration", "uptime runtime cycle_time laufzeit", {"s": "s", "min": "min", "h": "h"}),
]
# Instathings reads this suffix as an endpoint of a Zigbee device.
ENDPOINTS = {("instathings", "uptime_s")}
SPELLINGS = ("{}_{}", "{} {}", "node7.{}_{}", "{}_1_{}")


@pytest.mark.parametrize("vendor", READERS)
@pytest.mark.parametrize(("device_class", "names", "units"), NAMES, ids=[device_class for device_class, *_ in NAMES])
def test_a_unit_at_the_end_of_a_name_is_its_unit(
    vendor: str, device_class: str, names: str, units: dict[str, str]
) -> None:
    wrong = {
        (vendor, path)
        for name in names.split()
        for word, unit in units.items()
        for path in (spelling.format(name, word) for spelling in SPELLINGS)
        if answer(Case(vendor, path, "8.1"))[1:3] != (device_class, unit)
    }
    assert wrong == {(of, path) for of, path in ENDPOINTS if of == vendor and device_class == "duration"}
