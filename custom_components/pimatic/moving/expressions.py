"""Expressions of pimatic: arithmetic over variables and functions, and texts with variables in them.

Source: docs/protocol/pimatic.md#expressions.
"""

import re
from typing import NamedTuple

from .house import House


class Number(NamedTuple):
    """A number."""

    value: float


class Variable(NamedTuple):
    """The value of a variable, without the dollar sign."""

    name: str


class Call(NamedTuple):
    """A function with its arguments."""

    function: str
    arguments: tuple[Expression, ...]


class Sum(NamedTuple):
    """Two operands and one of + - * / between them."""

    left: Expression
    operator: str
    right: Expression


class Text(NamedTuple):
    """A text in quotes: pieces of it, and expressions that are put in between."""

    parts: tuple[str | Expression, ...]


type Expression = Number | Variable | Call | Sum | Text

FUNCTIONS = frozenset(
    {
        "min", "max", "avg", "random", "pow", "abs", "sign", "sqrt", "cos", "acos", "log", "round", "roundToNearest",
        "trunc", "timeFormat", "timeDecimal", "date", "diffDate", "formatNumber", "hexString", "subString",
    }
)  # fmt: skip

_NUMBER = re.compile(r"-?[0-9]+\.?[0-9]*")
_OPERATOR = re.compile(r" ?([-+*/]) ?")
_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}
_FUNCTION = re.compile(r"([A-Za-z]+) ?\( ?")
_COMMA = re.compile(r" ?, ?")
# A piece of a text ends at a quote, a variable or a brace that no backslash is before.
_PIECE = re.compile(r'(?:\\.|[^"\\${])*', re.DOTALL)
_ESCAPED = re.compile(r'\\([nr"${}\\])')
_CONTROLS = {"n": "\n", "r": "\r"}

# Deeper ones are no expression of a person; larger numbers are none that a person writes, and one of 400 digits is
# infinite.
LARGEST_NUMBER = 1e15
MOST_NESTED = 40
MOST_OPERANDS = 100


def number_in(text: str) -> float | None:
    """Return the number in digits; None where it is too large."""
    value = float(text)
    return value if abs(value) <= LARGEST_NUMBER else None


class _Reader:
    """Reads one expression of a text; each method returns what it read and moves `at` behind it, or raises `_No`."""

    def __init__(self, house: House, text: str, at: int) -> None:
        self.house = house
        self.text = text
        self.at = at
        self._depth = 0

    def skip(self, word: str) -> bool:
        """Move behind a word if it is next."""
        if not self.text.startswith(word, self.at):
            return False
        self.at += len(word)
        return True

    def any(self) -> Expression:
        """Read a text or a number."""
        self._depth += 1
        if self._depth > MOST_NESTED:
            raise _No
        try:
            return self._string() if self.text.startswith('"', self.at) else self._numeric()
        finally:
            self._depth -= 1

    def _numeric(self) -> Expression:
        """Read operands and operators; multiplication binds stronger."""
        operands, operators = [self._operand()], []
        while (found := _OPERATOR.match(self.text, self.at)) is not None:
            before = self.at
            self.at = found.end()
            try:
                operand = self._operand()
            except _No:
                self.at = before
                break
            operators.append(found[1])
            operands.append(operand)
            if len(operands) > MOST_OPERANDS:
                raise _No
        return _by_strength(operands, operators)

    def _operand(self) -> Expression:
        if self.skip("("):
            self.skip(" ")
            inner = self.any()
            self.skip(" ")
            if not self.skip(")"):
                raise _No
            return inner
        if (number := _NUMBER.match(self.text, self.at)) is not None:
            if (value := number_in(number[0])) is None:
                raise _No
            self.at = number.end()
            return Number(value)
        if self.text.startswith("$", self.at):
            return self.variable()
        return self._call()

    def variable(self) -> Variable:
        """Read a variable: the longest name that there is."""
        if not self.text.startswith("$", self.at):
            raise _No
        name = self.house.variable_at(self.text, self.at + 1)
        if name is None:
            raise _No
        self.at += 1 + len(name)
        return Variable(name)

    def _call(self) -> Call:
        found = _FUNCTION.match(self.text, self.at)
        if found is None or found[1] not in FUNCTIONS:
            raise _No
        self.at = found.end()
        arguments: list[Expression] = []
        while not self._closed():
            arguments.append(self.any())
            if (comma := _COMMA.match(self.text, self.at)) is not None:
                self.at = comma.end()
        return Call(found[1], tuple(arguments))

    def _closed(self) -> bool:
        return self.skip(")") or self.skip(" )")

    def _string(self) -> Text:
        """Read a text in quotes with what is put into it."""
        if not self.skip('"'):
            raise _No
        parts: list[str | Expression] = []
        while True:
            piece = _PIECE.match(self.text, self.at)
            if piece is None:
                raise _No
            self.at = piece.end()
            if piece[0]:
                parts.append(_ESCAPED.sub(lambda one: _CONTROLS.get(one[1], one[1]), piece[0]))
            if self.skip('"'):
                return Text(tuple(parts))
            parts.append(self._put_in())

    def _put_in(self) -> Expression:
        if not self.skip("{"):
            return self.variable()
        self.skip(" ")
        inner = self.any()
        self.skip(" ")
        if not self.skip("}"):
            raise _No
        return inner


class _No(Exception):
    """The text is no expression there."""


def _by_strength(operands: list[Expression], operators: list[str]) -> Expression:
    """Return operands and the operators between them as a tree."""
    stack, waiting = [operands[0]], list[str]()

    def join() -> None:
        right, left = stack.pop(), stack.pop()
        stack.append(Sum(left, waiting.pop(), right))

    for operator, operand in zip(operators, operands[1:], strict=True):
        while waiting and _STRENGTH[waiting[-1]] >= _STRENGTH[operator]:
            join()
        waiting.append(operator)
        stack.append(operand)
    while waiting:
        join()
    return stack[0]


def read_expression(house: House, text: str, at: int) -> tuple[Expression, int] | None:
    """Return the expression at a place of a text and where it ends; None where there is none."""
    reader = _Reader(house, text, at)
    try:
        return reader.any(), reader.at
    except _No:
        return None


def read_variable(house: House, text: str, at: int) -> tuple[Variable, int] | None:
    """Return the variable at a place of a text and where it ends; None where there is none."""
    reader = _Reader(house, text, at)
    try:
        return reader.variable(), reader.at
    except _No:
        return None
