"""The control unit: its values, and the changes by writes."""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
import time
from typing import Any

from .conversion import Refused, checked
from .derived import derive
from .rules import WRITES
from .storage import Storage, network_share, usb_stick
from .variables import VARIABLES, Variable

type Changed = dict[str, Any]

HEAD_GONE = {
    "ver{}": "",
    "oct{}": "",
    "psi{}": "",
    "RPM{}": 0,
    "rpm{}": 0,
    "light{}": False,
    "dictRotation{}": False,
    "cfg3{}": "0",
    "cfg4{}": "0",
}
LINE_RATES = ("lineRateA", "lineRateB")


class Unit:
    """A control unit with two camera heads, a USB medium and a network share.

    Changes are collected in a batch. `publish` ends it, and passes each changed variable to the listener once.
    """

    def __init__(self, mac: str = "00:15:5D:C2:00:01", *, live: bool = False) -> None:
        """Initialize with the initial state."""
        self.live = live
        self.on_change: Callable[[Changed], None] = lambda _changed: None
        self.storages: dict[str, Storage] = {}
        self.selected: dict[str, str] = {}
        self.pinned: set[str] = set()
        self.tags: list[dict[str, Any]] = []
        self.pictures = 0
        # The error of the RTSP server, if it cannot listen.
        self.rtsp_error = ""
        self.values: dict[str, Any] = {
            key: deepcopy(variable.initial) for key, variable in VARIABLES.items() if variable.readable
        }
        self._published: dict[str, Any] = {}
        self.values |= {"macAddr": mac, "seconds": int(time.time()), "netInfo": [network_device(mac)]}
        for storage in (usb_stick(), network_share()):
            self.storages[storage.uuid] = storage
        stick = usb_stick().uuid
        self.selected |= {"recordingStorage": stick, "backupStorage": stick}
        self._settle()

    # Values -------------------------------------------------------------------------------------

    def snapshot(self, keys: Iterable[str] | None = None) -> dict[str, Any]:
        """Return values, by default all of them; unknown keys are omitted."""
        chosen = self.values if keys is None else [key for key in keys if key in self.values]
        return {key: deepcopy(self.values[key]) for key in chosen}

    def write(self, key: str, value: Any) -> Any:
        """Set a writable variable as a client does, and return the new value.

        It does not change if the value has a wrong type, the head is not attached, an automatic is on or a condition is
        not met. For a write-only variable, the executed value is returned.
        """
        variable = VARIABLES[key]
        self.pinned.discard(key)
        try:
            fitting = checked(variable, value)
            self._check_conditions(variable)
            if rule := WRITES.get(key):
                answer = rule(self, variable, fitting)
            else:
                answer = self.values[key] = fitting
        except Refused:
            answer = None if variable.readable else False
        derive(self)
        return deepcopy(self.values[key]) if variable.readable else answer

    def _check_conditions(self, variable: Variable) -> None:
        if variable.head is not None and not self.values[f"cam{variable.head}Exists"]:
            raise Refused
        if variable.unless is not None and self.values[variable.unless]:
            raise Refused

    def backup_settings(self) -> tuple[str, int, int]:
        """Return resolution, frames per second and quality of Visual Backup."""
        return (self.values["backupResolution"], self.values["backupFps"], self.values["backupPictureQuality"])

    def change(self, values: Mapping[str, Any]) -> None:
        """Set readable variables without any rules. Raises KeyError.

        A value that depends on others keeps the given value until a client writes it.
        """
        for key in values:
            if key not in self.values:
                raise KeyError(key)
        self.pinned |= values.keys()
        self.values |= values
        self.publish()

    def publish(self) -> Changed:
        """End a batch: pass the changes since the last one to the listener, and return them."""
        derive(self)
        changed = {key: deepcopy(value) for key, value in self.values.items() if self._published[key] != value}
        self._published |= deepcopy(changed)
        if changed:
            self.on_change(changed)
        return changed

    def _settle(self) -> None:
        derive(self)
        self._published = deepcopy(self.values)

    # Heads and storages -------------------------------------------------------------------

    def attach_head(self, head: int) -> None:
        """Attach a camera head."""
        self.values[f"cam{head}Exists"] = True
        self.values[LINE_RATES[head]] = VARIABLES[LINE_RATES[head]].initial
        for pattern in HEAD_GONE:
            key = pattern.format(head)
            self.values[key] = deepcopy(VARIABLES[key].initial)
        self.publish()

    def detach_head(self, head: int) -> None:
        """Detach a camera head (docs/protocol/rotoclear.md#heads-that-come-and-go)."""
        self.values[f"cam{head}Exists"] = False
        self.values[LINE_RATES[head]] = ""
        for pattern, value in HEAD_GONE.items():
            self.values[pattern.format(head)] = value
        if self.values[f"cam{1 - head}Exists"]:
            self.values["cameraSwitch"] = head == 0
        self.publish()

    def plug_storage(self, storage: Storage) -> None:
        """Plug in a medium, or add a network share."""
        self.storages[storage.uuid] = storage
        self.publish()

    def unplug_storage(self, uuid: str) -> None:
        """Remove a storage, and stop its recordings. Raises KeyError."""
        del self.storages[uuid]
        for key in [key for key, selected in self.selected.items() if selected == uuid]:
            del self.selected[key]
        self.publish()


def network_device(mac: str) -> dict[str, Any]:
    """Return an element of netInfo (docs/protocol/rotoclear.md#network-devices)."""
    return {
        "name": "eth0",
        "description": "eth0",
        "macAddress": mac,
        "gateway": "192.168.10.1",
        "isServer": False,
        "dhcp": True,
        "dhcpServers": ["192.168.10.1"],
        "connections": [{"address": "192.168.10.42", "netmask": "255.255.255.0", "broadcast": "192.168.10.255"}],
        "dhcpSelected": True,
        "staticIp": "192.168.10.200",
        "staticMask": "255.255.255.0",
        "staticGateway": "192.168.10.1",
        "staticDns": "9.9.9.9",
        "staticUseGateway": False,
        "staticUseDns": False,
    }
