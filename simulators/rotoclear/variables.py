"""The state variables of the control unit, one row each (docs/protocol/rotoclear.md#state-variables).

The initial values are the vendor's examples. For values whose format is not documented (objects, lists, most texts),
they are guesses (docs/protocol/rotoclear.md#structures).
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any

READ = "r"
WRITE = "w"
BOTH = "rw"

type Number = int | float


class Kind(Enum):
    """The datatypes of the table."""

    BOOLEAN = "Boolean"
    # Integer in the table, but true and false in the examples: both are accepted (docs/protocol/rotoclear.md#types).
    LIGHT = "Integer as switch"
    INTEGER = "Integer"
    NUMBER = "Number"
    STRING = "String"
    PAN = "Json Object of two Numbers"
    OBJECT = "Json Object"
    ARRAY = "Json Array"


@dataclass(frozen=True, slots=True)
class Variable:
    """A row of the table.

    A value outside `limits` is limited, one that is not in `options` is refused. A write is ignored while the automatic
    `unless` is on, or the camera head `head` is not attached. A `relative` variable is a step when written, and
    absolute when read.
    """

    key: str
    kind: Kind
    permission: str
    initial: Any = None
    limits: tuple[Number, Number] | None = None
    options: tuple[Any, ...] = ()
    unless: str | None = None
    head: int | None = None
    relative: bool = False

    @property
    def readable(self) -> bool:
        """True if clients can read it."""
        return READ in self.permission

    @property
    def writable(self) -> bool:
        """True if clients can set it."""
        return WRITE in self.permission


ZOOM = (0, 31424)
PERCENT = (1, 100)
PORT = (1, 65000)
COLOUR_GAIN = (-128, 127)
CENTRE = {"x": 50.0, "y": 50.0}
ALIGNMENTS = ("0", "1")
RECORD_STATES = ("start", "pause", "release", "stop")
LANGUAGES = ("de", "en", "es", "fr", "it", "zh")

_ROWS = (
    # Camera heads
    Variable("cam0Exists", Kind.BOOLEAN, READ, True),
    Variable("cam1Exists", Kind.BOOLEAN, READ, True),
    Variable("cameraSwitch", Kind.BOOLEAN, BOTH, False),
    Variable("lineRateA", Kind.STRING, READ, "1485Mbit/s"),
    Variable("lineRateB", Kind.STRING, READ, "1485Mbit/s"),
    Variable("ver0", Kind.STRING, READ, "HW2.1 SW1.4.0"),
    Variable("ver1", Kind.STRING, READ, "HW2.0 SW1.4.0"),
    Variable("autoRotate0", Kind.BOOLEAN, BOTH, False, head=0),
    Variable("autoRotate1", Kind.BOOLEAN, BOTH, False, head=1),
    Variable("dictRotation0", Kind.BOOLEAN, BOTH, True, head=0),
    Variable("dictRotation1", Kind.BOOLEAN, BOTH, True, head=1),
    Variable("rpm0", Kind.INTEGER, READ, 4000),
    Variable("rpm1", Kind.INTEGER, READ, 3500),
    Variable("RPM0", Kind.INTEGER, READ, 4000),
    Variable("RPM1", Kind.INTEGER, READ, 3500),
    Variable("light0", Kind.LIGHT, BOTH, False, head=0),
    Variable("light1", Kind.LIGHT, BOTH, False, head=1),
    Variable("downstat", Kind.STRING, READ, "idle"),
    Variable("fpgaTemp", Kind.STRING, READ, "54.2°C"),
    # Picture
    Variable("exposure", Kind.BOOLEAN, BOTH, True),
    Variable("whiteBalance", Kind.BOOLEAN, BOTH, True),
    Variable("noiseSuppression", Kind.BOOLEAN, BOTH, True),
    Variable("redGain", Kind.INTEGER, BOTH, 0, COLOUR_GAIN, unless="whiteBalance"),
    Variable("blueGain", Kind.INTEGER, BOTH, 0, COLOUR_GAIN, unless="whiteBalance"),
    Variable("brightness", Kind.INTEGER, BOTH, 0, (-7, 7), unless="exposure"),
    Variable("expo", Kind.NUMBER, BOTH, 10.0, (0.01, 1000.0), unless="exposure"),
    Variable("gain", Kind.INTEGER, BOTH, 0, (0, 42), unless="exposure"),
    Variable("sharpness", Kind.INTEGER, BOTH, 4, (1, 15)),
    Variable("saturation", Kind.NUMBER, BOTH, 0, (-7, 7)),
    Variable("contrast", Kind.NUMBER, BOTH, 1, (1, 2.5)),
    Variable("hdmiConnected", Kind.BOOLEAN, READ, True),
    Variable("hdmiName", Kind.STRING, READ, "Machine panel"),
    Variable("cfg30", Kind.STRING, READ, "60"),
    Variable("cfg40", Kind.STRING, READ, "30"),
    Variable("cfg31", Kind.STRING, READ, "60"),
    Variable("cfg41", Kind.STRING, READ, "0"),
    Variable("oct0", Kind.STRING, READ, "69.7°C"),
    Variable("oct1", Kind.STRING, READ, "80.0°C"),
    Variable("cam0SelectedSensor", Kind.INTEGER, BOTH, 0, (0, 1), head=0),
    Variable("cam1SelectedSensor", Kind.INTEGER, BOTH, 0, (0, 1), head=1),
    # System
    Variable("language", Kind.STRING, BOTH, "en", options=LANGUAGES),
    Variable(
        "licenseConfig",
        Kind.ARRAY,
        READ,
        [{"name": "api", "enabled": True}, {"name": "visualBackup", "enabled": True}],
    ),
    Variable("licenseModules", Kind.ARRAY, READ, ["api", "visualBackup"]),
    Variable("hasInternet", Kind.BOOLEAN, READ, True),
    Variable("macAddr", Kind.STRING, READ, ""),
    Variable("hostname", Kind.STRING, READ, "rotoclear"),
    Variable("netInfo", Kind.ARRAY, READ, []),
    # View
    Variable("zoom0", Kind.INTEGER, BOTH, 0, ZOOM, head=0, relative=True),
    Variable("zoom1", Kind.INTEGER, BOTH, 0, ZOOM, head=1, relative=True),
    Variable("pan0", Kind.PAN, BOTH, CENTRE, (0.0, 100.0), head=0, relative=True),
    Variable("pan1", Kind.PAN, BOTH, CENTRE, (0.0, 100.0), head=1, relative=True),
    Variable("pip", Kind.INTEGER, BOTH, 0, (0, 4)),
    Variable("psi0", Kind.STRING, READ, "1712mbar"),
    Variable("psi1", Kind.STRING, READ, "1008mbar"),
    Variable("psiSetpoint", Kind.STRING, READ, "1150mbar"),
    # Recording
    Variable("changeVideoName", Kind.STRING, BOTH, ""),
    Variable("changeImageName", Kind.STRING, BOTH, ""),
    Variable("changePostName", Kind.STRING, BOTH, ""),
    Variable("changeBackupPostName", Kind.STRING, BOTH, ""),
    Variable("record", Kind.STRING, BOTH, "stop", options=RECORD_STATES),
    Variable("takePicture", Kind.BOOLEAN, WRITE, False),
    Variable("recordTime", Kind.NUMBER, READ, 0),
    Variable("rtspPort", Kind.INTEGER, BOTH, 1025, PORT),
    Variable("rtspOn", Kind.BOOLEAN, BOTH, False),
    Variable("rtspStatus", Kind.OBJECT, READ, {}),
    Variable("diskStorages", Kind.OBJECT, READ, {}),
    Variable("netStorages", Kind.OBJECT, READ, {}),
    # It is an object when read and a uuid when written; the row has the kind of the latter.
    Variable("backupStorage", Kind.STRING, BOTH, {}),
    Variable("recordingStorage", Kind.STRING, BOTH, {}),
    Variable("alignmentStream0", Kind.STRING, BOTH, "0", options=ALIGNMENTS, head=0),
    Variable("alignmentStream1", Kind.STRING, BOTH, "0", options=ALIGNMENTS, head=1),
    Variable("backupResolution", Kind.STRING, BOTH, "HD", options=("FullHD", "HD")),
    Variable("recordingResolution", Kind.STRING, BOTH, "HD", options=("4K", "FullHD", "HD")),
    Variable("recordingFps", Kind.INTEGER, BOTH, 10, options=(1, 5, 10, 15, 30, 60)),
    Variable("backupFps", Kind.INTEGER, BOTH, 30, options=(1, 5, 10, 15, 30)),
    Variable("recordingPictureQuality", Kind.INTEGER, BOTH, 75, PERCENT),
    Variable("backupPictureQuality", Kind.INTEGER, BOTH, 75, PERCENT),
    Variable("mjpgStreamIsOpen", Kind.BOOLEAN, BOTH, False),
    Variable("recordingWithTimeStamp", Kind.BOOLEAN, BOTH, False),
    Variable("recordingWithDateStamp", Kind.BOOLEAN, BOTH, False),
    Variable("backupWithTimeStamp", Kind.BOOLEAN, BOTH, False),
    Variable("backupWithDateStamp", Kind.BOOLEAN, BOTH, False),
    # Time and network
    Variable(
        "systemDescription",
        Kind.OBJECT,
        READ,
        {"name": "Rotoclear C2", "description": "Camera control unit", "serialNumber": "C2-SIM-0001"},
    ),
    Variable("time", Kind.ARRAY, READ, []),
    Variable("timezone", Kind.STRING, BOTH, "Europe/Berlin"),
    Variable("ntpHost", Kind.STRING, BOTH, "pool.ntp.org"),
    Variable("ntpStatus", Kind.OBJECT, READ, {}),
    Variable("ntpSync", Kind.BOOLEAN, BOTH, True),
    Variable("seconds", Kind.INTEGER, READ, 0),
    Variable("connectionUrls", Kind.OBJECT, READ, {}),
    Variable("userAuthentication", Kind.OBJECT, BOTH, {"active": True}),
    Variable("swVersion", Kind.STRING, READ, "2.8.4"),
    Variable("fmVersion", Kind.STRING, READ, "1.9.0"),
    Variable("httpOn", Kind.BOOLEAN, BOTH, True),
    Variable("httpsOn", Kind.BOOLEAN, BOTH, True),
    Variable("httpPort", Kind.INTEGER, BOTH, 80, PORT),
    Variable("httpsPort", Kind.INTEGER, BOTH, 443, PORT),
    Variable("httpStatus", Kind.OBJECT, READ, {}),
    Variable("httpsStatus", Kind.OBJECT, READ, {}),
    Variable("httpsCertificate", Kind.OBJECT, READ, {}),
    # Visual Backup
    Variable("backupActive", Kind.BOOLEAN, BOTH, False),
    Variable("backupUseCompleteSpace", Kind.BOOLEAN, BOTH, True),
    Variable("backupMaximumRecordingTimeCapacity", Kind.INTEGER, BOTH, 24, (1, 100_000)),
    Variable("backupStoredFileDuration", Kind.STRING, READ, ""),
    Variable("backupFileCapacity", Kind.STRING, READ, ""),
    Variable("backupRemainingCapacitySeconds", Kind.STRING, READ, ""),
    Variable("backupRemainingCapacityHours", Kind.STRING, READ, ""),
    Variable("backupRemainingCapacity", Kind.STRING, READ, ""),
    Variable("storageBackupCapacity", Kind.STRING, READ, ""),
    Variable("createTag", Kind.OBJECT, WRITE),
)

VARIABLES: dict[str, Variable] = {row.key: row for row in _ROWS}
