"""A fast source of broken input: thousands per second, where Hypothesis makes hundreds.

The mutator changes real messages of a vendor from `corpora/`: it replaces each value by each odd value; it flips, cuts,
repeats and splices bytes; and it repeats and reorders packets.
"""

from collections.abc import Iterator, Sequence
from functools import cache
import json
import random
import re
from typing import Any

import orjson

from .inputs import HEADERS, HUGE, STATUSES, TEXTS, TOKENS, TYPES, corpus, words

MEGABYTE = 1024 * 1024
# More than a vendor sends, and a little less than the limits of the clients.
SIZES = (10 * MEGABYTE, 4 * MEGABYTE - 64, MEGABYTE - 64, 256 * 1024 - 64)
DEEP = 40

ODD: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 1.5, 2**53, 2**53 + 2, *HUGE, *TEXTS, "x", "2026-11-21T00:00:00Z",
    "9999-12-31T23:59:59.999999-23:59", [], {}, [[]], [None], {"": None}, {"$date": -1e18},
)  # fmt: skip
NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
NUMBERS = (b"NaN", b"-Infinity", b"1e999", b"-0", b"0x10", b"1.", b"01", b"9" * 400, b"1e-999", b"- 1", b"null")
STARTS = (b"\xef\xbb\xbf", b"\xff\xfe", b" ", b"\x00", b"msg=")
# Tokens of huge bodies. With each of them, a parser of quadratic time would be too slow.
MANY = {
    "text": b"a",
    "numbers": b"0,",
    "lists": b"[],",
    "deep": b"[",
    "deep objects": b'{"a":',
    "no UTF-8": b"\xff",
    "empty packets": b"0:",
    "form fields": b"a=b&",
    "escapes": b"%41",
    "lines": b"--x\r\n",
    "part ends": b"\r\n\r\n",
    "dots": b".",
}
PACKETS = (
    "", "0", "1", "2", "3", "3probe", "4", "40", "41", "42", "42[]", "43", "44", "5", "6", "7", "42[1]", "42{}",
    "42[null]", '42["', '42["data"]', '42/ns,["data"]', "451-[]", "99", "42" + "[" * 5000, "0{}", "\ud83d",
)  # fmt: skip
PARTS = (
    b"--x\r\n", b"Content-Length: 5\r\n", b"Content-Length: -5\r\n", b"content-length:0\r\n", b"\r\n\r\n", b"\r\n",
    b"Content-Length: " + b"9" * 5000, b"\xff\xd8", b"\xff\xd9", b"\xff\xd9\r\n--", b"Content-Length: 99999999999\r\n",
)  # fmt: skip


def huge_body(turn: int) -> bytes:
    """Return a huge body, of each of `MANY` or of valid JSON, in each of `SIZES` in turn."""
    size, kind = SIZES[turn % len(SIZES)], turn // len(SIZES) % (len(MANY) + 3)
    if kind < len(MANY):
        token = list(MANY.values())[kind]
        return token * (size // len(token))
    match kind - len(MANY):
        case 0:
            return b'"' + b"a" * size + b'"'
        case 1:
            return b"[" + b"[]," * (size // 3) + b"0]"
    return _many_keys(size)


@cache
def _many_keys(size: int) -> bytes:
    return b"{" + b",".join(b'"%d":1' % number for number in range(size // 11)) + b"}"


@cache
def places(domain: str) -> tuple[tuple[int, tuple[Any, ...]], ...]:
    """Return the positions of all values in a vendor's corpus: the number of the message, and the path of keys."""
    return tuple((number, path) for number, message in enumerate(corpus(domain)) for path in _paths(message))


def _paths(value: Any) -> Iterator[tuple[Any, ...]]:
    yield ()
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in members:
        for rest in _paths(inner):
            yield (key, *rest)


def replaced(value: Any, path: Sequence[Any], new: Any) -> Any:
    """Return a copy with the value at a path replaced."""
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


class Mutator:
    """Makes broken inputs, which are always the same for the same seed."""

    def __init__(self, domain: str, seed: object) -> None:
        """Initialize with a vendor and a seed of any type."""
        self._domain = domain
        self.rng = random.Random(f"{seed} {domain}")
        self._swaps = self._every_swap()
        self._huge = False
        self._huge_turn = 0

    def next_is_huge(self) -> None:
        """Make the next body a `huge_body`."""
        self._huge = True

    def chance(self, one_in: int) -> bool:
        """Return True at random, once in `one_in` times."""
        return self.rng.random() * one_in < 1

    def pick[T](self, choices: Sequence[T]) -> T:
        """Return one of the choices at random."""
        return choices[int(self.rng.random() * len(choices))]

    def word(self) -> str:
        """Return one of the words of the vendor, or an odd text."""
        return self.pick(TEXTS) if self.chance(8) else self.pick(words(self._domain))

    def value(self) -> Any:
        """Return any JSON value, mostly an odd one."""
        match int(self.rng.random() * 12):
            case 0:
                return [self.value() for _ in range(int(self.rng.random() * 4))]
            case 1:
                return {self.word(): self.value() for _ in range(int(self.rng.random() * 4))}
            case 2:
                deep: Any = self.pick(ODD)
                for _ in range(DEEP):
                    deep = [deep] if self.chance(2) else {self.word(): deep}
                return deep
            case 3:
                return self.pick(corpus(self._domain))
            case 4:
                return self.word()
            case 5:
                return self.rng.uniform(-1, 1) * 10 ** self.rng.randint(-320, 308)
        return self.pick(ODD)

    def message(self) -> Any:
        """Return a real message with one value replaced by an odd one, or with up to three changes."""
        if self.chance(2):
            return next(self._swaps)
        message = self.pick(corpus(self._domain)) if not self.chance(10) else self.value()
        for _ in range(int(self.rng.random() * 4)):
            message = self._spoiled(message)
        return message

    def body(self) -> bytes:
        """Return a message as bytes, of which half are broken."""
        if self._huge:
            self._huge = False
            self._huge_turn += 1
            return huge_body(self._huge_turn)
        body = self._dumped(self.message())
        while self.chance(2):
            body = self._damaged(body)
        return body

    def text(self) -> str:
        """Return a body as text."""
        return self.body().decode("utf-8", "replace")

    def answer(self) -> tuple[int, str, bytes, dict[str, str]]:
        """Return status, content type, body and headers of an HTTP response."""
        status = self.pick(STATUSES) if self.chance(4) else 200
        kind = self.pick(TYPES) if self.chance(4) else "application/json"
        headers = {self.word(): self.word()} if self.chance(20) else self.pick(HEADERS)
        return status, kind, self.body(), headers

    def frames(self, prefixes: Sequence[str] = ("",)) -> list[str | bytes]:
        """Return WebSocket frames: text with one of the prefixes, or binary."""
        found: list[str | bytes] = [
            self.body() if self.chance(8) else self.pick(prefixes) + self.text()
            for _ in range(1 + int(self.rng.random() * 3))
        ]
        return self._disordered(found)

    def packets(self, events: Sequence[str]) -> list[str | bytes]:
        """Return Engine.IO packets of a new connection and its events, some of them lost, repeated or out of order."""
        found: list[str | bytes] = ['0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":60000}', "40"]
        start = int(self.rng.random() * len(events))
        sent = [*events[start:], *events[:start]][: 1 + int(self.rng.random() * 8)]
        found += [self.packet(name) for name in sent]
        return self._disordered(found)

    def packet(self, event: str) -> str | bytes:
        """Return a packet, mostly with this event."""
        match int(self.rng.random() * 16):
            case 0:
                return self.pick(PACKETS)
            case 1:
                return self.body()
            case 2:
                return self.pick("0123456789") + self.text()
            case 3:
                return f"{self.pick(('42', '42', '4', '', '421', '42/x,'))}[{self.text()}]"
        number = self.pick(("", "", "", "7", "9" * 40))
        if self.chance(4):
            payload = b"[" + b",".join(self._dumped(self.message()) for _ in range(3)) + b"]"
        else:
            payload = self.body()
        return f'42{number}["{event}",{payload.decode("utf-8", "replace")}]'

    def multipart(self) -> bytes:
        """Return the body of a camera stream."""
        if self._huge:
            return self.body()
        parts = [
            self.rng.randbytes(int(self.rng.random() * 40)) if self.chance(3) else self.pick(PARTS)
            for _ in range(int(self.rng.random() * 14))
        ]
        return b"".join(parts)

    def _every_swap(self) -> Iterator[Any]:
        """Yield the real messages with each value replaced by each odd one, at random and without end."""
        turns = [(place, odd) for place in places(self._domain) for odd in range(len(ODD))]
        while True:
            self.rng.shuffle(turns)
            for (number, path), odd in turns:
                yield replaced(corpus(self._domain)[number], path, ODD[odd])

    def _spoiled(self, value: Any, depth: int = 0) -> Any:
        """Return a copy with a value replaced, removed, repeated or added."""
        if depth > 8 or not isinstance(value, dict | list) or not value or self.chance(6):
            return self.value()
        copy = value.copy()
        if isinstance(copy, list):
            at: Any = int(self.rng.random() * len(copy))
            if self.chance(5):
                copy *= 1 + int(self.rng.random() * 20)
        else:
            at = self.pick(list(copy))
            if self.chance(5):
                copy[self.word()] = copy[at] if self.chance(2) else self.value()
        if self.chance(8):
            del copy[at]
        else:
            copy[at] = self._spoiled(value[at], depth + 1)
        return copy

    def _dumped(self, value: Any) -> bytes:
        """Return JSON, half of it by Python's encoder, which allows NaN, huge numbers and lone surrogates."""
        if self.chance(2):
            try:
                return orjson.dumps(value)
            except TypeError, ValueError:
                pass
        return json.dumps(value, ensure_ascii=self.chance(2)).encode("utf-8", "surrogatepass")

    def _damaged(self, body: bytes) -> bytes:
        """Return the bytes with one change."""
        at, to = sorted((self._place(body), self._place(body)))
        match int(self.rng.random() * 8):
            case 0:
                return body[:at]
            case 1:
                return body[:at] + body[to:]
            case 2:
                return body[:to] + body[at:to] * (1 + int(self.rng.random() * 4)) + body[to:]
            case 3:
                return body[:at] + self.pick(TOKENS) + body[at:]
            case 4:
                other = self._dumped(self.pick(corpus(self._domain)))
                return body[:at] + other[self._place(other) :]
            case 5:
                return self.pick(STARTS) + body
            case 6:
                return self._renumbered(body)
        return self._flipped(body)

    def _renumbered(self, body: bytes) -> bytes:
        """Return the bytes with one number replaced by an invalid or extreme one."""
        if not (numbers := list(NUMBER.finditer(body))):
            return body
        number = self.pick(numbers)
        return body[: number.start()] + self.pick(NUMBERS) + body[number.end() :]

    def _flipped(self, body: bytes) -> bytes:
        """Return the bytes with a few bits flipped."""
        flipped = bytearray(body or b"\x00")
        for _ in range(1 + int(self.rng.random() * 4)):
            flipped[int(self.rng.random() * len(flipped))] ^= 1 << int(self.rng.random() * 8)
        return bytes(flipped)

    def _place(self, body: bytes) -> int:
        return int(self.rng.random() * (len(body) + 1))

    def _disordered(self, found: list[str | bytes]) -> list[str | bytes]:
        """Return the frames, some of them removed, repeated or exchanged."""
        while found and self.chance(3):
            at, other = (int(self.rng.random() * len(found)) for _ in range(2))
            match int(self.rng.random() * 3):
                case 0:
                    del found[at]
                case 1:
                    found.insert(other, found[at])
                case _:
                    found[at], found[other] = found[other], found[at]
        return found
