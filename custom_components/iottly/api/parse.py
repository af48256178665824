"""Parse the answers of the API: JSON values become what `model` has, or are dropped and counted."""

from typing import Any

from ..common.client.errors import InvalidAnswer
from ..common.client.wire import DropCounter
from .message import parse_board_id, parse_connected
from .model import Board, DeploymentGroup, Licenses, Project

MAX_NAME = 255


def parse_project(value: Any, dropped: DropCounter) -> Project:
    """Read `inspect`, of either generation. Raises InvalidAnswer when it is none."""
    match value:
        case {"id": str(project_id)} if project_id:
            groups = value.get("deployment_groups")
            return Project(
                id=project_id,
                name=_text(value.get("name")) or project_id,
                board_model=_text(value.get("board")),
                groups=_groups(groups if isinstance(groups, list) else [], dropped),
            )
    raise InvalidAnswer("the server's answer describes no project")


def parse_boards(value: Any, dropped: DropCounter) -> tuple[Board, ...]:
    """Read `devices/props`. Raises InvalidAnswer when it is none."""
    match value:
        case {"devices": list(devices)}:
            boards = [parse_board(device, dropped) for device in devices]
            return tuple({board.id: board for board in boards if board is not None}.values())
    raise InvalidAnswer("the server's answer lists no boards")


def parse_board(value: Any, dropped: DropCounter) -> Board | None:
    """Read one board's properties; None (counted) when they name no board."""
    if isinstance(value, dict):
        board = parse_board_id(value.get("ID", value.get("id")))
        if board is not None:
            return Board(
                id=board,
                name=_text(value.get("name")),
                mac=_text(value.get("macaddress")),
                agent_version=_text(value.get("agent_version")),
                connected=parse_connected(value.get("operatingstatus")),
            )
    dropped.add("board without an id")
    return None


def parse_licenses(value: Any, dropped: DropCounter) -> Licenses:
    """Count the licences by their status; their names are secrets and are not kept."""
    if not isinstance(value, dict):
        raise InvalidAnswer("the server's answer lists no licences")
    counts = {"paired": 0, "available": 0}
    for licence in value.values():
        match licence:
            case {"status": "paired" | "available" as status}:
                counts[status] += 1
            case _:
                dropped.add("licence without a status")
    return Licenses(**counts)


def parse_error(value: Any) -> str | None:
    """Return the server's own words for an error, from an answer in JSON."""
    match value:
        case {"error": str(text)} if text.strip():
            return " ".join(text.split())[:MAX_NAME]
    return None


def _groups(groups: list[Any], dropped: DropCounter) -> tuple[DeploymentGroup, ...]:
    found: dict[str, DeploymentGroup] = {}
    for group in groups:
        match group:
            case {"id": str(group_id)} if parse_board_id(group_id):
                found[group_id] = DeploymentGroup(
                    id=group_id,
                    name=_text(group.get("name")) or group_id[:8],
                    status=_text(group.get("status")),
                    branch=_text(group.get("branch")),
                    revision=_text(group.get("current_revision")),
                    boards=_board_ids(group.get("boards"), dropped),
                )
            case _:
                dropped.add("deployment group without an id")
    return tuple(found.values())


def _board_ids(value: Any, dropped: DropCounter) -> tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    boards = [parse_board_id(board) for board in value]
    if None in boards:
        dropped.add("board without an id")
    return tuple(dict.fromkeys(board for board in boards if board is not None))


def _text(value: Any) -> str | None:
    """Return text that is not blank, cut to the length of a state."""
    return (value.strip()[:MAX_NAME] or None) if isinstance(value, str) else None
