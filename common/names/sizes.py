"""Units by the size of a value, for quantities whose unit is neither in the name nor stated by the device."""

from collections.abc import Callable, Iterable, Mapping

from .quantities import (
    AIR_PRESSURE,
    BATTERY,
    CONDUCTIVITY,
    CURRENT,
    LEAKAGE,
    POWER_FACTOR,
    PRESSURE,
    QUANTITIES,
    SHORT_BATTERY,
    SIGNAL_WITH_UNIT,
    SOUND,
    SUPPLY_VOLTAGE,
    UV,
    VOLTAGE,
    WIFI_SIGNAL,
    Quantity,
)
from .vocabulary import AIRY, SUMS


def _of_battery(value: float) -> str | None:
    """Return the unit of a voltage of one to three cells, or of 12 V. Charge levels are whole or half percents."""
    if (1 < value < 5 or 10.5 < value < 15) and value * 2 % 1:
        return "V"
    return "mV" if 1500 <= value <= 5000 else None


def _of_short_battery(value: float) -> str | None:
    """Return the unit of a key such as `bat`, which may also be a voltage or a flag."""
    return (
        _of_battery(value)
        or ("V" if 1 < value < 5 and value % 1 else None)
        or ("%" if 15 < value <= 100 and value % 1 == 0 else None)
    )


def _of_air(value: float) -> str | None:
    """Return the unit of a pressure in the range of the weather, also in the mountains."""
    if 30_000 <= value <= 110_000:
        return "Pa"
    # Compressed air, or the air of a place.
    if 0.5 <= value < 12:
        return "bar"
    return "inHg" if 26 <= value < 31.5 and value % 1 else None


# Words that mean a charge and never a voltage.
_CHARGES = frozenset({"soc", "rsoc", "usoc", "soe", "ladezustand", "ladestand"})
# A voltage with one of these words is that of a few cells, or of a charger (`VPV`).
_CELLS = frozenset({"battery", "batt", "bat", "batteria", "akku", "cell", "coin", "v"})
_BY_SIZE: Mapping[Quantity, Callable[[float], str | None]] = {
    BATTERY: _of_battery,
    SHORT_BATTERY: _of_short_battery,
    SUPPLY_VOLTAGE: lambda value: "mV" if value >= 1000 else None,
    AIR_PRESSURE: _of_air,
    POWER_FACTOR: lambda value: "%" if abs(value) > 1.05 else None,
    PRESSURE: lambda value: "Pa" if 87_000 <= value <= 108_500 else None,
    # In mS/cm this would be more than sea water has.
    CONDUCTIVITY: lambda value: "μS/cm" if value >= 300 else None,
    # In A this would be more than a house has.
    CURRENT: lambda value: "mA" if abs(value) >= 1000 else None,
    LEAKAGE: lambda value: "mA" if value == 0 or abs(value) >= 1 else None,
    # Other values are a quality in percent.
    SIGNAL_WITH_UNIT: lambda value: "dBm" if -140 <= value <= -20 else None,
    WIFI_SIGNAL: lambda value: "dBm" if -140 <= value <= -20 else None,
    # Other values are those of an analog input.
    UV: lambda value: "UV index" if 0 <= value <= 16 else None,
    SOUND: lambda value: "dB" if 25 <= value <= 120 else None,
}


def has_sizes(quantity: Quantity | None) -> bool:
    """Return True for a quantity whose unit the size of a value may show."""
    return quantity in _BY_SIZE


def unit_by_size(quantity: Quantity | None, value: float, words: Iterable[str] = ()) -> str | None:
    """Return the only possible unit for a value of this size; None if several are possible.

    `words` are the words of its name.
    """
    if quantity is VOLTAGE and not _CELLS.isdisjoint(words):
        quantity = SUPPLY_VOLTAGE
    if quantity is CURRENT and not SUMS.isdisjoint(words):
        # A sum over time is no current.
        return None
    if quantity is PRESSURE and AIRY.issuperset(word for word in words if QUANTITIES.get(word) is not PRESSURE):
        # Otherwise it is read as that of the air.
        quantity = AIR_PRESSURE
    if quantity is BATTERY and not _CHARGES.isdisjoint(words) and value >= 5:
        return None
    find = None if quantity is None else _BY_SIZE.get(quantity)
    return None if find is None else find(value)
