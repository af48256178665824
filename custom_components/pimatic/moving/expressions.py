"""Expressions of pimatic: arithmetic over variables and functions, and texts with variables in them.

Source: docs/protocol/pimatic.md#expressions.
"""

import re
from typing import NamedTuple

from .namespace import Namespace


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
_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2}
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

    def __init__(self, namespace: Namespace, text: str, pos: int) -> None:
        self.namespace = namespace
        self.text = text
        self.pos = pos
        self._depth = 0

    def skip(self, word: str) -> bool:
        """Move behind a word if it is next."""
        if not self.text.startswith(word, self.pos):
            return False
        self.pos += len(word)
        return True

    def expression(self) -> Expression:
        """Read a text or a number."""
        self._depth += 1
        if self._depth > MOST_NESTED:
            raise _NoExpression
        try:
            return self._string() if self.text.startswith('"', self.pos) else self._numeric()
        finally:
            self._depth -= 1

    def _numeric(self) -> Expression:
        """Read operands and operators; multiplication binds stronger."""
        operands, operators = [self._operand()], []
        while (found := _OPERATOR.match(self.text, self.pos)) is not None:
            before = self.pos
            self.pos = found.end()
            try:
                operand = self._operand()
            except _NoExpression:
                self.pos = before
                break
            operators.append(found[1])
            operands.append(operand)
            if len(operands) > MOST_OPERANDS:
                raise _NoExpression
        return _by_precedence(operands, operators)

    def _operand(self) -> Expression:
        if self.skip("("):
            self.skip(" ")
            inner = self.expression()
            self.skip(" ")
            if not self.skip(")"):
                raise _NoExpression
            return inner
        if (number := _NUMBER.match(self.text, self.pos)) is not None:
            if (value := number_in(number[0])) is None:
                raise _NoExpression
            self.pos = number.end()
            return Number(value)
        if self.text.startswith("$", self.pos):
            return self.variable()
        return self._call()

    def variable(self) -> Variable:
        """Read a variable: the longest name that there is."""
        if not self.text.startswith("$", self.pos):
            raise _NoExpression
        name = self.namespace.variable_at(self.text, self.pos + 1)
        if name is None:
            raise _NoExpression
        self.pos += 1 + len(name)
        return Variable(name)

    def _call(self) -> Call:
        found = _FUNCTION.match(self.text, self.pos)
        if found is None or found[1] not in FUNCTIONS:
            raise _NoExpression
        self.pos = found.end()
        arguments: list[Expression] = []
        while not self._skip_closing_bracket():
            arguments.append(self.expression())
            if (comma := _COMMA.match(self.text, self.pos)) is not None:
                self.pos = comma.end()
        return Call(found[1], tuple(arguments))

    def _skip_closing_bracket(self) -> bool:
        return self.skip(")") or self.skip(" )")

    def _string(self) -> Text:
        """Read a text in quotes with what is put into it."""
        if not self.skip('"'):
            raise _NoExpression
        parts: list[str | Expression] = []
        while True:
            piece = _PIECE.match(self.text, self.pos)
            if piece is None:
                raise _NoExpression
            self.pos = piece.end()
            if piece[0]:
                parts.append(_ESCAPED.sub(lambda one: _CONTROLS.get(one[1], one[1]), piece[0]))
            if self.skip('"'):
                return Text(tuple(parts))
            parts.append(self._embedded())

    def _embedded(self) -> Expression:
        if not self.skip("{"):
            return self.variable()
        self.skip(" ")
        inner = self.expression()
        self.skip(" ")
        if not self.skip("}"):
            raise _NoExpression
        return inner


class _NoExpression(Exception):
    """The text is no expression there."""


def _by_precedence(operands: list[Expression], operators: list[str]) -> Expression:
    """Return operands and the operators between them as a tree."""
    stack, pending = [operands[0]], list[str]()

    def join() -> None:
        right, left = stack.pop(), stack.pop()
        stack.append(Sum(left, pending.pop(), right))

    for operator, operand in zip(operators, operands[1:], strict=True):
        while pending and _PRECEDENCE[pending[-1]] >= _PRECEDENCE[operator]:
            join()
        pending.append(operator)
        stack.append(operand)
    while pending:
        join()
    return stack[0]


def read_expression(namespace: Namespace, text: str, pos: int) -> tuple[Expression, int] | None:
    """Return the expression at a place of a text and where it ends; None where there is none."""
    reader = _Reader(namespace, text, pos)
    try:
        return reader.expression(), reader.pos
    except _NoExpression:
        return None


def read_variable(namespace: Namespace, text: str, pos: int) -> tuple[Variable, int] | None:
    """Return the variable at a place of a text and where it ends; None where there is none."""
    reader = _Reader(namespace, text, pos)
    try:
        return reader.variable(), reader.pos
    except _NoExpression:
        return None
