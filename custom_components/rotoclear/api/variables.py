"""The state variables of the unit, and how each is read and written (docs/protocol/rotoclear.md#state-variables).

Letter case matters: `rpm0` is the setpoint, `RPM0` the measured speed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..common.client.errors import CommandFailed
from ..common.client.mac import parse_mac
from ..common.client.wire import encode_json
from .kinds import (
    CELSIUS,
    HOURS,
    MILLIBAR,
    SECONDS,
    Choice,
    Clock,
    Epoch,
    Flag,
    InvalidValue,
    Kind,
    Number,
    Pan,
    SelectedStorage,
    Storages,
    Structure,
    Tag,
    Text,
)

ZOOM_MAX = 31424
RECORDING_FPS = (1, 5, 10, 15, 30, 60)
BACKUP_FPS = (1, 5, 10, 15, 30)
OPTICAL_SENSOR = ("0", "30", "60")

FLAG, TEXT, STRUCTURE = Flag(), Text(), Structure()
PORT = Number(1, 65000, whole=True)
PERCENT = Number(1, 100, whole=True)
SPEED = Number(0, 1_000_000, whole=True)
OFFSET = Number(-128, 127, whole=True)


@dataclass(frozen=True, slots=True)
class Variable:
    """One state variable; `access` holds r (readable) and w (writable)."""

    kind: Kind
    access: str

    @property
    def readable(self) -> bool:
        """Return True if the unit sends it."""
        return "r" in self.access

    @property
    def writable(self) -> bool:
        """Return True if it can be set."""
        return "w" in self.access


def _per_head(name: str, kind: Kind, access: str) -> dict[str, Variable]:
    return {name.format(head=head): Variable(kind, access) for head in (0, 1)}


def _each(names: str, kind: Kind, access: str) -> dict[str, Variable]:
    return {name: Variable(kind, access) for name in names.split()}


VARIABLES: Mapping[str, Variable] = {
    # Camera heads
    **_per_head("cam{head}Exists", FLAG, "r"),
    **_per_head("ver{head}", TEXT, "r"),
    **_per_head("autoRotate{head}", FLAG, "rw"),
    **_per_head("dictRotation{head}", FLAG, "rw"),
    **_per_head("rpm{head}", SPEED, "r"),
    **_per_head("RPM{head}", SPEED, "r"),
    **_per_head("light{head}", FLAG, "rw"),
    **_per_head("cfg3{head}", Choice(OPTICAL_SENSOR), "r"),
    **_per_head("cfg4{head}", Choice(OPTICAL_SENSOR), "r"),
    **_per_head("oct{head}", CELSIUS, "r"),
    **_per_head("psi{head}", MILLIBAR, "r"),
    **_per_head("cam{head}SelectedSensor", Choice((0, 1)), "rw"),
    **_per_head("zoom{head}", Number(0, ZOOM_MAX, whole=True, relative=True), "rw"),
    **_per_head("pan{head}", Pan(), "rw"),
    **_per_head("alignmentStream{head}", Choice(("0", "1")), "rw"),
    **_each("lineRateA lineRateB", TEXT, "r"),
    # Picture
    "cameraSwitch": Variable(FLAG, "rw"),
    "pip": Variable(Choice((0, 1, 2, 3, 4)), "rw"),
    **_each("exposure whiteBalance noiseSuppression", FLAG, "rw"),
    **_each("redGain blueGain", OFFSET, "rw"),
    "brightness": Variable(Number(-7, 7, whole=True), "rw"),
    "expo": Variable(Number(0.01, 1000), "rw"),
    "gain": Variable(Number(0, 42, whole=True), "rw"),
    "sharpness": Variable(Number(1, 15, whole=True), "rw"),
    "saturation": Variable(Number(-7, 7), "rw"),
    "contrast": Variable(Number(1, 2.5), "rw"),
    # Recording
    "record": Variable(Choice(("start", "pause", "release", "stop")), "rw"),
    "takePicture": Variable(FLAG, "w"),
    "recordTime": Variable(Number(0), "r"),
    **_each("changeVideoName changeImageName changePostName changeBackupPostName", TEXT, "rw"),
    "recordingStorage": Variable(SelectedStorage(), "rw"),
    "recordingResolution": Variable(Choice(("4K", "FullHD", "HD")), "rw"),
    "recordingFps": Variable(Choice(RECORDING_FPS), "rw"),
    "recordingPictureQuality": Variable(PERCENT, "rw"),
    **_each("recordingWithTimeStamp recordingWithDateStamp", FLAG, "rw"),
    # Visual Backup
    **_each("backupActive backupUseCompleteSpace backupWithTimeStamp backupWithDateStamp", FLAG, "rw"),
    "backupStorage": Variable(SelectedStorage(), "rw"),
    "backupResolution": Variable(Choice(("FullHD", "HD")), "rw"),
    "backupFps": Variable(Choice(BACKUP_FPS), "rw"),
    "backupPictureQuality": Variable(PERCENT, "rw"),
    "backupMaximumRecordingTimeCapacity": Variable(Number(0, 1_000_000, whole=True), "rw"),
    **_each("backupStoredFileDuration backupFileCapacity backupRemainingCapacity storageBackupCapacity", TEXT, "r"),
    "backupRemainingCapacitySeconds": Variable(SECONDS, "r"),
    "backupRemainingCapacityHours": Variable(HOURS, "r"),
    "createTag": Variable(Tag(), "w"),
    # Storages and streams
    **_each("diskStorages netStorages", Storages(), "r"),
    "mjpgStreamIsOpen": Variable(FLAG, "rw"),
    "rtspOn": Variable(FLAG, "rw"),
    "rtspPort": Variable(Number(1, 65535, whole=True), "rw"),
    "rtspStatus": Variable(STRUCTURE, "r"),
    # The control unit itself
    "fpgaTemp": Variable(CELSIUS, "r"),
    "psiSetpoint": Variable(MILLIBAR, "r"),
    **_each("hdmiConnected hasInternet", FLAG, "r"),
    **_each("hdmiName downstat macAddr hostname swVersion fmVersion", TEXT, "r"),
    **_each("language timezone ntpHost", TEXT, "rw"),
    **_each("licenseConfig licenseModules netInfo systemDescription connectionUrls ntpStatus", STRUCTURE, "r"),
    "time": Variable(Clock(), "r"),
    "seconds": Variable(Epoch(), "r"),
    **_each("ntpSync httpOn httpsOn", FLAG, "rw"),
    **_each("httpPort httpsPort", PORT, "rw"),
    **_each("httpStatus httpsStatus httpsCertificate", STRUCTURE, "r"),
    "userAuthentication": Variable(Structure(writable=True), "rw"),
}


def hardware_addresses(state: Mapping[str, Any]) -> list[str]:
    """Return the MAC addresses in a state.

    The first one identifies the unit: that of `macAddr`, otherwise that of its first network device
    (docs/protocol/rotoclear.md#network-devices).
    """
    networks = [network for network in state.get("netInfo") or () if isinstance(network, dict)]
    texts = (state.get("macAddr"), *(network.get("macAddress") for network in networks))
    return [mac for text in texts if (mac := parse_mac(text))]


def check_writes(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON values to send. Raises InvalidValue with the placeholder `variable`."""
    checked: dict[str, Any] = {}
    for key, value in values.items():
        variable = VARIABLES.get(key)
        if variable is None or not variable.writable:
            raise InvalidValue("unknown_variable", variable=key)
        try:
            checked[key] = variable.kind.write(value)
            encode_json(checked[key])
        except InvalidValue as error:
            raise InvalidValue(error.reason, variable=key, **error.placeholders) from None
        except CommandFailed:
            raise InvalidValue("not_sendable", variable=key) from None
    return checked
