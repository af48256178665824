"""The effects of writes that do more than store a value, one row each."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .conversion import Refused, saturated
from .storage import HOUR, BackupFile
from .variables import Variable

if TYPE_CHECKING:
    from .unit import Unit

type Rule = Callable[[Unit, Variable, Any], Any]

# The next value of "record": (current, written) -> next. Other writes do not change it.
RECORD_STEPS = {
    ("stop", "start"): "start",
    ("start", "pause"): "pause",
    ("release", "pause"): "pause",
    ("pause", "release"): "release",
    ("start", "stop"): "stop",
    ("pause", "stop"): "stop",
    ("release", "stop"): "stop",
}
TAG_TEXTS = ("title", "note")


def _zoom(unit: Unit, variable: Variable, step: Any) -> None:
    """Add a step to the zoom, which is absolute when read (docs/protocol/rotoclear.md#zoom-and-pan)."""
    unit.values[variable.key] = saturated(variable, unit.values[variable.key] + step)


def _pan(unit: Unit, variable: Variable, step: Any) -> None:
    now = unit.values[variable.key]
    unit.values[variable.key] = {axis: saturated(variable, now[axis] + step[axis]) for axis in now}


def _camera_switch(unit: Unit, variable: Variable, second: Any) -> None:
    if not unit.values["cam1Exists" if second else "cam0Exists"]:
        raise Refused
    unit.values[variable.key] = second


def _disk_rotation(unit: Unit, variable: Variable, wanted: Any) -> None:
    """Start or stop the disk. Without live values it reaches its speed at once."""
    head = variable.head
    unit.values[variable.key] = wanted
    if not unit.live:
        unit.values[f"RPM{head}"] = unit.values[f"rpm{head}"] if wanted else 0


def _record(unit: Unit, variable: Variable, asked: Any) -> None:
    """Start, pause or end a recording, which needs free space (docs/protocol/rotoclear.md#recording-states)."""
    step = RECORD_STEPS.get((unit.values["record"], asked))
    if step is None:
        raise Refused
    if step == "start" and not has_room(unit, "recordingStorage"):
        raise Refused
    if step in {"start", "stop"}:
        unit.values["recordTime"] = 0
    unit.values[variable.key] = step


def _take_picture(unit: Unit, _variable: Variable, wanted: Any) -> bool:
    if not wanted or not has_room(unit, "recordingStorage"):
        raise Refused
    unit.pictures += 1
    return True


def _storage(unit: Unit, variable: Variable, uuid: Any) -> None:
    if uuid not in unit.storages:
        raise Refused
    unit.selected[variable.key] = uuid


def _backup_active(unit: Unit, variable: Variable, wanted: Any) -> None:
    """Switch Visual Backup, which needs space for an hour (docs/protocol/rotoclear.md#visual-backup)."""
    if wanted and not can_back_up(unit):
        raise Refused
    unit.values[variable.key] = wanted


def _create_tag(unit: Unit, _variable: Variable, wanted: Any) -> dict[str, Any]:
    """Create a tag, which starts Visual Backup if it has no time (docs/protocol/rotoclear.md#tags)."""
    tag: dict[str, Any] = {name: wanted.get(name, "") for name in TAG_TEXTS}
    if not all(isinstance(text, str) for text in tag.values()):
        raise Refused
    if "creationTime" in wanted:
        tag["creationTime"] = _unix_seconds(wanted["creationTime"])
    else:
        tag["creationTime"] = unit.values["seconds"]
        if not unit.values["backupActive"] and can_back_up(unit):
            unit.values["backupActive"] = True
    unit.tags.append(tag)
    _secure(unit, tag["creationTime"], running="creationTime" not in wanted)
    return tag


def _secure(unit: Unit, moment: float, *, running: bool) -> None:
    """Protect the files of Visual Backup around a tag from deletion."""
    storage = unit.storages.get(unit.selected.get("backupStorage", ""))
    files = storage.files if storage else []
    for file in files:
        file.tagged |= file.start <= moment <= file.start + file.seconds
    if running and unit.values["backupActive"]:
        if not files:
            files.append(BackupFile(unit.values["seconds"]))
        files[-1].tagged = True


def _unix_seconds(moment: Any) -> float:
    if isinstance(moment, int | float) and not isinstance(moment, bool):
        return moment
    if not isinstance(moment, str):
        raise Refused
    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError:
        raise Refused from None
    if parsed.tzinfo is None:
        raise Refused
    return parsed.timestamp()


def _timezone(unit: Unit, variable: Variable, name: Any) -> None:
    try:
        ZoneInfo(name)
    except ZoneInfoNotFoundError, ValueError, OSError:
        raise Refused from None
    unit.values[variable.key] = name


def _merge(unit: Unit, variable: Variable, wanted: Any) -> None:
    unit.values[variable.key] = {**unit.values[variable.key], **wanted}


def has_room(unit: Unit, key: str) -> bool:
    """Return True if the storage that is selected by a key is present and not full."""
    storage = unit.storages.get(unit.selected.get(key, ""))
    return storage is not None and storage.free > 0


def can_back_up(unit: Unit) -> bool:
    """Return True if Visual Backup has or can free the space for an hour."""
    storage = unit.storages.get(unit.selected.get("backupStorage", ""))
    if storage is None:
        return False
    erasable = sum(file.seconds for file in storage.files if not file.tagged)
    return int(unit.values["backupRemainingCapacitySeconds"] or 0) + erasable >= HOUR


WRITES: dict[str, Rule] = {
    "zoom0": _zoom,
    "zoom1": _zoom,
    "pan0": _pan,
    "pan1": _pan,
    "dictRotation0": _disk_rotation,
    "dictRotation1": _disk_rotation,
    "cameraSwitch": _camera_switch,
    "record": _record,
    "takePicture": _take_picture,
    "recordingStorage": _storage,
    "backupStorage": _storage,
    "backupActive": _backup_active,
    "createTag": _create_tag,
    "timezone": _timezone,
    "userAuthentication": _merge,
}
