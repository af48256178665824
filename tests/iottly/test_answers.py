"""The parsers of responses about projects, boards and licenses."""

from typing import Any

import pytest

from custom_components.iottly.api.parse import parse_board, parse_boards, parse_licenses, parse_project
from custom_components.iottly.common.client.errors import InvalidAnswer
from custom_components.iottly.common.client.wire import DropCounter

from .samples import BOARD


def test_incomplete_responses_are_parsed() -> None:
    dropped = DropCounter()
    project = parse_project(
        {"id": "p", "name": "", "deployment_groups": [1, {"id": 2}, {"id": "g", "boards": [BOARD, 5, BOARD]}]}, dropped
    )
    assert project.name == "p"
    (group,) = project.groups
    assert (group.name, group.boards, group.status) == ("g", (BOARD,), None)
    assert dropped.as_dict() == {"deployment group without an id": 2, "board without an id": 1}
    assert parse_project({"id": "p", "deployment_groups": [{"id": "g", "boards": 5}]}, dropped).boards == ()


def test_responses_of_another_shape_are_refused() -> None:
    dropped = DropCounter()
    no_projects: tuple[Any, ...] = (None, [], {}, {"id": 5}, {"id": ""})
    for answer in no_projects:
        with pytest.raises(InvalidAnswer):
            parse_project(answer, dropped)
    no_boards: tuple[Any, ...] = (None, {}, {"devices": None})
    for answer in no_boards:
        with pytest.raises(InvalidAnswer):
            parse_boards(answer, dropped)
    with pytest.raises(InvalidAnswer):
        parse_licenses([], dropped)
    assert parse_board({"name": "x"}, dropped) is None
    assert parse_licenses({"a": 1, "b": {"status": "lost"}, "c": {"status": "paired"}}, dropped).paired == 1
