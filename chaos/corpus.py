"""Writes `corpora/<vendor>.jsonl`, the different messages that an integration receives from its simulator.

It is run by hand after changes of a simulator: `python -m chaos --corpus`.
"""

from collections.abc import Iterable
import importlib
from itertools import islice
import random
from typing import Any
from unittest.mock import patch

import orjson

from .experiment import scene_of
from .inputs import CORPORA
from .subject import FIRST, Subject

LONGEST = 4000
MOST = 150
# Parts of one message: Misty describes hundreds of commands in one, which would fill the corpus.
MOST_PARTS = 20


async def record(subject: Subject) -> int:
    """Set up a vendor, change values, send commands, and write the received messages; return their number."""
    seen: list[Any] = []
    wire = importlib.import_module(f"custom_components.{subject.domain}.common.client.wire")
    loads = orjson.loads

    class Reading:
        """An orjson that records the decoded values."""

        dumps = staticmethod(orjson.dumps)

        @staticmethod
        def loads(raw: bytes | str) -> Any:
            value = loads(raw)
            seen.append(value)
            return value

    with patch.object(wire, "orjson", Reading):
        async with scene_of(subject, "idle", random.Random(0)) as (scene, ours):
            assert await ours.set_up()
            for n in range(FIRST, FIRST + 5):
                await scene.remote.call(subject.endpoint.change, scene.remote.simulator, n)
                if subject.endpoint.command is not None:
                    await ours.send(subject.endpoint.command, n)
            await ours.until(lambda: ours.shows(FIRST + 4), 3.0)
    kept = list(_different(seen))
    CORPORA.mkdir(exist_ok=True)
    file = CORPORA / f"{subject.name}.jsonl"
    file.write_bytes(b"".join(orjson.dumps(value) + b"\n" for value in kept))
    return len(kept)


def _different(values: Iterable[Any]) -> Iterable[Any]:
    """Yield the values with different shapes; long values are split into parts."""
    shapes: set[str] = set()
    for value in values:
        for part in islice(_parts(value), MOST_PARTS):
            if isinstance(part, dict) and "access_token" in part:
                continue
            shape = str(_shape(part))
            if shape not in shapes and len(shapes) < MOST:
                shapes.add(shape)
                yield part


def _parts(value: Any) -> Iterable[Any]:
    """Yield the value, or recursively the halves of a long one; a single member is unpacked."""
    if len(orjson.dumps(value)) <= LONGEST:
        yield value
    elif isinstance(value, dict | list) and len(value) == 1:
        yield from _parts(next(iter(value.values() if isinstance(value, dict) else value)))
    elif isinstance(value, dict | list):
        members, half = list(value.items() if isinstance(value, dict) else value), len(value) // 2
        yield from _parts(type(value)(members[:half]))
        yield from _parts(type(value)(members[half:]))


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_shape(inner) for inner in value[:1]]
    return value if isinstance(value, str) and len(value) < 20 else type(value).__name__
