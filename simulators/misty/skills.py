"""Skills, the programs of the robot. Source: docs/protocol/misty.md#skills."""

import asyncio
from typing import TYPE_CHECKING, Any

from .clock import now
from .parameters import Failure, Parameters
from .registry import command

if TYPE_CHECKING:
    from .robot import Robot

DEFAULT_TIMEOUT = 300
FIRST = {
    "28c7cb66-91d4-4c8f-a8af-bb667ce18099": "HelloWorld",
    "5e57b1a5-1ed5-4f35-b4d2-4a0bfaa3e2cb": "Wander",
}


class Skills:
    """The installed and the running skills."""

    def __init__(self, robot: Robot) -> None:
        """Initialize with two skills, none of which is running."""
        self.robot = robot
        self.installed = dict(FIRST)
        self.running: dict[str, asyncio.Task[None]] = {}

    def find(self, skill: str) -> str:
        """Return the id of the skill with this id or name."""
        for guid, name in self.installed.items():
            if skill in (guid, name):
                return guid
        raise Failure(f"There is no skill {skill}.")

    def report(self, guid: str, action: str) -> None:
        """Publish a change of a skill."""
        name = self.installed.get(guid, "")
        self.robot.note("skill", action=action, name=name)
        message = {"action": action, "guid": guid, "name": name, "timestamp": now()}
        self.robot.publish("SkillSystemStateChange", message)

    def debug(self, guid: str, text: str) -> None:
        """Publish a debug message of a skill."""
        message = {
            "data": {text.split(":", maxsplit=1)[0]: text},
            "message": "Calling command 'Debug'",
            "timestamp": now(),
            "truncated": False,
        }
        if guid in self.running:
            self.robot.publish("SkillData", message)

    def start(self, skill: str) -> None:
        """Start a skill, which ends after its timeout."""
        guid = self.find(skill)
        if guid not in self.running:
            self.running[guid] = self.robot.later(DEFAULT_TIMEOUT, lambda: self.cancel(guid))
            self.report(guid, "Started")
            self.debug(guid, f"{self.installed[guid]}: started")

    def cancel(self, guid: str) -> None:
        """Cancel a running skill."""
        if (task := self.running.pop(guid, None)) is not None:
            if task is not asyncio.current_task():
                task.cancel()
            self.report(guid, "Stopped")


@command("GET", "skills")
def listed(robot: Robot, _given: Parameters) -> Any:
    """List skills."""
    return [
        {
            "broadcastMode": "verbose",
            "cleanupOnCancel": False,
            "description": "",
            "language": "javascript",
            "name": name,
            "parameters": {},
            "startupRules": ["Manual"],
            "timeoutInSeconds": DEFAULT_TIMEOUT,
            "uniqueId": guid,
        }
        for guid, name in robot.skills.installed.items()
    ]


@command("GET", "skills/running")
def running(robot: Robot, _given: Parameters) -> Any:
    """List running skills."""
    return [
        {
            "description": "",
            "name": robot.skills.installed[guid],
            "startupArguments": {"skill": guid, "uniqueId": guid},
            "uniqueId": guid,
        }
        for guid in robot.skills.running
    ]


@command("POST", "skills/start")
def start(robot: Robot, given: Parameters) -> bool:
    """Start a skill."""
    robot.skills.start(given.text("skill"))
    return True


@command("POST", "skills/cancel")
def cancel(robot: Robot, given: Parameters) -> bool:
    """Cancel a skill, or all."""
    chosen = [robot.skills.find(given.text("skill"))] if given.has("skill") else list(robot.skills.running)
    for guid in chosen:
        robot.skills.cancel(guid)
    return True


@command("POST", "skills/event")
def event(robot: Robot, given: Parameters) -> bool:
    """Send an event to a skill."""
    robot.skills.find(given.text("skill"))
    robot.note("skill event", name=given.text("eventName"), payload=given.get("payload"))
    return True


@command("POST", "skills")
def upload(robot: Robot, given: Parameters) -> Any:
    """Install a skill."""
    if not given.has("file"):
        raise Failure("Missing File.")
    name = given.text("fileName", "Uploaded").removesuffix(".zip")
    guid = given.text("uniqueId", f"00000000-0000-0000-0000-{len(robot.skills.installed):012}")
    robot.skills.installed[guid] = name
    robot.skills.report(guid, "Added")
    robot.skills.report(guid, "Initialized")
    if given.flag("immediatelyApply"):
        robot.skills.start(guid)
    return [name]


@command("DELETE", "skills")
def delete(robot: Robot, given: Parameters) -> bool:
    """Remove a skill."""
    guid = robot.skills.find(given.text("skill"))
    robot.skills.cancel(guid)
    robot.skills.report(guid, "Deleted")
    del robot.skills.installed[guid]
    return True
