"""Templates of Home Assistant for the expressions of pimatic (docs/protocol/pimatic.md#expressions)."""

from collections.abc import Callable, Mapping
import re
from typing import Final, NamedTuple

from .entity_map import EntityMap, Meaning, Reading
from .expressions import Call, Expression, Number, Sum, Text, Variable
from .grammar import Duration
from .reasons import NotDrafted, Reason

# The delimiters of Jinja.
_JINJA: Final = re.compile(r"\{\{|\{%|\{#")


def quoted(text: str) -> str:
    """Return a text as a Jinja literal."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    return f"'{escaped}'"


def number_text(number: float) -> str:
    """Return a number as JavaScript writes it: integers without a decimal point."""
    return str(int(number)) if number.is_integer() else repr(number)


def read_number(reading: Reading, *, is_guarded: bool = False) -> str:
    """Return Jinja for a number. A missing value is 0, as in pimatic; an error if `is_guarded`."""
    if reading.attribute:
        value = f"(state_attr({quoted(reading.entity_id)}, {quoted(reading.attribute)}) or 0)"
        # Brightness is 0 to 255.
        return f"({value} / 2.55) | round | int" if reading.meaning is Meaning.LEVEL else value
    if reading.meaning in (Meaning.FLAG, Meaning.POWER):
        return f"(is_state({quoted(reading.entity_id)}, {quoted(reading.on)}) | int)"
    return f"states({quoted(reading.entity_id)}) | float{'' if is_guarded else '(0)'}"


def read_text(reading: Reading) -> str:
    """Return Jinja for a text, in the format of pimatic."""
    if reading.attribute:
        return read_number(reading)
    if reading.meaning in (Meaning.FLAG, Meaning.POWER):
        return f"('true' if is_state({quoted(reading.entity_id)}, {quoted(reading.on)}) else 'false')"
    return f"states({quoted(reading.entity_id)}){'[:5]' if reading.meaning is Meaning.TIME else ''}"


class Templates:
    """Makes templates. `used` are the readings in them, in order; if `is_guarded`, they fail without a value."""

    def __init__(self, entity_map: EntityMap, *, is_guarded: bool = False) -> None:
        self._entity_map = entity_map
        self._is_guarded = is_guarded
        self.used: dict[str, Reading] = {}

    def reading(self, name: str) -> Reading:
        """Return where to read a variable or a device's attribute. Raises NotDrafted."""
        device_id, _, attribute = name.partition(".")
        profile = self._entity_map.profiles.get(device_id)
        if profile is not None and profile.device.attribute(attribute) is not None:
            found = self._entity_map.reading(profile.device, attribute)
        else:
            found = self._entity_map.variable_reading(name)
        if found is None:
            raise NotDrafted(Reason.NO_ENTITY, f"${name}")
        self.used[found.entity_id] = found
        return found

    def is_text(self, expression: Expression) -> bool:
        """Return True if the result of an expression is a text; for a variable, if its current value is one."""
        match expression:
            case Text():
                return True
            case Variable(name):
                return self._holds_text(name)
            case Call(function):
                return FUNCTIONS[function].is_text
        return False

    def _holds_text(self, name: str) -> bool:
        device_id, _, attribute_name = name.partition(".")
        profile = self._entity_map.profiles.get(device_id)
        attribute = profile.device.attribute(attribute_name) if profile else None
        if attribute is not None:
            return attribute.kind in ("string", "date")
        return isinstance(self._entity_map.values.get(name), str)

    def number(self, expression: Expression) -> str:
        """Return Jinja for a number, without braces. Raises NotDrafted."""
        match expression:
            case Number(value):
                return number_text(value)
            case Variable(name):
                return read_number(self.reading(name), is_guarded=self._is_guarded)
            case Sum(left, operator, right):
                return f"{self._operand(left)} {operator} {self._operand(right)}"
            case Call(function) if FUNCTIONS[function].is_text:
                # Jinja would repeat a text in a multiplication.
                return f"({self._call(expression)}) | float(0)"
            case Call():
                return self._call(expression)
            case Text():
                return f"({self.text(expression)}) | float(0)"

    def _operand(self, expression: Expression) -> str:
        result = self.number(expression)
        return result if isinstance(expression, Number | Variable) else f"({result})"

    def text(self, expression: Expression) -> str:
        """Return Jinja for a text, without braces. Raises NotDrafted."""
        match expression:
            case Text(parts):
                return " ~ ".join(quoted(one) if isinstance(one, str) else self._piece(one) for one in parts) or "''"
            case Variable(name):
                return read_text(self.reading(name))
            case Number(value):
                return quoted(number_text(value))
        return self._piece(expression)

    def _piece(self, expression: Expression) -> str:
        """Return Jinja for an embedded expression; a computed integer has no decimal point, as in JavaScript."""
        if isinstance(expression, Variable):
            return self.text(expression)
        if self.is_text(expression):
            return f"({self.value(expression)})"
        return f"(({self.number(expression)}) | string).removesuffix('.0')"

    def value(self, expression: Expression) -> str:
        """Return Jinja for the result of an expression, a text or a number. Raises NotDrafted."""
        if isinstance(expression, Call):
            return self._call(expression)
        return self.text(expression) if self.is_text(expression) else self.number(expression)

    def _call(self, call: Call) -> str:
        function = FUNCTIONS[call.function]
        count = len(call.arguments)
        if not function.fewest <= count <= function.most:
            raise NotDrafted(Reason.NO_FUNCTION, call.function)
        arguments = [
            self.text(argument) if i in function.texts else self.number(argument)
            for i, argument in enumerate(call.arguments)
        ]
        result = function.make([f"({one})" if " " in one else one for one in arguments])
        if result is None:
            raise NotDrafted(Reason.NO_FUNCTION, call.function)
        return result

    # Whole templates -----------------------------------------------------------------------------

    def message(self, expression: Expression) -> str:
        """Return a text with templates for the embedded expressions."""
        if not isinstance(expression, Text):
            return f"{{{{ {self.text(expression)} }}}}"
        result = "".join(one if isinstance(one, str) else f"{{{{ {self._piece(one)} }}}}" for one in expression.parts)
        literal = "".join(one for one in expression.parts if isinstance(one, str))
        # Jinja would parse braces in literal parts, and strip spaces at the ends.
        if _JINJA.search(literal) or "{" in literal or result != result.strip():
            return f"{{{{ {self.text(expression)} }}}}"
        return result

    def amount(self, expression: Expression) -> float | int | str:
        """Return a number or a template for it."""
        if isinstance(expression, Number):
            return plain(expression.value)
        return f"{{{{ {self.number(expression)} }}}}"


def plain(number: float) -> float | int:
    """Return an integer as an int, other numbers unchanged."""
    return int(number) if number.is_integer() else number


def duration(templates: Templates, time: Duration) -> dict[str, float | int | str]:
    """Return a duration in the format of Home Assistant. Raises NotDrafted."""
    if isinstance(time.amount, Number):
        milliseconds = round(time.amount.value * time.unit)
        for unit, size in _TIME_UNITS.items():
            if milliseconds and milliseconds % size == 0:
                return {unit: milliseconds // size}
        return {"milliseconds": milliseconds}
    unit = next((unit for unit, size in _TIME_UNITS.items() if size == time.unit), "")
    if unit:
        return {unit: templates.amount(time.amount)}
    factor = number_text(time.unit / 1000)
    return {"seconds": f"{{{{ ({templates.number(time.amount)}) * {factor} }}}}"}


_TIME_UNITS: Final = {"days": 86_400_000, "hours": 3_600_000, "minutes": 60_000, "seconds": 1000}


# Functions --------------------------------------------------------------------------------------


class Function(NamedTuple):
    """A function of pimatic: `make` returns Jinja for arguments, `texts` are the indexes of those that are texts."""

    make: Callable[[list[str]], str | None]
    fewest: int = 1
    most: int = 1
    texts: frozenset[int] = frozenset()
    is_text: bool = False


def _list(arguments: list[str]) -> str:
    return f"[{', '.join(arguments)}]"


def _rounded(number: str) -> str:
    """Return Jinja that rounds as JavaScript does: halves up."""
    return f"(({number} + 0.5) | round(0, 'floor'))"


def _round(arguments: list[str]) -> str:
    number, *decimals = arguments
    if not decimals or decimals[0] == "0":
        return f"{_rounded(number)} | int"
    factor = f"(10.0 ** {decimals[0]})"
    return f"{_rounded(f'{number} * {factor}')} / {factor}"


def _trunc(arguments: list[str]) -> str:
    number, *decimals = arguments
    if not decimals or decimals[0] == "0":
        return f"{number} | int"
    return f"({number} * 10.0 ** {decimals[0]}) | int / 10.0 ** {decimals[0]}"


def _log(arguments: list[str]) -> str:
    return f"log({', '.join(arguments)})"


def _power(arguments: list[str]) -> str:
    """Return a power of floats, as in JavaScript. A power of integers could have millions of digits."""
    base, *exponent = arguments
    return f"({base} | float(0)) ** {exponent[0] if exponent else '2'}"


def _random(arguments: list[str]) -> str:
    return f"range({arguments[0]} | int, {arguments[1]} | int + 1) | random"


_DATE_WORDS: Final = {
    "YYYY": "%Y", "YY": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%-m", "DD": "%d", "D": "%-d",
    "dddd": "%A", "ddd": "%a", "hh": "%H", "h": "%-H", "HH": "%I", "H": "%-I", "mm": "%M", "ss": "%S", "A": "%p",
}  # fmt: skip
_DATE_WORD: Final = re.compile("|".join(sorted(_DATE_WORDS, key=len, reverse=True)))
_LITERAL: Final = re.compile(r"'((?:\\.|[^'\\])*)'")


def _date(arguments: list[str]) -> str | None:
    if not arguments:
        return "now().strftime('%Y-%m-%d %H:%M:%S')"
    if _LITERAL.fullmatch(arguments[0]) is None and not arguments[0].startswith("('"):
        return None
    format_text = _DATE_WORD.sub(lambda word: _DATE_WORDS[word[0]], arguments[0].strip("()"))
    return f"now().strftime({format_text})"


_DIFFERENCES: Final = {"seconds": "", "minutes": " / 60", "hours": " / 3600", "days": " / 86400"}


def _diff_date(arguments: list[str]) -> str | None:
    start, end, *format_text = arguments
    difference = f"(as_timestamp({end}) - as_timestamp({start}))"
    if not format_text:
        return f"{difference} * 1000"
    factor = _DIFFERENCES.get(format_text[0].strip("'"))
    return None if factor is None else f"{difference}{factor}"


def _format_number(arguments: list[str]) -> str | None:
    """Return Jinja; None without a unit, because then the server uses the variable's unit with a prefix such as k."""
    if len(arguments) < 3 or not _is_width(arguments[1]):
        return None
    number, decimals, unit = arguments
    return f"('%.' ~ {decimals} ~ 'f') | format({number}) ~ {unit}"


# The limit of JavaScript.
_MOST_DIGITS: Final = 100


def _is_width(text: str) -> bool:
    """Return True for a constant number of digits."""
    return text.isdecimal() and int(text) <= _MOST_DIGITS


def _hex(arguments: list[str]) -> str | None:
    number, padding, prefix = (*arguments, *("0", "''")[len(arguments) - 1 :])
    if not _is_width(padding):
        return None
    return f"{prefix} ~ ('%0' ~ {padding} ~ 'X') | format({number} | int)"


def _sub_string(arguments: list[str]) -> str | None:
    text, expression, *flags = arguments
    given = flags[0].strip("'") if flags else ""
    if set(given) - {"g", "i"}:
        return None
    found = f"{text} | regex_findall({expression}{', ignorecase=true' if 'i' in given else ''})"
    return f"({found}) | join" if "g" in given else f"({found}) | first | default('')"


def _time_decimal(arguments: list[str]) -> str:
    parts = f"{arguments[0]}.split(':')"
    return f"({parts}[0] | int + {parts}[1] | int / 60 + {parts}[2] | default(0) | int / 3600)"


_MANY: Final = 50
_ONE: Final = frozenset({0})
FUNCTIONS: Final[Mapping[str, Function]] = {
    "min": Function(lambda args: f"{_list(args)} | min", 1, _MANY),
    "max": Function(lambda args: f"{_list(args)} | max", 1, _MANY),
    "avg": Function(lambda args: f"({_list(args)} | sum) / {len(args)}", 1, _MANY),
    "random": Function(_random, 2, 2),
    "pow": Function(_power, 1, 2),
    "abs": Function(lambda args: f"{args[0]} | abs"),
    "sign": Function(lambda args: f"({args[0]} > 0) | int - ({args[0]} < 0) | int"),
    "sqrt": Function(lambda args: f"sqrt({args[0]})"),
    "cos": Function(lambda args: f"cos({args[0]})"),
    "acos": Function(lambda args: f"acos({args[0]})"),
    "log": Function(_log, 1, 2),
    "round": Function(_round, 1, 2),
    "roundToNearest": Function(lambda args: f"{_rounded(f'{args[0]} / {args[1]}')} * {args[1]}", 2, 2),
    "trunc": Function(_trunc, 1, 2),
    "timeFormat": Function(
        lambda args: f"({args[0]} * 3600) | round | timestamp_custom('%H:%M:%S', false)", is_text=True
    ),
    "timeDecimal": Function(_time_decimal, texts=_ONE),
    "date": Function(_date, 0, 1, _ONE, is_text=True),
    "diffDate": Function(_diff_date, 2, 3, frozenset({0, 1, 2})),
    "formatNumber": Function(_format_number, 1, 3, frozenset({2}), is_text=True),
    "hexString": Function(_hex, 1, 3, frozenset({2}), is_text=True),
    "subString": Function(_sub_string, 2, 3, frozenset({0, 1, 2}), is_text=True),
}
