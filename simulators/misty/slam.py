"""Mapping, on editions with a depth sensor. Source: docs/protocol/misty.md#slam."""

from typing import TYPE_CHECKING, Any

from .parameters import Failure, Parameters
from .registry import command

if TYPE_CHECKING:
    from .robot import Robot


@command("GET", "slam/status")
def slam_status(robot: Robot, _given: Parameters) -> Any:
    """Return the state of mapping."""
    return robot.system.slam()


def _slam(mode: str, status: int) -> Any:
    def change(robot: Robot, _given: Parameters) -> bool:
        """Change what mapping does."""
        robot.system.set_slam(mode, status)
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
def slam_map(_robot: Robot, _given: Parameters) -> Any:
    """Send the map."""
    grid = [[1, 1, 2], [1, 0, 2], [1, 1, 1]]
    place = {"originX": 0.0, "originY": 0.0, "size": 9}
    return {"grid": grid, "height": 3, "isValid": True, "metersPerCell": 0.04, "width": 3, **place}


@command("GET", "slam/map/ids")
def slam_maps(robot: Robot, _given: Parameters) -> Any:
    """List maps."""
    return [{"key": key, "name": name} for key, name in robot.system.maps.items()]


@command("GET", "slam/map/current")
def slam_current(robot: Robot, _given: Parameters) -> str:
    """Return the map that is used."""
    return robot.system.current_map


@command("POST", "slam/map/current")
def set_slam_current(robot: Robot, given: Parameters) -> bool:
    """Use a map."""
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
    """Find a way."""
    return [{"x": 0, "y": 0}, {"x": given.number("X"), "y": given.number("Y")}]


@command("GET", "slam/diagnostics")
def slam_diagnostics(_robot: Robot, _given: Parameters) -> str:
    """Return details as a string that holds JSON."""
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
