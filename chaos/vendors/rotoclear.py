"""Rotoclear: a control unit with a WebSocket, and HTTP for commands."""

import json
import random
from typing import Any

from chaos.result import Row
from chaos.subject import Flood, Subject
from harness.vendors.rotoclear import UNIT

HEARTBEAT = 1.5


def _head(simulator: Any, n: int, _: str) -> None:
    simulator.command("detach_head" if n % 2 == 0 else "attach_head", head=1)


def _medium(simulator: Any, n: int, _: str) -> None:
    simulator.command("plug_storage", uuid=f"flood-{n}", label=f"Flood {n}")


def _public(simulator: Any, n: int, _: str) -> None:
    """Create or delete a repair issue."""
    simulator.command("change", mjpgStreamIsOpen=n % 2 == 0)


def _large(simulator: Any, n: int, _: str) -> None:
    simulator.command("send_raw", text=json.dumps({"flood": [[]] * 200_000, "sharpness": n}))


async def _viewers(subject: Subject, rng: random.Random) -> Row:
    # Imported late, because Home Assistant has to be imported after the certificates are made.
    from chaos.trials.viewers import Stream, viewers
    from custom_components.rotoclear.common.client.errors import PushError

    stream = Stream(
        watch=lambda entry: entry.runtime_data.stream.watch(),
        ends_with=PushError,
        upstream=lambda simulator: simulator.camera.viewers,
    )
    return await viewers(subject, rng, stream)


FLOODS = (
    Flood(name="head comes and goes", send=_head, count=400, rate=200, flaps=True),
    Flood(name="media without end", send=_medium, count=500, rate=200),
    Flood(name="repair comes and goes", send=_public, flaps=True),
    Flood(name="lists of 0.8 MB", send=_large, count=100, rate=20),
)

SUBJECTS = (
    Subject(
        endpoint=UNIT,
        options={"heartbeat": HEARTBEAT},
        notices=HEARTBEAT,
        shortened={"api.client:CONNECT_SECONDS": 1.5, "api.client:COMMAND_SECONDS": 1.5},
        floods=FLOODS,
        trials={"viewers": _viewers},
    ),
)
