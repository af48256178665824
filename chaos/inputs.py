"""Strategies of Hypothesis: real messages with wrong values, broken text, raw bytes and odd responses.

The real messages are in `corpora/<vendor>*.jsonl`, one JSON value per line. The keys are the string literals in the
`api/` of the vendor.
"""

import ast
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
import orjson

ROOT = Path(__file__).resolve().parent.parent
CORPORA = Path(__file__).resolve().parent / "corpora"
LONGEST_WORD = 40

HUGE = [10**30, -(10**30), 2**63, 2**64, 1e308, -1e308, 5e-324, float("inf"), float("-inf"), float("nan")]
TEXTS = ["", "0", "-1", "NaN", "Infinity", "1e999", "9" * 5000, "true", "null", "\x00", "\ud83d", "é" * 300, "%", "{}"]
TOKENS = (b"NaN", b"Infinity", b"-Infinity", b"1e999", b"9" * 5000, b"[" * 2000, b'{"a":' * 2000, b"\xff\xfe", b"\x00")
STATUSES = (200, 201, 204, 301, 302, 400, 401, 403, 404, 409, 429, 500, 502, 503, 599)
TYPES = ("application/json", "text/html", "text/plain", "image/jpeg", "application/octet-stream", "")
HEADERS: list[dict[str, str]] = [
    {},
    {"Retry-After": "nan"},
    {"Retry-After": "1e999"},
    {"Retry-After": "Wed, 99 Foo 2026"},
    {"Content-Length": "9" * 5000},
    {"Set-Cookie": "a=b"},
]


@cache
def words(domain: str) -> tuple[str, ...]:
    """Return all short string literals in a vendor's `api/`, which include its keys, names and values."""
    found: set[str] = set()
    for file in (ROOT / "custom_components" / domain / "api").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) <= LONGEST_WORD:
                found.add(node.value)
    return tuple(sorted(found))


@cache
def corpus(domain: str) -> tuple[Any, ...]:
    """Return the real messages of all endpoints of a vendor."""
    files = sorted(CORPORA.glob(f"{domain}*.jsonl"))
    return tuple(orjson.loads(line) for file in files for line in file.read_bytes().splitlines()) or ({},)


@cache
def values(domain: str) -> st.SearchStrategy[Any]:
    """Return any JSON value, also with words of the vendor, NaN and infinities."""
    word = st.sampled_from(words(domain))
    scalar = (
        st.none()
        | st.booleans()
        | st.integers(-(2**70), 2**70)
        | st.floats()
        | st.sampled_from(HUGE)
        | st.sampled_from(TEXTS)
        | st.text(max_size=12)
        | word
    )
    return st.recursive(
        scalar,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(word | st.text(max_size=6), inner, max_size=5),
        max_leaves=10,
    )


@st.composite
def messages(draw: st.DrawFn, domain: str) -> Any:
    """Return a real message with up to three changes, or any value."""
    if draw(st.integers(0, 4)) == 0:
        return draw(values(domain))
    message = draw(st.sampled_from(corpus(domain)))
    for _ in range(draw(st.integers(0, 3))):
        message = _spoiled(draw, message, domain)
    return message


def _spoiled(draw: st.DrawFn, value: Any, domain: str, depth: int = 0) -> Any:
    """Return a copy with one value replaced, removed or renamed."""
    if depth < 8 and isinstance(value, dict | list) and value and draw(st.integers(0, 3)):
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        at = keys[draw(st.integers(0, len(keys) - 1))]
        copy: Any = value.copy()
        match draw(st.integers(0, 7)):
            case 0:
                del copy[at]
            case 1 if isinstance(copy, dict):
                copy[draw(st.sampled_from(words(domain)))] = copy.pop(at)
            case _:
                copy[at] = _spoiled(draw, value[at], domain, depth + 1)
        return copy
    return draw(values(domain))


def dump(value: Any) -> bytes:
    """Return JSON, with Python's extensions for huge integers, lone surrogates and NaN."""
    try:
        return orjson.dumps(value)
    except TypeError, ValueError:
        import json

        return json.dumps(value).encode("utf-8", "surrogatepass")


@st.composite
def bodies(draw: st.DrawFn, domain: str) -> bytes:
    """Return a message as bytes, some of them broken."""
    match draw(st.integers(0, 9)):
        case 0:
            return draw(st.binary(max_size=200))
        case 1:
            body = bytearray(dump(draw(messages(domain))))
            at = draw(st.integers(0, len(body)))
            return bytes(body[:at]) + draw(st.sampled_from(TOKENS)) + bytes(body[at:])
        case 2:
            body = bytearray(dump(draw(messages(domain))))
            return bytes(body[: draw(st.integers(0, len(body)))])
        case _:
            return dump(draw(messages(domain)))


@st.composite
def answers(draw: st.DrawFn, domain: str) -> tuple[int, str, bytes, dict[str, str]]:
    """Return status, content type, body and headers of an HTTP response."""
    status = 200 if draw(st.integers(0, 2)) else draw(st.sampled_from(STATUSES))
    kind = "application/json" if draw(st.integers(0, 3)) else draw(st.sampled_from(TYPES))
    return status, kind, draw(bodies(domain)), draw(st.sampled_from(HEADERS))


@st.composite
def frames(draw: st.DrawFn, domain: str, prefixes: tuple[str, ...] = ("",)) -> list[str | bytes]:
    """Return WebSocket frames: text with one of the prefixes, or binary."""
    found: list[str | bytes] = []
    for _ in range(draw(st.integers(1, 3))):
        body = draw(bodies(domain))
        if draw(st.integers(0, 7)):
            found.append(draw(st.sampled_from(prefixes)) + body.decode("utf-8", "replace"))
        else:
            found.append(body)
    return found
