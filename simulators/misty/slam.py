"""Mapping, on editions with a depth sensor. Source: docs/protocol/misty.md#slam."""

import math
from typing import TYPE_CHECKING, Any

from .parameters import Failure, Parameters
from .registry import command

if TYPE_CHECKING:
    from .robot import Robot


# The room: length, width, size of a cell, range of the depth sensor, in metres.
LONG, WIDE, CELL, SIGHT = 6.0, 4.0, 0.08, 1.6
COLUMNS, ROWS = round(LONG / CELL), round(WIDE / CELL)
UNKNOWN, OPEN, OCCUPIED = 0, 1, 2
# The furniture: left, bottom, right, top in metres.
FURNITURE = ((0.6, 2.9, 2.2, 3.6), (4.4, 0.5, 5.2, 1.3), (2.7, 1.1, 3.3, 1.5))


class Room:
    """The room of the robot, and the explored part. The robot starts in the middle of the left half."""

    def __init__(self, robot: Robot) -> None:
        """Initialize with a map of the whole room."""
        self.robot = robot
        self.seen: set[tuple[int, int]] = {(x, y) for x in range(COLUMNS) for y in range(ROWS)}

    def cell(self) -> tuple[int, int]:
        """Return column and row of the robot's cell."""
        x, y = self.robot.body.x + LONG / 4, self.robot.body.y + WIDE / 2
        return min(max(int(x / CELL), 0), COLUMNS - 1), min(max(int(y / CELL), 0), ROWS - 1)

    def forget(self) -> None:
        """Remove the explored part, as for a reset and a new map."""
        self.seen.clear()

    def look(self) -> None:
        """Add the cells in the range of the depth sensor, while the robot makes a map."""
        if self.robot.system.slam_mode != "Exploring":
            return
        here, reach = self.cell(), round(SIGHT / CELL)
        for x in range(max(here[0] - reach, 0), min(here[0] + reach + 1, COLUMNS)):
            for y in range(max(here[1] - reach, 0), min(here[1] + reach + 1, ROWS)):
                if math.dist(here, (x, y)) <= reach:
                    self.seen.add((x, y))

    def grid(self) -> list[list[int]] | None:
        """Return the rows of the map, the first at the bottom; None if nothing is explored."""
        if not self.seen:
            return None
        return [[_kind(x, y) if (x, y) in self.seen else UNKNOWN for x in range(COLUMNS)] for y in range(ROWS)]


def _kind(x: int, y: int) -> int:
    if x in (0, COLUMNS - 1) or y in (0, ROWS - 1):
        return OCCUPIED
    left, bottom = (x + 0.5) * CELL, (y + 0.5) * CELL
    return OCCUPIED if any(a <= left <= c and b <= bottom <= d for a, b, c, d in FURNITURE) else OPEN


@command("GET", "slam/status")
def slam_status(robot: Robot, _given: Parameters) -> Any:
    """Return the state of mapping."""
    return robot.system.slam()


# The (new mode, current mode) for which a new map is begun; otherwise a paused map is continued.
NEW_MAP = (("Exploring", "Uninitialized"), ("Exploring", "Tracking"))


def _slam(mode: str, status: int) -> Any:
    def change(robot: Robot, _given: Parameters) -> bool:
        """Change the state of mapping."""
        if (mode, robot.system.slam_mode) in NEW_MAP or not status:
            robot.room.forget()
        robot.system.set_slam(mode, status)
        robot.room.look()
        return True

    return change


for _path, _mode, _status in (
    ("slam/map/start", "Exploring", 0x8084),
    ("slam/map/stop", "Paused", 0x2),
    ("slam/track/start", "Tracking", 0x8088),
    ("slam/track/stop", "Paused", 0x2),
    ("slam/streaming/start", "Uninitialized", 0x8002),
    ("slam/streaming/stop", "Uninitialized", 0x2),
    ("slam/reset", "Uninitialized", 0),
):
    command("POST", _path)(_slam(_mode, _status))


@command("GET", "slam/map")
def slam_map(robot: Robot, _given: Parameters) -> Any:
    """Send the map."""
    grid = robot.room.grid()
    place = {"originX": 0.0, "originY": 0.0, "size": COLUMNS * ROWS}
    return {"grid": grid, "height": ROWS, "isValid": grid is not None, "metersPerCell": CELL, "width": COLUMNS, **place}


@command("GET", "slam/map/ids")
def slam_maps(robot: Robot, _given: Parameters) -> Any:
    """List maps."""
    return [{"key": key, "name": name} for key, name in robot.system.maps.items()]


@command("GET", "slam/map/current")
def slam_current(robot: Robot, _given: Parameters) -> str:
    """Return the current map."""
    return robot.system.current_map


@command("POST", "slam/map/current")
def set_slam_current(robot: Robot, given: Parameters) -> bool:
    """Set the current map."""
    robot.system.current_map = _map(robot, given)
    return True


@command("POST", "slam/map/rename")
def rename_map(robot: Robot, given: Parameters) -> bool:
    """Rename a map."""
    robot.system.maps[_map(robot, given)] = given.text("name")
    return True


@command("DELETE", "slam/map")
def delete_map(robot: Robot, given: Parameters) -> bool:
    """Remove a map."""
    del robot.system.maps[_map(robot, given)]
    return True


def _map(robot: Robot, given: Parameters) -> str:
    if given.text("key") not in robot.system.maps:
        raise Failure("There is no such map.")
    return given.text("key")


@command("GET", "slam/path")
def slam_path(_robot: Robot, given: Parameters) -> Any:
    """Find a path."""
    return [{"x": 0, "y": 0}, {"x": given.number("X"), "y": given.number("Y")}]


@command("GET", "slam/diagnostics")
def slam_diagnostics(_robot: Robot, _given: Parameters) -> str:
    """Return details as a string with JSON."""
    return '{"sensor": "ok"}'


for _eye in ("ir", "visible"):
    command("GET", f"slam/settings/{_eye}")(lambda robot, _given, eye=_eye: robot.system.exposure[eye])


@command("POST", "slam/settings/ir")
@command("POST", "slam/settings/visible")
def set_exposure(_robot: Robot, given: Parameters) -> bool:
    """Set exposure and gain."""
    given.number("exposure", 0.01, 0.001, 0.033)
    given.number("gain", 1, 0, 8)
    return True
