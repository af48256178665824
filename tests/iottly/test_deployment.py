"""The progress of a deployment from the messages of boards, and the revisions of branches from groups."""

from typing import Any

import pytest

from custom_components.iottly.api import DeploymentGroup
from custom_components.iottly.deployment import BoardFailed, Deployment
from custom_components.iottly.revisions import MOST_REVISIONS, Revisions

from .samples import BOARD
from .test_message_store import message


def test_the_progress_of_a_deployment() -> None:
    deployment = Deployment([BOARD])
    assert not deployment.take(message({"temperature": 20}))
    assert not deployment.take(message({"connectionstatus": "connected"}, kind="iottlyagent")), (
        "the board was not disconnected before"
    )
    assert deployment.take(message({"download_file": {"status": "successful"}}))
    assert deployment.percentage == 33
    assert deployment.take(message({"connectionstatus": "disconnected"}, kind="iottlyagent"))
    assert not deployment.take(message({"connectionstatus": "disconnected"}, kind="iottlyagent"))
    assert not deployment.take(message({"download_file": {"status": "successful"}})), (
        "the message is of an earlier step"
    )
    assert deployment.missing == [BOARD]
    assert deployment.take(message({"connectionstatus": "connected"}, kind="iottlyagent"))
    assert (deployment.percentage, deployment.missing) == (100, [])


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        ({"download_file": {"status": "no space left"}}, "userdefined"),
        ({"process": {"name": "loop", "status": {"error": "no space left"}}}, "iottlyagent"),
    ],
)
def test_a_board_reports_a_failed_deployment(payload: dict[str, Any], kind: str) -> None:
    with pytest.raises(BoardFailed, match="no space left") as failed:
        Deployment([BOARD]).take(message(payload, kind=kind))
    assert failed.value.board == BOARD


def test_an_error_text_of_a_board_is_one_short_line() -> None:
    """The text is written to the log and to an error message: it must have one line, no link, and a limited length."""
    words = "no space\n2026-01-01 ERROR [homeassistant] [log in](http://evil)" + "x" * 100_000
    with pytest.raises(BoardFailed) as failed:
        Deployment([BOARD]).take(message({"download_file": {"status": words}}))
    assert str(failed.value) == failed.value.reason
    assert failed.value.reason.startswith("no space 2026-01-01 ERROR (homeassistant) (log in)(http evil)x")
    assert len(failed.value.reason) <= 200


def group(name: str, branch: str | None, revision: str | None) -> DeploymentGroup:
    """Return a group with a board."""
    return DeploymentGroup(id=name, name=name, status=None, branch=branch, revision=revision, boards=("b",))


def test_the_number_of_stored_revisions_is_limited() -> None:
    revisions = Revisions()
    for number in range(3 * MOST_REVISIONS):
        revisions.note([group(f"group {number}", f"branch {number}", revision) for revision in ("1", "2")])
    assert len(revisions._installed) == len(revisions._newest) == MOST_REVISIONS
    last = f"branch {3 * MOST_REVISIONS - 1}"
    assert revisions.newest(group("new", last, "1")) == "2"


def test_the_revision_that_a_branch_offers() -> None:
    revisions = Revisions()
    revisions.note([group("a", "master", "1"), group("b", "master", "2"), group("c", None, None)])
    assert revisions.newest(group("a", "master", "1")) == "1", "it is not known which revision is newer"
    revisions.note([group("a", "master", "3")])
    assert revisions.newest(group("b", "master", "2")) == "3"
    assert revisions.newest(group("b", "other", "2")) == "2"
    revisions.note([group("b", "other", "2")])
    assert revisions.newest(group("b", "other", "2")) == "2", "a change of the branch alone is no new revision"
    revisions.offer("master", "0", is_recalled=True)
    assert revisions.newest(group("b", "master", "2")) == "3"
    assert revisions.newest(group("c", None, None)) is None
