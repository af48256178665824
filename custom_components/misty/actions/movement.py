"""Actions for driving, the head, and the hazards that stop the robot."""

from homeassistant.core import ServiceCall
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..api.sensors import BUMP_SENSORS, EDGE_SENSORS, RANGE_SENSORS
from ..coordinator import MistyCoordinator
from .model import Action, given

STOP = {vol.Optional("hold"): cv.boolean, vol.Optional("all_motors", default=False): cv.boolean}
MOVE_HEAD = {
    **{vol.Optional(axis): vol.Coerce(float) for axis in ("pitch", "roll", "yaw")},
    vol.Exclusive("velocity", "speed"): vol.Coerce(float),
    vol.Exclusive("duration", "speed"): vol.Coerce(float),
    vol.Optional("units"): cv.string,
}
SET_HAZARDS = {
    vol.Optional("disable_bump_sensors"): cv.boolean,
    vol.Optional("disable_time_of_flights"): cv.boolean,
    vol.Optional("bump_sensors"): {vol.In(BUMP_SENSORS): cv.boolean},
    vol.Optional("distance_thresholds"): {
        vol.In([*RANGE_SENSORS, *EDGE_SENSORS]): vol.All(vol.Coerce(float), vol.Range(0, 2))
    },
}


async def _stop(call: ServiceCall, robot: MistyCoordinator) -> None:
    """Stop driving, or every motor."""
    if call.data["all_motors"]:
        await robot.async_post("halt")
    else:
        await robot.async_post("drive/stop", **given(call, hold="hold"))


async def _move_head(call: ServiceCall, robot: MistyCoordinator) -> None:
    """Move the head, with a default velocity."""
    fields = ("pitch", "roll", "yaw", "velocity", "duration", "units")
    arguments = given(call, **{name: name for name in fields})
    if "velocity" not in arguments and "duration" not in arguments:
        arguments["velocity"] = 50
    await robot.async_post("head", **arguments)


async def _set_hazards(call: ServiceCall, robot: MistyCoordinator) -> None:
    """Set which sensors stop the robot until it restarts."""
    arguments = given(call, disableBumpSensors="disable_bump_sensors", disableTimeOfFlights="disable_time_of_flights")
    distances = RANGE_SENSORS | EDGE_SENSORS
    if bumps := call.data.get("bump_sensors"):
        arguments["bumpSensorsEnabled"] = [
            {"sensorName": f"Bump_{BUMP_SENSORS[sensor]}", "enabled": enabled} for sensor, enabled in bumps.items()
        ]
    if thresholds := call.data.get("distance_thresholds"):
        arguments["timeOfFlightThresholds"] = [
            {"sensorName": f"TOF_{distances[sensor]}", "threshold": metres} for sensor, metres in thresholds.items()
        ]
    await robot.async_post("hazard/updatebasesettings", **arguments)
    await robot.async_refresh_slow()


MOVEMENT_ACTIONS = (
    Action("stop", _stop, STOP),
    Action("move_head", _move_head, MOVE_HEAD),
    Action("set_hazards", _set_hazards, SET_HAZARDS),
)
