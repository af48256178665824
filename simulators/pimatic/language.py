"""The part of pimatic's rule and expression language that the recorded house uses.

Source: docs/protocol/pimatic.md#rule-texts.
"""

from collections.abc import Callable
import re
from typing import Any, Protocol

_VARIABLE = re.compile(r"\$([\w.-]*\w)")
_NUMBERS_ONLY = re.compile(r"[\d.+\-*/() ]+")

# The words of a condition: the attribute that it reads, and the value for which it is true.
_STATES: dict[str, tuple[str, bool]] = {
    "is opened": ("contact", False),
    "is closed": ("contact", True),
    "is turned on": ("state", True),
    "is turned off": ("state", False),
    "is present": ("presence", True),
    "is absent": ("presence", False),
}


class Home(Protocol):
    """The devices and variables that actions can use; see `House`."""

    devices: dict[str, dict[str, Any]]
    variables: dict[str, dict[str, Any]]

    def attribute(self, device_id: str, name: str) -> dict[str, Any] | None:
        """Return an attribute of a device."""

    def set_attribute(self, device_id: str, name: str, value: Any, *, only_changed: bool = False) -> bool:
        """Set an attribute."""

    def set_variable(self, name: str, kind: str, value: Any, unit: str | None) -> dict[str, Any]:
        """Set a variable."""


# The parts of an expression: a number, a variable, a text, the name of a function with its parenthesis, an operator.
_OPERAND = re.compile(r'\s*(?:\d+(?:\.\d+)?|\$[\w.-]*\w|"[^"]*")')
_OPENING = re.compile(r"\s*(?:[A-Za-z]\w*)?\(")
_OPERATOR = re.compile(r"\s*(?:[-+*/,]|[<>=!]=?|and\b|or\b)")


def is_expression(text: str) -> bool:
    """Return True if a text can be parsed: operands separated by operators, with balanced parentheses."""
    position, depth, wants_operand = 0, 0, True
    text = text.strip()
    while position < len(text):
        if wants_operand and (found := _OPENING.match(text, position)):
            depth += 1
        elif wants_operand and (found := _OPERAND.match(text, position)):
            wants_operand = False
        elif wants_operand and text[position] == "-":
            position += 1
            continue
        elif not wants_operand and text[position:].lstrip().startswith(")") and depth:
            depth -= 1
            position = text.index(")", position) + 1
            continue
        elif not wants_operand and (found := _OPERATOR.match(text, position)):
            wants_operand = True
        else:
            return False
        position = found.end()
    return not wants_operand and depth == 0


def is_condition(text: str) -> bool:
    """Return True if a predicate provider of the recorded house supports the condition."""
    is_state = any(text.endswith(f" {words}") for words in _STATES)
    return is_state or re.fullmatch(r"\$[\w.-]+ [<>] [\d.]+", text) is not None


def variables_in(expression: str) -> list[str]:
    """Return the names of the variables that an expression reads."""
    return _VARIABLE.findall(expression)


def evaluate(expression: str, read: Callable[[str], Any]) -> Any:
    """Return the value of an arithmetic expression or of a text with variables in braces; None if there is none."""
    expression = expression.strip()
    if expression.startswith('"'):
        return re.sub(r"\{\$([\w.-]*\w)\}", lambda found: _text(read(found[1])), expression.strip('"'))
    if (single := _VARIABLE.fullmatch(expression)) is not None:
        return read(single[1])
    numbers = _VARIABLE.sub(lambda found: _text(read(found[1])), expression)
    if not _NUMBERS_ONLY.fullmatch(numbers):
        return None
    try:
        return round(float(_sum(numbers)), 6)
    except ValueError, ZeroDivisionError, IndexError:
        return None


def _sum(text: str) -> float:
    """Return the value of a sum of products, the only kind of expression in the recorded house."""
    total = 0.0
    for sign, term in re.findall(r"([+-]?)\s*([\d.]+(?:\s*[*/]\s*[\d.]+)*)", text):
        factors = re.split(r"([*/])", term.replace(" ", ""))
        product = float(factors[0])
        for operator, factor in zip(factors[1::2], factors[2::2], strict=True):
            product = product * float(factor) if operator == "*" else product / float(factor)
        total += -product if sign == "-" else product
    return total


def _text(value: Any) -> str:
    return "undefined" if value is None else str(value)


def split_rule(text: str) -> tuple[str, str]:
    """Return the condition and the actions of `when .. then ..`."""
    found = re.fullmatch(r"when (.+?) then (.+)", text.strip())
    if found is None:
        raise ValueError('The rule must start with "when" and contain a "then" part!')
    return found[1], found[2]


def condition_holds(condition: str, variable: str, value: Any) -> bool:
    """Return True if a condition becomes true when this variable takes this value."""
    for words, (attribute, wanted) in _STATES.items():
        if condition.endswith(f" {words}"):
            return variable == f"{condition.removesuffix(words).strip()}.{attribute}" and value is wanted
    if found := re.fullmatch(r"\$([\w.-]+) ([<>]) ([\d.]+)", condition):
        if variable != found[1] or isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return value > float(found[3]) if found[2] == ">" else value < float(found[3])
    return False


def split_actions(text: str) -> list[str]:
    """Return the single actions of `a and b`."""
    return [part.strip() for part in text.split(" and ")]


def parse_action(text: str, house: Home) -> tuple[str, Callable[[], Any]] | None:
    """Return the description of an action and its function; None for an unknown action."""
    if found := re.fullmatch(r"turn (?:the )?(.+) (on|off)", text):
        device = _find(house, found[1])
        if device is not None and house.attribute(device["id"], "state"):
            on = found[2] == "on"
            return f"turned {device['name']} {found[2]}", lambda: house.set_attribute(
                device["id"], "state", on, only_changed=True
            )
    if found := re.fullmatch(r"set \$([\w-]+) to (.+)", text):
        name, value = found[1], found[2].strip('"')
        if name in house.variables:
            unit = house.variables[name]["unit"]
            return f"set ${name} to {value}", lambda: house.set_variable(name, "value", value, unit)
    if found := re.fullmatch(r'log "(.+)"', text):
        return found[1], lambda: None
    return None


def _find(house: Home, words: str) -> dict[str, Any] | None:
    """Return the device with this id or name."""
    for device in house.devices.values():
        if words in (device["id"], device["name"]) or words.lower() == device["name"].lower():
            return device
    return None
