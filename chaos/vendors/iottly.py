"""Iottly: a project with polling, so an outage is noticed at the next poll."""

import json
from typing import Any

from chaos.subject import Flood, Subject
from harness.vendors.iottly import GREENHOUSE, METER, PROJECT_IN_CLOUD

POLL = 0.5
REQUEST = 1.5
# Messages that the simulator keeps. Home Assistant requests fewer.
KEPT = 500


def _body(simulator: Any, n: int, webhook: str) -> None:
    """Send a different body each time, of a board in the project."""
    text = {"n": n, "text": "x" * 200_000}
    simulator.command("post", url=webhook, body=json.dumps({"from": GREENHOUSE, "to": "iottly", "payload": text}))


def _lists(simulator: Any, n: int, webhook: str) -> None:
    body = {"from": GREENHOUSE, "to": "iottly", "n": n, "payload": {"many": [{}] * 60_000}}
    simulator.command("post", url=webhook, body=json.dumps(body))


def _stranger(simulator: Any, n: int, webhook: str) -> None:
    body = {"from": f"{n:08x}-0000-4000-8000-000000000000", "to": "iottly", "payload": {"n": n}}
    simulator.command("post", url=webhook, body=json.dumps(body))


def _coming_and_going(simulator: Any, n: int, _: str) -> None:
    # Not the board of the watched entity: Home Assistant shows no change of a board that is gone.
    simulator.command("online" if n % 2 else "offline", board=METER)


def _forget(simulator: Any) -> None:
    """Delete what the simulator has stored of posts and, except for the last, of messages."""
    simulator.pusher.statuses.clear()
    del simulator.project.messages[:-KEPT]


FLOODS = (
    Flood(name="bodies of 200 kB", send=_body, count=500, rate=100),
    Flood(name="bodies of empty lists", send=_lists, count=200, rate=50, log_words=("a body without a message",)),
    Flood(name="unknown boards", send=_stranger, rate=400, flaps=True),
    Flood(name="board comes and goes", send=_coming_and_going, flaps=True),
)

SUBJECTS = (
    Subject(
        endpoint=PROJECT_IN_CLOUD,
        options={"poll_interval": POLL, "answer_seconds": 1},
        polled=True,
        notices=POLL + REQUEST,
        loses=POLL + REQUEST,
        shortened={"api.client:REQUEST_SECONDS": REQUEST},
        floods=FLOODS,
        sent=lambda simulator: simulator.pusher.idle(),
        forget=_forget,
    ),
)
