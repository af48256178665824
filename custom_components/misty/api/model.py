"""Typed results of REST queries. Source: docs/protocol/misty.md#system-commands and docs/protocol/misty.md#slam."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
import re
from typing import Any, NamedTuple

from ..common.client.errors import InvalidAnswer
from ..common.client.mac import parse_mac
from ..common.client.wire import DropCounter
from .event_types import EVENT_TYPES
from .events import Value

PATH_LIMIT = 255
NAME_LIMIT = 255
# Longer lists are cut; robots have a few hundred of each.
LIST_LIMIT = 5000
# A map of 1,600 square metres with cells of 4 cm.
MAX_CELLS = 1_000_000
# Commands and event types of every robot. A list without them is not the whole list.
COMMANDS_OF_ALL = frozenset({("GET", "battery"), ("GET", "device"), ("POST", "drive/stop"), ("POST", "halt")})
EVENT_TYPES_OF_ALL = frozenset({"BatteryCharge", "HazardNotification", "SelfState"})
# Names of the files that come with the robot, such as e_JoyGoofy2.jpg and s_PhraseHello.wav.
OWN_ASSET = re.compile(r"[es]_(?P<words>[A-Z]\w*)\.\w+")
WORD = re.compile(r"[A-Z]{2,}|[A-Z][a-z]*|\d+")
# A unique id begins with it; the underscore is the separator.
SERIAL = re.compile(r"[A-Za-z0-9.-]{1,64}")
# Android reports this address instead of the real one.
PLACEHOLDER_MAC = "02:00:00:00:00:00"
# SKUs of the editions: docs/protocol/misty.md#editions.
EDITIONS = {
    "060-000001": "Standard (white)",
    "060-000002": "Standard (black)",
    "060-000003": "Basic (white)",
    "060-000004": "Enhanced (white)",
}


class Command(NamedTuple):
    """A POST command and its arguments."""

    path: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Device:
    """The device answer. `network` is the connectivity as a word. Unknown texts are None."""

    serial_number: str
    robot_version: str | None
    sku: str | None
    hardware: str | None
    ip_address: str | None
    network: str | None

    @property
    def model(self) -> str:
        """Return the model with its edition, if the SKU is known."""
        edition = EDITIONS.get(self.sku or "")
        return f"Misty II {edition}" if edition else "Misty II"


@dataclass(frozen=True, slots=True)
class Features:
    """The commands and event types of a robot. None means that the robot did not list them; then it may have all."""

    endpoints: frozenset[tuple[str, str]] | None
    event_types: frozenset[str] | None

    def has(self, method: str, path: str) -> bool:
        """Return True if the robot has a command."""
        return self.endpoints is None or (method, path) in self.endpoints

    def sends(self, event_type: str) -> bool:
        """Return True if the robot sends an event type."""
        return self.event_types is None or event_type in self.event_types


@dataclass(frozen=True, slots=True)
class Asset:
    """A stored file; a system asset came with the robot."""

    name: str
    is_system: bool


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill on the robot."""

    unique_id: str
    name: str


class Skills(NamedTuple):
    """The skills in an answer by their ids. The list is `whole` if it is not empty and has only valid entries."""

    found: Mapping[str, Skill]
    whole: bool


@dataclass(frozen=True, slots=True)
class File:
    """A file in an answer."""

    content: bytes
    content_type: str


class Cell(IntEnum):
    """The state of a cell."""

    UNKNOWN = 0
    OPEN = 1
    OCCUPIED = 2
    COVERED = 3


class Map(NamedTuple):
    """A map. `cells` has one byte per cell, row by row; `metres` is the side of a cell."""

    width: int
    height: int
    metres: float
    cells: bytes


def asset_title(name: str) -> str:
    """Return the title of a stored file: its name without suffix, in words for a system asset ("Joy goofy 2")."""
    if (match := OWN_ASSET.fullmatch(name)) and (words := WORD.findall(match["words"])):
        return " ".join([words[0], *(word if word.isupper() else word.lower() for word in words[1:])])
    return name.rsplit(".", 1)[0] or name


def parse_device(result: Any) -> Device:
    """Return the device. Raises InvalidAnswer if it is not a Misty II."""
    match result:
        case {"serialNumber": str(serial)} if SERIAL.fullmatch(serial.strip()):
            return Device(
                serial_number=serial.strip(),
                robot_version=_text(result, "robotVersion"),
                sku=_text(result, "sku"),
                hardware=_text(result, "hardwareInfo", "rtcBoard", "hardware"),
                ip_address=_text(result, "ipAddress"),
                network=_text(result, "networkConnectivity"),
            )
    raise InvalidAnswer("the device does not answer like a Misty II")


def parse_networks(result: Any, ip_address: str | None) -> str | None:
    """Return the MAC address in the saved network that has this IP address; None if there is none."""
    for entry in _objects(result):
        mac = parse_mac(entry.get("physicalAddress"))
        if ip_address and entry.get("ipAddress") == ip_address and mac not in (None, PLACEHOLDER_MAC):
            return mac
    return None


def parse_help(result: Any) -> frozenset[tuple[str, str]] | None:
    """Return the commands in the answer to `help`; None if it has another format or is not whole."""
    found: set[tuple[str, str]] = set()
    for method, entries in result.items() if isinstance(result, dict) else ():
        for entry in entries if isinstance(entries, list) else (None,):
            path = entry.get("endpoint") if isinstance(entry, dict) else None
            if not isinstance(path, str) or len(path) > PATH_LIMIT or len(found) >= LIST_LIMIT:
                return None
            found.add(_command(str(method), path))
    return frozenset(found) if found >= COMMANDS_OF_ALL else None


# All robots share the same few hundred tuples.
@lru_cache(maxsize=1024)
def _command(method: str, path: str) -> tuple[str, str]:
    return (method.upper(), path.strip("/").lower().removeprefix("api/"))


def parse_event_types(result: Any) -> frozenset[str] | None:
    """Return the event types in the answer to `websockets`; None if it has another format or is not whole."""
    names = (entry.get("class") for entry in _objects(result))
    found = {name for name in names if isinstance(name, str) and len(name) <= NAME_LIMIT}
    is_whole = isinstance(result, list) and len(found) == len(result) and found >= EVENT_TYPES_OF_ALL
    return frozenset(found) if is_whole else None


def parse_assets(result: Any) -> list[Asset]:
    """Return stored files; a list of video recordings has only names."""
    entries = result[:LIST_LIMIT] if isinstance(result, list) else []
    found: list[Asset] = []
    for entry in entries:
        match entry:
            case {"name": str(name)} if len(name) <= NAME_LIMIT:
                found.append(Asset(name, entry.get("systemAsset") is True))
            case str() if len(entry) <= NAME_LIMIT:
                found.append(Asset(entry, False))
    return found


def parse_skills(result: Any) -> Skills:
    """Return skills, ignoring the case of the keys."""
    found: dict[str, Skill] = {}
    for entry in _objects(result):
        lower = {str(key).lower(): value for key, value in entry.items()}
        match lower:
            case {"uniqueid": str(unique_id), "name": str(name)} if 0 < len(unique_id) <= NAME_LIMIT:
                found[unique_id] = Skill(unique_id, name[:NAME_LIMIT])
    return Skills(found, whole=bool(found) and len(found) == len(result))


def parse_battery(result: Any, dropped: DropCounter) -> Mapping[str, Value]:
    """Return the values in a battery answer. Raises InvalidAnswer."""
    event = EVENT_TYPES["BatteryCharge"].read(result, dropped)
    if event is None:
        raise InvalidAnswer("the robot's battery answer cannot be read")
    return event.values


def parse_map(result: Any) -> Map | None:
    """Return the map in an answer; None if there is no valid one."""
    match result:
        case {"grid": [[*first], *_] as grid, "metersPerCell": float(metres) | int(metres)} if (
            result.get("isValid") is not False and 0 < metres < 10 and 0 < len(first) * len(grid) <= MAX_CELLS
        ):
            pass
        case _:
            return None
    cells = bytearray()
    for row in grid:
        if not isinstance(row, list) or len(row) != len(first):
            return None
        cells.extend(value if type(value) is int and value in Cell else Cell.UNKNOWN for value in row)
    return Map(len(first), len(grid), float(metres), bytes(cells))


def parse_flag(result: Any) -> bool | None:
    """Return a boolean answer; some firmware sends it as a text."""
    match result:
        case bool():
            return result
        case str() if result.lower() in ("true", "false"):
            return result.lower() == "true"
    return None


def parse_volume(result: Any) -> int | None:
    """Return the volume in percent, from either of two formats: the answer is not documented."""
    match result:
        case bool():
            return None
        case int() | float() if 0 <= result <= 100:
            return round(result)
        case {"volume": int(volume)} if 0 <= volume <= 100:
            return volume
    return None


def _objects(result: Any) -> list[dict[str, Any]]:
    entries = result[:LIST_LIMIT] if isinstance(result, list) else []
    return [entry for entry in entries if isinstance(entry, dict)]


def _text(result: Any, *path: str) -> str | None:
    for name in path:
        result = result.get(name) if isinstance(result, dict) else None
    return result[:255] if isinstance(result, str) and result else None
