"""What a device's data keys mean: one row per kind of key.

Source: docs/protocol/instathings.md#data-keys. Device classes, units and state classes are the values of
Home Assistant's enumerations, so that this table needs none of them.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
import re
from typing import Any, Literal

# From here on a voltage is in mV.
MILLIVOLT_FROM = 1000


class Kind(StrEnum):
    """What becomes of a key."""

    NUMBER = "number"
    FLAG = "flag"
    EVENT = "event"
    TEXT = "text"
    # Number, flag or text, as the device sends it.
    ANY = "any"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The meaning of the keys that match `paths` (a regular expression over the whole path).

    `key` names the rule in translations; only paths in `plain` have just that name, others are
    named by their path. `scale` turns the device's number into one of `unit`.
    """

    key: str
    paths: str
    kind: Kind = Kind.NUMBER
    plain: tuple[str, ...] = ()
    device_class: str | None = None
    unit: str | None = None
    state_class: Literal["measurement", "total_increasing"] | None = None
    diagnostic: bool = False
    enabled: bool = True
    inverted: bool = False
    scale: float = 1.0

    def is_plain(self, path: str) -> bool:
        """Return True if the entity of this path has the rule's own name."""
        return path in (self.plain or (self.key,))


def _number(key: str, paths: str, device_class: str | None, unit: str | None, **more: Any) -> Rule:
    """Return the row of a number that drifts."""
    return Rule(
        key=key, paths=paths, device_class=device_class, unit=unit, state_class=more.pop("state", "measurement"), **more
    )


def _flag(key: str, paths: str, device_class: str | None = None, **more: Any) -> Rule:
    """Return the row of something that is on or off."""
    return Rule(key=key, paths=paths, kind=Kind.FLAG, device_class=device_class, **more)


_ENDPOINT = r"(_(left|right|center|top|bottom|l\d+))?"
_PHASE = r"(_?(l?\d+|[abc]|phase_[abc]))?"

# The first row that matches counts.
RULES: tuple[Rule, ...] = (
    # Not worth an entity: about the transport, private, or constant.
    Rule(
        key="ignored",
        kind=Kind.IGNORED,
        paths=r"isVirtualData|last_seen|elapsed|device\..*|update\..*|update_available|color_mode"
        r"|(.*\.)?(is_valid|has_timer|timer_(started|duration|remaining)|counters|source|ssid|ip|mac|time|unixtime"
        r"|serial|has_update|new_version|old_version|cfg_changed_cnt|has_timer|ram_total|fs_size|ram_lwm"
        r"|color\.(hue|saturation|h|s))|(mqtt|cloud|actions_stats|update|wifi_sta|getinfo)\..*(?<!rssi)",
    ),
    # Controlled through the cloud, and only shown by a gateway.
    Rule(key="state", paths=rf"state{_ENDPOINT}", kind=Kind.TEXT),
    _number("brightness", rf"brightness{_ENDPOINT}", None, None),
    _number("color_temp", rf"color_temp{_ENDPOINT}", None, "mired", enabled=False),
    _number("color", rf"color{_ENDPOINT}\.[xyrgb]", None, None, enabled=False),
    _number("position", rf"position{_ENDPOINT}", None, "%"),
    _number("tilt", rf"tilt{_ENDPOINT}", None, "%"),
    _number("setpoint", r"(occupied_heating|current_heating)_setpoint", "temperature", "°C", state=None),
    Rule(key="system_mode", paths=r"system_mode|running_state", kind=Kind.TEXT),
    _flag("relay", r"ison|relays\.\d+\.ison", "power"),
    # Climate and air.
    _number(
        "temperature",
        r"(.*[._])?temperature|temp|local_temp|temperature_env_bat\w*|(ext_temperature\.\d+|tmp)\.tC",
        "temperature",
        "°C",
        plain=("temperature", "temp"),
    ),
    _number("humidity", r"(.*[._])?humidity|hum|ext_humidity\.\d+\.hum", "humidity", "%", plain=("humidity", "hum")),
    _number("pressure", r"pressure|pres", "atmospheric_pressure", "hPa", plain=("pressure", "pres")),
    _number(
        "illuminance",
        r"illuminance|illuminance_lux|lux|lux\.value",
        "illuminance",
        "lx",
        plain=("illuminance", "illuminance_lux", "lux"),
    ),
    _number("voc", r"voc", "volatile_organic_compounds_parts", "ppb"),
    _number("co2", r"co2", "carbon_dioxide", "ppm"),
    _number("density", r"(gas|smoke)_density", None, None),
    # Electricity. The unit of `voltage` depends on the device, see `in_millivolts`.
    _flag("battery_low", r"battery_low", "battery", diagnostic=True),
    _number(
        "battery",
        r"battery|soc_bat\w*|status_of_charge|bat\.value",
        "battery",
        "%",
        diagnostic=True,
        plain=("battery", "bat.value"),
    ),
    _number("voltage", rf"(.*[._])?voltage{_PHASE}", "voltage", "V"),
    _number("current", rf"(.*[._])?current{_PHASE}", "current", "A"),
    _number(
        "reactive_power",
        rf"(.*[._])?(reactive_power|reactive){_PHASE}",
        "reactive_power",
        "var",
        plain=("reactive_power",),
    ),
    _number("apparent_power", rf"(.*[._])?apparent_power{_PHASE}", "apparent_power", "VA"),
    _number("power_factor", rf"(.*[._])?(power_factor|pf){_PHASE}", "power_factor", None, plain=("power_factor",)),
    # The ZCS inverters' numbers are hundredths of a kW on the wire; the gateway divides.
    _number("power", r"power_pv\w*|activepower_\w+", "power", "kW"),
    _number("energy", r"meters\.\d+\.total", "energy", "Wh", state="total_increasing", scale=1 / 60),
    _number("energy", r"emeters\.\d+\.total(_returned)?", "energy", "Wh", state="total_increasing"),
    _number("power", rf"(.*[._])?power|active_power{_PHASE}", "power", "W", plain=("power", "active_power")),
    _number("frequency", r"(grid_)?frequency", "frequency", "Hz", plain=("frequency", "grid_frequency")),
    _number(
        "energy",
        r"energy|consumption|energyconsumed|.*_active_energy|.*_today|.*_total|daily_energy\w*",
        "energy",
        "kWh",
        state="total_increasing",
        plain=("energy", "consumption", "energyconsumed"),
    ),
    # Presence, openings, alarms.
    _flag("occupancy", r"occupancy", "occupancy"),
    _flag("presence", r"presence", "presence"),
    _flag("moving", r"moving", "moving"),
    _flag("vibration", r"vibration", "vibration"),
    _flag("contact", r"contact", "door", inverted=True),
    _flag("water_leak", r"water_leak|flood", "moisture", plain=("water_leak", "flood")),
    _flag("smoke", r"smoke", "smoke"),
    _flag("gas", r"gas", "gas"),
    _flag("carbon_monoxide", r"carbon_monoxide", "carbon_monoxide"),
    _flag("tamper", r"tamper", "tamper", diagnostic=True),
    _flag("overtemperature", r"(.*\.)?overtemperature", "heat", diagnostic=True),
    _flag("problem", r"(.*\.)?(overpower|trouble|battery_defect)", "problem", diagnostic=True, plain=("",)),
    _flag("mains", r"ac_status|ac_connected", "plug", diagnostic=True, plain=("ac_status", "ac_connected")),
    _flag("child_lock", r"child_lock", None, diagnostic=True, enabled=False),
    Rule(key="action", paths=r"action|click", kind=Kind.EVENT, plain=("action", "click")),
    # The device itself.
    _number("linkquality", r"linkquality", None, "lqi", diagnostic=True, enabled=False),
    _number(
        "rssi",
        r"(.*\.)?rssi",
        "signal_strength",
        "dBm",
        diagnostic=True,
        enabled=False,
        plain=("rssi", "wifi_sta.rssi"),
    ),
    _number("uptime", r"uptime", "duration", "s", state="total_increasing", diagnostic=True, enabled=False),
    _number("memory", r"ram_free|fs_free", "data_size", "B", diagnostic=True, enabled=False, plain=("",)),
    _number(
        "setting", r"address|rate|.*_correction", None, None, state=None, diagnostic=True, enabled=False, plain=("",)
    ),
    Rule(key="code", paths=r"sysstate|fault\d+|operating_status", kind=Kind.ANY, diagnostic=True, plain=("",)),
    _number("axis", r"angle(_[xyz])?|(accel|gyro|magn)(\.\w+)?", None, None, enabled=False, plain=("",)),
    # A KNX group address, a virtual device.
    Rule(key="value", paths=r"data|value", kind=Kind.ANY, state_class="measurement", plain=("data", "value")),
)

# For paths without a row: disabled until somebody enables it.
UNKNOWN = Rule(key="unknown", paths=r".*", kind=Kind.ANY, enabled=False, state_class="measurement", plain=("",))

_COMPILED = tuple((re.compile(rule.paths), rule) for rule in RULES)


@lru_cache(maxsize=1024)
def rule_of(path: str) -> Rule:
    """Return the row for a path. Nothing else decides what a path means."""
    return next((rule for pattern, rule in _COMPILED if pattern.fullmatch(path)), UNKNOWN)


def in_millivolts(rule: Rule) -> Rule:
    """Return the row of a voltage for a device that reports it in mV, as battery devices do."""
    return replace(rule, unit="mV", diagnostic=True)
