"""The queries for values that no event has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from .api import MistyClient, Skills, UnknownCommand, Value
from .api.model import parse_flag, parse_volume
from .topics import FIRMWARE, HAZARDS_OFF, RUNNING_SKILLS, UPDATE_AVAILABLE, UPDATES_ALLOWED, VOLUME, Key, rest, service

BLINK_TIMES = ("openEyeMinMs", "openEyeMaxMs", "closedEyeMinMs", "closedEyeMaxMs")
LOG_LEVELS = ("Debug", "Info", "Warn", "Error", "None")


@dataclass(frozen=True, slots=True)
class Query:
    """A GET endpoint, and the parser of its result, which is None if the robot refused."""

    path: str
    parse: Callable[[Any], Mapping[Key, Value]]


def _flag(key: Key) -> Callable[[Any], Mapping[Key, Value]]:
    return lambda answer: {key: parse_flag(answer)}


def _updates_allowed(answer: Any) -> Mapping[Key, Value]:
    return {UPDATES_ALLOWED: parse_flag(answer.get("allowRobotUpdates")) if isinstance(answer, dict) else None}


def _hazards_off(answer: Any) -> Mapping[Key, Value]:
    """Return whether a bump sensor or a distance threshold is off, so that the robot does not stop for it."""
    if not isinstance(answer, dict):
        return {HAZARDS_OFF: None}
    off = [row.get("enabled") is False for row in _rows(answer.get("bumpSensors"))]
    off += [row.get("threshold") == 0 for row in _rows(answer.get("timeOfFlightSensors"))]
    return {HAZARDS_OFF: any(off)}


def _rows(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _log_level(answer: Any) -> Mapping[Key, Value]:
    local = answer.get("local") if isinstance(answer, dict) else None
    return {rest("logLevel"): local.lower() if isinstance(local, str) and local in LOG_LEVELS else None}


def _websocket_version(answer: Any) -> Mapping[Key, Value]:
    return {rest("websocketVersion"): answer.lower() if answer in ("Current", "Deprecated") else None}


def _blink_times(answer: Any) -> Mapping[Key, Value]:
    values = answer if isinstance(answer, dict) else {}
    return {rest(name): values[name] if type(values.get(name)) is int else None for name in BLINK_TIMES}


SLOW_QUERIES = (
    Query("audio/volume", lambda answer: {VOLUME: parse_volume(answer)}),
    Query("services/audio", _flag(service("audio"))),
    Query("services/camera", _flag(service("camera"))),
    Query("services/avstreaming", _flag(service("avstreaming"))),
    Query("services/slam", _flag(service("slam"))),
    Query("system/updates", _flag(UPDATE_AVAILABLE)),
    Query("system/update/settings", _updates_allowed),
    Query("hazards/settings", _hazards_off),
    Query("logs/level", _log_level),
    Query("websocket/version", _websocket_version),
    Query("blink/settings", _blink_times),
)


class Answers(NamedTuple):
    """The answers of several queries: values by their keys, and skills."""

    values: dict[Key, Value]
    skills: Skills


async def fetch_battery(client: MistyClient) -> dict[Key, Value]:
    """Return the values of the battery, with the keys of its events. Raises PushError."""
    return {("BatteryCharge", "", name): value for name, value in (await client.battery()).items()}


async def fetch_skills(client: MistyClient) -> Answers:
    """Return the skills, and the running ones. Raises PushError."""
    return Answers({RUNNING_SKILLS: await _running_skills(client)}, await _skills(client))


async def fetch_slow(client: MistyClient) -> Answers:
    """Return all values that no event has. Raises PushError."""
    device = await client.device()
    values: dict[Key, Value] = {
        FIRMWARE: device.robot_version,
        rest("ipAddress"): device.ip_address,
        rest("network"): device.network,
    }
    for query in SLOW_QUERIES:
        if client.features.has("GET", query.path):
            values.update(query.parse(await client.value(query.path)))
    answers = await fetch_skills(client)
    return Answers(values | answers.values, answers.skills)


async def _skills(client: MistyClient) -> Skills:
    try:
        return await client.skills()
    except UnknownCommand:
        return Skills({}, whole=False)


async def _running_skills(client: MistyClient) -> tuple[str, ...] | None:
    try:
        return await client.running_skills()
    except UnknownCommand:
        return ()
