"""The text of a rule, as the server reads it: "when CONDITION then ACTIONS" (docs/protocol/pimatic.md#rule-texts)."""

from collections.abc import Callable, Iterator
from itertools import islice
import re
from typing import Final, NamedTuple

from .actions import ACTIONS, Action
from .grammar import ADuration, Duration, Row, longest
from .house import House
from .predicates import PREDICATES, Predicate


class Part(NamedTuple):
    """A predicate of a condition: its words, what they mean, and how long it must hold.

    `predicate` is None for the words of another plugin.
    `is_trigger` if it can start the rule; `only_trigger` if it is true only in the moment it does.
    """

    text: str
    predicate: Predicate | None
    held: Duration | None
    is_trigger: bool
    only_trigger: bool


class Both(NamedTuple):
    """All of some conditions."""

    nodes: tuple[Node, ...]


class Either(NamedTuple):
    """At least one of some conditions."""

    nodes: tuple[Node, ...]


class Leaf(NamedTuple):
    """The predicate with this number."""

    number: int


type Node = Both | Either | Leaf


class Step(NamedTuple):
    """An action: its words, what they mean, how long it waits, and for how long it lasts.

    `action` is None for the words of another plugin.
    """

    text: str
    action: Action | None
    after: Duration | None
    lasts: Duration | None


class ReadRule(NamedTuple):
    """A rule that was read."""

    parts: tuple[Part, ...]
    tree: Node
    steps: tuple[Step, ...]


class NotARule(Exception):
    """The text is not of the form "when CONDITION then ACTIONS", or its brackets do not match."""


_HALVES: Final = re.compile(r"^when\s|\sthen\s")
_LINKS: Final = (" and if ", " and ", " or when ", " or ")
_TRIGGER: Final = "trigger: "
# Where words of another plugin may end: texts in quotes are passed over.
_QUOTED: Final = re.compile(r'"(?:\\.|[^"\\])*"')
_DURATION: Final = ADuration()

# More than a person writes: nested brackets cost a call each.
LONGEST_RULE = 8192
MOST_PREDICATES = 50
MOST_STEPS = 100


def read_rule(house: House, text: str) -> ReadRule:
    """Return a rule. Raises NotARule."""
    halves = _HALVES.split(text)
    if len(text) > LONGEST_RULE or len(halves) != 3 or halves[0]:
        raise NotARule
    condition, actions = halves[1].strip(), halves[2].strip()
    parts, tokens = _read_condition(house, condition)
    steps = tuple(islice(_read_actions(house, actions), MOST_STEPS + 1))
    if len(steps) > MOST_STEPS:
        raise NotARule
    return ReadRule(tuple(parts), _Tree(tokens).build(), steps)


# Conditions -------------------------------------------------------------------------------------

type Token = str | int


def _read_condition(house: House, text: str) -> tuple[list[Part], list[Token]]:
    """Return the predicates, and the brackets, links and numbers of predicates in their order."""
    parts: list[Part] = []
    tokens: list[Token] = []
    at, is_trigger = 0, True
    while True:
        while text.startswith("[", at):
            tokens.append("[")
            at = _skip_space(text, at + 1)
        if len(parts) > MOST_PREDICATES or tokens.count("[") > MOST_PREDICATES:
            raise NotARule
        part, at = _read_part(house, text, at, is_trigger=is_trigger)
        tokens.append(len(parts))
        parts.append(part)
        while text.startswith("]", _skip_space(text, at)):
            tokens.append("]")
            at = _skip_space(text, at) + 1
        if at >= len(text):
            return parts, tokens
        link = next((link for link in _LINKS if text.startswith(link, at)), None)
        if link is None:
            raise NotARule
        tokens.append(link.strip())
        is_trigger = {" and if ": False, " or when ": True}.get(link, is_trigger)
        at += len(link)


def _skip_space(text: str, at: int) -> int:
    return at + 1 if text.startswith(" ", at) else at


def _read_part(house: House, text: str, at: int, *, is_trigger: bool) -> tuple[Part, int]:
    if only_trigger := text.startswith(_TRIGGER, at):
        at += len(_TRIGGER)
    piece = _read_piece(PREDICATES, house, text, at, (*_LINKS, "]", " ]"))
    held, at = _read_time(house, text, piece.end, " for ")
    return Part(piece.words, piece.meaning, held, is_trigger, only_trigger), at


class _Piece[P](NamedTuple):
    """Words, what they mean, and where they end."""

    words: str
    meaning: P | None
    end: int


def _read_piece[P](rows: tuple[Row[P], ...], house: House, text: str, at: int, signs: tuple[str, ...]) -> _Piece[P]:
    """Return the piece at a place, which ends at one of the signs or a time."""

    def ends(text: str, at: int) -> bool:
        if at >= len(text) or text.startswith(signs, at):
            return True
        return any(_read_time(house, text, at, prefix)[0] is not None for prefix in (" for ", " after "))

    found = longest(rows, house, text, at, ends)
    end = _end_of_unknown(text, at, ends) if found is None else found[1]
    if not text[at:end].strip():
        raise NotARule
    return _Piece(text[at:end], None if found is None else found[0], end)


def _read_time(house: House, text: str, at: int, prefix: str) -> tuple[Duration | None, int]:
    if text.startswith(prefix, at):
        for duration, end in _DURATION.find(house, text, at + len(prefix)):
            return duration, end
    return None, at


def _end_of_unknown(text: str, at: int, ends: Callable[[str, int], bool]) -> int:
    """Return where words of another plugin end: at the first sign of an end that is not in quotes."""
    while not ends(text, at):
        quoted = _QUOTED.match(text, at)
        at = quoted.end() if quoted else at + 1
    return at


class _Tree:
    """Builds the tree of a condition. Links are taken as the server does (docs/protocol/pimatic.md#conditions)."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def build(self) -> Node:
        """Return the tree. Raises NotARule where brackets do not match."""
        node = self._go_on(None)
        if self._at != len(self._tokens):
            raise NotARule
        return node

    def _next(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _go_on(self, left: Node | None, *, is_nested: bool = False) -> Node:
        """Read on behind `left`; what is nested in a link ends at "or when"."""
        while (link := self._next()) not in ("]", None):
            if link == "and":
                self._at += 1
                left, is_nested = Both((_there(left), self._one())), False
            elif link in ("or", "and if") or (link == "or when" and not is_nested):
                self._at += 1
                right = self._go_on(None, is_nested=True)
                left = (Both if link == "and if" else Either)((_there(left), right))
                if is_nested:
                    return left
            elif link == "or when":
                break
            elif left is None:
                is_nested = is_nested and link != "["
                left = self._one()
            else:
                raise NotARule
        return _there(left)

    def _one(self) -> Node:
        """Read one predicate, or a bracket."""
        first = self._next()
        self._at += 1
        if isinstance(first, int):
            return Leaf(first)
        if first != "[":
            raise NotARule
        node = self._go_on(None, is_nested=True)
        if self._next() != "]":
            raise NotARule
        self._at += 1
        return node


def _there(node: Node | None) -> Node:
    if node is None:
        raise NotARule
    return node


# Actions ----------------------------------------------------------------------------------------


def _read_actions(house: House, text: str) -> Iterator[Step]:
    at = 0
    while True:
        after, at = _read_time(house, text, at, "after ")
        if after is not None:
            at = _skip_space(text, at)
        piece = _read_piece(ACTIONS, house, text, at, (" and ",))
        at = piece.end
        if after is None:
            after, at = _read_time(house, text, at, " after ")
        lasts, at = _read_time(house, text, at, " for ")
        yield Step(piece.words, piece.meaning, after, lasts)
        if at >= len(text):
            return
        if not text.startswith(" and ", at):
            raise NotARule
        at += len(" and ")
