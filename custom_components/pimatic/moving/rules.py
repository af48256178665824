"""Parser for the texts of rules: "when CONDITION then ACTIONS" (docs/protocol/pimatic.md#rule-texts)."""

from collections.abc import Callable, Iterator
from itertools import islice
import re
from typing import Final, NamedTuple

from .actions import ACTIONS, Action
from .grammar import Duration, DurationElement, Row, longest
from .namespace import Namespace
from .predicates import PREDICATES, Predicate


class Part(NamedTuple):
    """A predicate of a condition: its words, their meaning, and how long it must be true.

    `predicate` is None for a predicate of another plugin.
    `is_trigger` is True if it can start the rule, `only_trigger` if it is true only when it starts the rule.
    """

    text: str
    predicate: Predicate | None
    hold_time: Duration | None
    is_trigger: bool
    only_trigger: bool


class And(NamedTuple):
    """All nodes are true."""

    nodes: tuple[Node, ...]


class Or(NamedTuple):
    """At least one of the nodes is true."""

    nodes: tuple[Node, ...]


class Leaf(NamedTuple):
    """The predicate with this index."""

    number: int


type Node = And | Or | Leaf


class Step(NamedTuple):
    """An action: its words, their meaning, its delay, and the time after which it is undone.

    `action` is None for an action of another plugin.
    """

    text: str
    action: Action | None
    delay: Duration | None
    duration: Duration | None


class ReadRule(NamedTuple):
    """A parsed rule."""

    parts: tuple[Part, ...]
    tree: Node
    steps: tuple[Step, ...]


class NotARule(Exception):
    """The text is not of the form "when CONDITION then ACTIONS", or its brackets do not match."""


_HALVES: Final = re.compile(r"^when\s|\sthen\s")
_LINKS: Final = (" and if ", " and ", " or when ", " or ")
_TRIGGER: Final = "trigger: "
# Words of another plugin do not end in a text in quotes.
_QUOTED: Final = re.compile(r'"(?:\\.|[^"\\])*"')
_DURATION: Final = DurationElement()

# Limits above what people write, because each nested bracket takes a call.
LONGEST_RULE = 8192
MOST_PREDICATES = 50
MOST_STEPS = 100


def read_rule(namespace: Namespace, text: str) -> ReadRule:
    """Parse a rule. Raises NotARule."""
    halves = _HALVES.split(text)
    if len(text) > LONGEST_RULE or len(halves) != 3 or halves[0]:
        raise NotARule
    condition, actions = halves[1].strip(), halves[2].strip()
    parts, tokens = _read_condition(namespace, condition)
    steps = tuple(islice(_read_actions(namespace, actions), MOST_STEPS + 1))
    if len(steps) > MOST_STEPS:
        raise NotARule
    return ReadRule(tuple(parts), _Tree(tokens).build(), steps)


# Conditions -------------------------------------------------------------------------------------

type Token = str | int


def _read_condition(namespace: Namespace, text: str) -> tuple[list[Part], list[Token]]:
    """Return the predicates, and the tokens of the condition: brackets, links and indexes of predicates."""
    parts: list[Part] = []
    tokens: list[Token] = []
    pos, is_trigger = 0, True
    while True:
        while text.startswith("[", pos):
            tokens.append("[")
            pos = _skip_space(text, pos + 1)
        if len(parts) > MOST_PREDICATES or tokens.count("[") > MOST_PREDICATES:
            raise NotARule
        part, pos = _read_part(namespace, text, pos, is_trigger=is_trigger)
        tokens.append(len(parts))
        parts.append(part)
        while text.startswith("]", _skip_space(text, pos)):
            tokens.append("]")
            pos = _skip_space(text, pos) + 1
        if pos >= len(text):
            return parts, tokens
        link = next((link for link in _LINKS if text.startswith(link, pos)), None)
        if link is None:
            raise NotARule
        tokens.append(link.strip())
        is_trigger = {" and if ": False, " or when ": True}.get(link, is_trigger)
        pos += len(link)


def _skip_space(text: str, pos: int) -> int:
    return pos + 1 if text.startswith(" ", pos) else pos


def _read_part(namespace: Namespace, text: str, pos: int, *, is_trigger: bool) -> tuple[Part, int]:
    if only_trigger := text.startswith(_TRIGGER, pos):
        pos += len(_TRIGGER)
    piece = _read_piece(PREDICATES, namespace, text, pos, (*_LINKS, "]", " ]"))
    hold_time, pos = _read_time(namespace, text, piece.end, " for ")
    return Part(piece.words, piece.meaning, hold_time, is_trigger, only_trigger), pos


class _Piece[P](NamedTuple):
    """Words of a rule, their meaning and their end."""

    words: str
    meaning: P | None
    end: int


def _read_piece[P](
    rows: tuple[Row[P], ...], namespace: Namespace, text: str, pos: int, signs: tuple[str, ...]
) -> _Piece[P]:
    """Return the predicate or action at a position, which ends at one of the signs or at a time."""

    def ends(text: str, pos: int) -> bool:
        if pos >= len(text) or text.startswith(signs, pos):
            return True
        return any(_read_time(namespace, text, pos, prefix)[0] is not None for prefix in (" for ", " after "))

    found = longest(rows, namespace, text, pos, ends)
    end = _end_of_unknown(text, pos, ends) if found is None else found[1]
    if not text[pos:end].strip():
        raise NotARule
    return _Piece(text[pos:end], None if found is None else found[0], end)


def _read_time(namespace: Namespace, text: str, pos: int, prefix: str) -> tuple[Duration | None, int]:
    if text.startswith(prefix, pos):
        for duration, end in _DURATION.find(namespace, text, pos + len(prefix)):
            return duration, end
    return None, pos


def _end_of_unknown(text: str, pos: int, ends: Callable[[str, int], bool]) -> int:
    """Return the end of words of another plugin: the first possible end that is not in quotes."""
    while not ends(text, pos):
        quoted = _QUOTED.match(text, pos)
        pos = quoted.end() if quoted else pos + 1
    return pos


class _Tree:
    """Builds the tree of a condition as the server does (docs/protocol/pimatic.md#conditions)."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._pos = 0

    def build(self) -> Node:
        """Return the tree. Raises NotARule if brackets do not match."""
        node = self._read_links(None)
        if self._pos != len(self._tokens):
            raise NotARule
        return node

    def _next(self) -> Token | None:
        return self._tokens[self._pos] if self._pos < len(self._tokens) else None

    def _read_links(self, left: Node | None, *, is_nested: bool = False) -> Node:
        """Read the links that follow `left`; the nested side of a link ends at "or when"."""
        while (link := self._next()) not in ("]", None):
            if link == "and":
                self._pos += 1
                left, is_nested = And((_required(left), self._read_operand())), False
            elif link in ("or", "and if") or (link == "or when" and not is_nested):
                self._pos += 1
                right = self._read_links(None, is_nested=True)
                left = (And if link == "and if" else Or)((_required(left), right))
                if is_nested:
                    return left
            elif link == "or when":
                break
            elif left is None:
                is_nested = is_nested and link != "["
                left = self._read_operand()
            else:
                raise NotARule
        return _required(left)

    def _read_operand(self) -> Node:
        """Read a predicate or a bracket."""
        first = self._next()
        self._pos += 1
        if isinstance(first, int):
            return Leaf(first)
        if first != "[":
            raise NotARule
        node = self._read_links(None, is_nested=True)
        if self._next() != "]":
            raise NotARule
        self._pos += 1
        return node


def _required(node: Node | None) -> Node:
    if node is None:
        raise NotARule
    return node


# Actions ----------------------------------------------------------------------------------------


def _read_actions(namespace: Namespace, text: str) -> Iterator[Step]:
    pos = 0
    while True:
        delay, pos = _read_time(namespace, text, pos, "after ")
        if delay is not None:
            pos = _skip_space(text, pos)
        piece = _read_piece(ACTIONS, namespace, text, pos, (" and ",))
        pos = piece.end
        if delay is None:
            delay, pos = _read_time(namespace, text, pos, " after ")
        duration, pos = _read_time(namespace, text, pos, " for ")
        yield Step(piece.words, piece.meaning, delay, duration)
        if pos >= len(text):
            return
        if not text.startswith(" and ", pos):
            raise NotARule
        pos += len(" and ")
