"""Makes `corpora/<vendor>.jsonl`: the different messages a vendor's integration reads from its simulator.

Run by hand when a simulator learns something new: `python -m chaos --corpus`.
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
# Of one message, which would else fill the corpus alone: Misty describes hundreds of commands in one.
MOST_PARTS = 20


async def record(subject: Subject) -> int:
    """Set the vendor up, let values change, send commands, and keep what was read; return how many."""
    seen: list[Any] = []
    wire = importlib.import_module(f"custom_components.{subject.domain}.common.client.wire")
    loads = orjson.loads

    class Reading:
        """orjson, overheard."""

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
    """Give the values whose shape did not come before; parts of what is long."""
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
    """Give the value, or, where it is long, its halves, and theirs; a single member alone."""
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
