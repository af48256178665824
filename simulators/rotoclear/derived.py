"""Values that depend on others, and actions that stop if their condition is no longer met."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from .storage import HOUR, Storage, hours_text, video_seconds

if TYPE_CHECKING:
    from .unit import Unit


def derive(unit: Unit) -> None:
    """Update all values that depend on others, except those that were set by a command."""
    for part in (_clock, _storages, _backup, _rtsp, _ntp):
        try:
            values = part(unit)
        except ValueError, TypeError, KeyError, ArithmeticError, OSError:
            continue  # values that were set by a command may be inconsistent
        unit.values |= {key: value for key, value in values.items() if key not in unit.pinned}
    _stop_without_storage(unit)


def _clock(unit: Unit) -> dict[str, Any]:
    now = datetime.fromtimestamp(unit.values["seconds"], ZoneInfo(unit.values["timezone"]))
    return {"time": [now.year, now.month, now.day, now.hour, now.minute, now.second]}


def _storages(unit: Unit) -> dict[str, Any]:
    described = {uuid: storage.description() for uuid, storage in unit.storages.items()}
    return {
        "diskStorages": {uuid: text for uuid, text in described.items() if not unit.storages[uuid].network},
        "netStorages": {uuid: text for uuid, text in described.items() if unit.storages[uuid].network},
        "recordingStorage": described.get(unit.selected.get("recordingStorage", ""), {}),
        "backupStorage": described.get(unit.selected.get("backupStorage", ""), {}),
    }


def _stop_without_storage(unit: Unit) -> None:
    if "recordingStorage" not in unit.selected and unit.values["record"] != "stop":
        unit.values |= {"record": "stop", "recordTime": 0}
    if "backupStorage" not in unit.selected:
        unit.values["backupActive"] = False


def _backup(unit: Unit) -> dict[str, Any]:
    """Return the capacities of Visual Backup (docs/protocol/rotoclear.md#capacity)."""
    storage = unit.storages.get(unit.selected.get("backupStorage", ""))
    stored = sum(file.seconds for file in storage.files) if storage else 0
    erasable = sum(file.seconds for file in storage.files if not file.tagged) if storage else 0
    remaining = _remaining(unit, storage, erasable) if storage else 0
    return {
        "backupStoredFileDuration": hours_text(stored),
        "backupFileCapacity": hours_text(erasable),
        "backupRemainingCapacitySeconds": str(remaining),
        "backupRemainingCapacityHours": f"{remaining / HOUR:.2f}",
        "backupRemainingCapacity": hours_text(remaining),
        "storageBackupCapacity": hours_text(remaining + erasable),
    }


def _remaining(unit: Unit, storage: Storage, erasable: float) -> int:
    remaining = video_seconds(*unit.backup_settings(), storage.free)
    if unit.values["backupUseCompleteSpace"]:
        return remaining
    limit = unit.values["backupMaximumRecordingTimeCapacity"] * HOUR
    return max(min(remaining, int(limit - erasable)), 0)


def _rtsp(unit: Unit) -> dict[str, Any]:
    running = unit.values["rtspOn"] and not unit.rtsp_error
    return {"rtspStatus": status(running=running, port=unit.values["rtspPort"], error=unit.rtsp_error)}


def _ntp(unit: Unit) -> dict[str, Any]:
    synchronized = unit.values["ntpSync"] and unit.values["hasInternet"]
    state = "synchronized" if synchronized else "off" if not unit.values["ntpSync"] else "unreachable"
    return {"ntpStatus": {"state": state, "host": unit.values["ntpHost"]}}


def status(*, running: bool, port: int, error: str = "") -> dict[str, Any]:
    """Return the status object of a server (docs/protocol/rotoclear.md#status-objects)."""
    return {"running": running, "port": port, "error": error}
