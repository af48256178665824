"""The codes of meters (OBIS, IEC 62056-61) as words: `1-0:1.8.0*255` is an imported energy.

The unit of a code is not in it: an energy is in kWh or Wh, a power in W or kW.
"""

from collections.abc import Mapping
import re

# The medium (1 is electricity) and the channel, the quantity, its kind (7: now, 8: counted) and its tariff.
_CODE = re.compile(r"1-\d:(?P<quantity>\d{1,2})\.(?P<kind>[78])\.(?P<tariff>\d{1,2})(?:\*255)?")
_COUNTED: Mapping[int, str] = {
    1: "energy_import",
    2: "energy_export",
    3: "reactive_energy_import",
    4: "reactive_energy_export",
    9: "apparent_energy_import",
    10: "apparent_energy_export",
}
_PRESENT: Mapping[int, str] = {
    1: "power_import",
    2: "power_export",
    3: "reactive_power_import",
    4: "reactive_power_export",
    9: "apparent_power",
    11: "current",
    12: "voltage",
    13: "power_factor",
    14: "frequency",
    16: "power",
}
# The quantities of the first phase are those of all phases plus 20, those of the second plus 40.
_PHASE = 20
_PHASES = 3


def words_for_codes(path: str) -> str:
    """Return a path with words instead of the codes of a meter."""
    return _CODE.sub(_words, path) if ":" in path else path


def _words(found: re.Match[str]) -> str:
    phase, quantity = divmod(int(found["quantity"]), _PHASE)
    name = (_PRESENT if found["kind"] == "7" else _COUNTED).get(quantity)
    if name is None or phase > _PHASES:
        return found[0]
    tariff = int(found["tariff"])
    return name + (f"_l{phase}" if phase else "") + (f"_t{tariff}" if tariff else "")
