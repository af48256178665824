"""The HTTP requests that control a Shelly, as the gateway passes them on (docs/protocol/instathings.md#http-devices).

The first generation takes `/relay/0?turn=on`, the later ones `/rpc/Switch.Set?id=0&on=true`. The method is always GET.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Request(NamedTuple):
    """A request to the device; one without a path is none."""

    path: str = ""
    query: Mapping[str, str] = MappingProxyType({})
    method: str = "GET"


NO_REQUEST = Request()


# The method of the later generations by the part, and the path of the first.
_RPC = {
    "switch": "Switch", "light": "Light", "rgb": "RGB", "rgbw": "RGBW", "cct": "CCT", "rgbcct": "RGBCCT",
    "cover": "Cover", "thermostat": "Thermostat", "cb": "CB",
}  # fmt: skip


def _rpc(component: str, method: str, **query: str) -> Request:
    name, _, number = component.partition(":")
    return Request(f"/rpc/{_RPC[name]}.{method}", {"id": number, **query})


def is_first_generation(component: str) -> bool:
    """Return True if a part is one of a device of the first generation."""
    return ":" not in component


def turn(component: str, *, on: bool) -> Request:
    """Switch a relay or a circuit breaker."""
    if is_first_generation(component):
        return Request(f"/relay/{component.partition('.')[2]}", {"turn": "on" if on else "off"})
    state = "output" if component.startswith("cb:") else "on"
    return _rpc(component, "Set", **{state: str(on).lower()})


def light(component: str, mode: str, *, on: bool, values: Mapping[str, str]) -> Request:
    """Switch a light; `mode` is the path of the first generation: light, color or white."""
    if is_first_generation(component):
        return Request(f"/{mode}/{component.partition('.')[2]}", {"turn": "on" if on else "off", **values})
    return _rpc(component, "Set", on=str(on).lower(), **values)


def cover(component: str, action: str) -> Request:
    """Open, close or stop a cover."""
    if is_first_generation(component):
        return Request(f"/roller/{component.partition('.')[2]}", {"go": action})
    return _rpc(component, action.capitalize())


def cover_position(component: str, position: int) -> Request:
    """Move a cover to a position in percent."""
    if is_first_generation(component):
        query = {"go": "to_pos", "roller_pos": str(position)}
        return Request(f"/roller/{component.partition('.')[2]}", query)
    return _rpc(component, "GoToPosition", pos=str(position))


def cover_tilt(component: str, position: int) -> Request:
    """Tilt the slats of a cover of the later generations."""
    return _rpc(component, "GoToPosition", slat_pos=str(position))


def setpoint(component: str, temperature: float) -> Request:
    """Set a thermostat, in °C."""
    if is_first_generation(component):
        number = component.partition(".")[2]
        return Request(f"/settings/thermostats/{number}", {"target_t_enabled": "1", "target_t": f"{temperature:g}"})
    name, _, number = component.partition(":")
    if name == "blutrv":
        # A valve behind a gateway of the same maker, which passes calls on. A text is in quotes, as in JSON.
        params = f'{{"id":0,"target_C":{temperature:g}}}'
        return Request("/rpc/BluTRV.Call", {"id": number, "method": '"TRV.SetTarget"', "params": params})
    return Request("/rpc/Thermostat.SetConfig", {"config": f'{{"id":{number},"target_C":{temperature:g}}}'})
