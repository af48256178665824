"""Parse the responses of the API: JSON values become the types of `model`, or are dropped and counted."""

import re
from typing import Any

from ..common.client.errors import InvalidAnswer
from ..common.client.mac import parse_mac
from ..common.client.markup import plain_text
from ..common.client.wire import DropCounter
from .message import parse_board_id, parse_connected, parse_id
from .model import Board, Boards, DeploymentGroup, Licenses, Project

MAX_NAME = 255
# More than any project has; limits the memory for a faulty server.
MAX_BOARDS = 1000
MAX_GROUPS = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def parse_project(value: Any, dropped: DropCounter) -> Project:
    """Parse the answer of `inspect`, of either generation. Raises InvalidAnswer."""
    match value:
        case {"id": str(project_id)} if parse_id(project_id):
            rows = value.get("deployment_groups")
            # The newer generation lists no groups here.
            groups, is_complete = _groups(rows, dropped) if isinstance(rows, list) else ((), rows is None)
            return Project(
                id=project_id,
                name=_name(value.get("name")) or project_id,
                board_model=_text(value.get("board")),
                groups=groups,
                is_complete=is_complete,
            )
    raise InvalidAnswer("the server's answer describes no project")


def parse_boards(value: Any, dropped: DropCounter) -> Boards:
    """Parse the answer of `devices/props`. Raises InvalidAnswer."""
    match value:
        case {"devices": list(devices)}:
            # One more, so that the caller sees that there are too many.
            read = [parse_board(device, dropped) for device in devices[: MAX_BOARDS + 1]]
            boards = {board.id: board for board in read if board is not None}
            return Boards(tuple(boards.values()), None not in read)
    raise InvalidAnswer("the server's answer lists no boards")


def parse_board(value: Any, dropped: DropCounter) -> Board | None:
    """Return one board from its properties; None (counted) if they have no id."""
    if isinstance(value, dict):
        board = parse_board_id(value.get("ID", value.get("id")))
        if board is not None:
            return Board(
                id=board,
                name=_text(value.get("name")),
                mac=parse_mac(value.get("macaddress")),
                agent_version=_text(value.get("agent_version")),
                connected=parse_connected(value.get("operatingstatus")),
            )
    dropped.add("board without an id")
    return None


def parse_licenses(value: Any, dropped: DropCounter) -> Licenses:
    """Return the numbers of licences by status; their names are secrets and are not kept."""
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
    """Return the error message of a response in JSON."""
    match value:
        case {"error": str(text)} if text.strip():
            return text
    return None


def _groups(groups: list[Any], dropped: DropCounter) -> tuple[tuple[DeploymentGroup, ...], bool]:
    """Return the groups, and False if some rows could not be read."""
    found: dict[str, DeploymentGroup] = {}
    is_complete = True
    for group in groups[:MAX_GROUPS]:
        group_id = parse_id(group.get("id")) if isinstance(group, dict) else None
        match group:
            case dict() if group_id is not None:
                boards, is_readable = _board_ids(group.get("boards"), dropped)
                is_complete = is_complete and is_readable
                found[group_id] = DeploymentGroup(
                    id=group_id,
                    name=_text(group.get("name")) or group_id[:8],
                    status=_text(group.get("status")),
                    branch=_text(group.get("branch")),
                    revision=_text(group.get("current_revision")),
                    boards=boards,
                )
            case _:
                dropped.add("deployment group without an id")
                is_complete = False
    if len(groups) > MAX_GROUPS:
        dropped.add("more deployment groups than a project may have")
    return tuple(found.values()), is_complete


def _board_ids(value: Any, dropped: DropCounter) -> tuple[tuple[str, ...], bool]:
    """Return the ids of a group's boards, and False if some could not be read."""
    if not isinstance(value, list):
        return (), value is None
    boards = [parse_board_id(board) for board in value[: MAX_BOARDS + 1]]
    if None in boards:
        dropped.add("board without an id")
    return tuple(dict.fromkeys(board for board in boards if board is not None)), None not in boards


def _name(value: Any) -> str | None:
    """Return a text without markup."""
    text = _text(value)
    return None if text is None else plain_text(text) or None


def _text(value: Any) -> str | None:
    """Return a text that is not blank, truncated to the length of a state."""
    return (_CONTROL.sub(" ", value).strip()[:MAX_NAME] or None) if isinstance(value, str) else None
