"""The rules of tests/pimatic/moving/rules.txt in a real pimatic server with the test configuration.

The environment must be that of tests/live/test_pimatic.py with PIMATIC_TEST_USERS=1. With PIMATIC_RECORD=1, the answers
are written to tests/pimatic/moving/accepted.json, which the other tests of the rules use.
"""

import json
import os
from typing import Any

import aiohttp
import pytest
import pytest_socket
from yarl import URL

from tests.pimatic.moving.corpus import ACCEPTED, Reading, accepted, rules

pytestmark = pytest.mark.live

if "PIMATIC_URL" not in os.environ or "PIMATIC_TEST_USERS" not in os.environ:
    pytest.skip("no real pimatic server with the test configuration", allow_module_level=True)


@pytest.fixture(autouse=True)
def sockets(socket_enabled: None) -> None:
    """Allow connections to the server."""
    pytest_socket.socket_allow_hosts([URL(os.environ["PIMATIC_URL"]).host or "127.0.0.1"], allow_unix_socket=True)


async def test_the_server_accepts_every_rule_and_parses_it_as_recorded() -> None:
    url = URL(os.environ["PIMATIC_URL"])
    username, password = os.environ.get("PIMATIC_USER", "admin"), os.environ.get("PIMATIC_PASSWORD", "adminpw")
    headers = {"Authorization": aiohttp.encode_basic_auth(username, password)}
    readings: dict[str, Reading] = {}
    refused: dict[str, str] = {}
    async with aiohttp.ClientSession(url, headers=headers) as session:

        async def call(method: str, path: str, **json: Any) -> dict[str, Any]:
            async with session.request(method, path, json=json) as response:
                answer: dict[str, Any] = await response.json()
                return answer

        for number, rule in enumerate(rules()):
            path = f"/api/rules/corpus-{number}"
            added = await call("POST", path, rule={"name": f"Rule {number}", "ruleString": rule, "active": False})
            if not added["success"]:
                refused[rule] = added["message"]
                continue
            await call("DELETE", path)
            condition, actions = rule.removeprefix("when ").split(" then ")
            readings[rule] = reading(
                (await call("POST", "/api/rules-parser/get-condition-hints", conditionInput=condition))["hints"],
                (await call("POST", "/api/rules-parser/get-actions-hints", actionsInput=actions))["hints"],
            )
    assert refused == {}
    if os.environ.get("PIMATIC_RECORD"):
        answers = {rule: one._asdict() for rule, one in readings.items()}
        ACCEPTED.write_text(json.dumps(answers, ensure_ascii=False, indent=1) + "\n")
    assert readings == accepted()


def reading(condition: dict[str, Any], actions: dict[str, Any]) -> Reading:
    """Return the parsed rule from the hints of the server."""
    assert condition["errors"] == []
    assert actions["errors"] == []
    return Reading(
        [
            [one["token"], _time(one["for"]), one["justCondition"], one["justTrigger"]]
            for one in condition["predicates"]
        ],
        [[one["token"], _time(one["after"]), _time(one["for"])] for one in actions["actions"]],
        tree(condition["tree"]),
    )


def _time(raw: dict[str, Any] | None) -> str | None:
    return raw["token"] if raw else None


def tree(raw: dict[str, Any]) -> Any:
    """Return the tree of a condition: the text of a predicate, or an operator with its two operands."""
    if raw["type"] == "predicate":
        return raw["predicate"]["token"]
    return [raw["type"], tree(raw["left"]), tree(raw["right"])]
