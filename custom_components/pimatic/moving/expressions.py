"""Parser for expressions of pimatic: arithmetic with variables and functions, and texts that contain variables.

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
    """Two operands with one of the operators + - * /."""

    left: Expression
    operator: str
    right: Expression


class Text(NamedTuple):
    """A text in quotes: literal parts and embedded expressions."""

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
# A literal part of a text ends at a quote, a variable or a brace, unless these follow a backslash.
_PIECE = re.compile(r'(?:\\.|[^"\\${])*', re.DOTALL)
_ESCAPED = re.compile(r'\\([nr"${}\\])')
_CONTROLS = {"n": "\n", "r": "\r"}

# Limits above what people write. A number of 400 digits would be infinite.
LARGEST_NUMBER = 1e15
MOST_NESTED = 40
MOST_OPERANDS = 100


def number_in(text: str) -> float | None:
    """Return the number that is written in digits; None if it is too large."""
    value = float(text)
    return value if abs(value) <= LARGEST_NUMBER else None


class _Reader:
    """Parses one expression. Each method returns a node and moves `pos` behind it, or raises _NoExpression."""

    def __init__(self, namespace: Namespace, text: str, pos: int) -> None:
        self.namespace = namespace
        self.text = text
        self.pos = pos
        self._depth = 0

    def skip(self, word: str) -> bool:
        """Move behind a word if it is next; return whether it was."""
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
        """Read operands and operators."""
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
        """Read the variable with the longest matching name."""
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
        """Read a text in quotes with the embedded expressions."""
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
    """There is no expression at this position."""


def _by_precedence(operands: list[Expression], operators: list[str]) -> Expression:
    """Return the tree of operands and operators, in which * and / take precedence."""
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
    """Return the expression at a position of a text, and its end; None if there is none."""
    reader = _Reader(namespace, text, pos)
    try:
        return reader.expression(), reader.pos
    except _NoExpression:
        return None


def read_variable(namespace: Namespace, text: str, pos: int) -> tuple[Variable, int] | None:
    """Return the variable at a position of a text, and its end; None if there is none."""
    reader = _Reader(namespace, text, pos)
    try:
        return reader.variable(), reader.pos
    except _NoExpression:
        return None
