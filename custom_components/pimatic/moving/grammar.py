"""The elements of the patterns in the tables of `predicates` and `actions`, which match the text of a rule.

An element matches the text at a position in none, one or several ways. Each match has a meaning and an end. Source:
docs/protocol/pimatic.md#rule-texts.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
import re
from typing import NamedTuple, Protocol

from ..api import Attribute, Device, Kind
from .expressions import Expression, Number, Text, number_in, read_expression, read_variable
from .namespace import Namespace

# The meaning of words that a row does not pass to `make`.
NO_MEANING = object()


class Element(Protocol):
    """An element of the pattern of a row."""

    def find(self, namespace: Namespace, text: str, pos: int) -> Iterator[tuple[object, int]]:
        """Yield the meaning and the end of each match at a position."""
        ...


class Row[P](NamedTuple):
    """A form of a predicate or action: its name in the docs, its pattern, and `make`, which gets the meanings."""

    form: str
    pattern: tuple[Element, ...]
    make: Callable[..., P]

    def find(self, namespace: Namespace, text: str, pos: int) -> Iterator[tuple[P, int]]:
        """Yield the result of `make` and the end of each match at a position."""
        for meanings, end in _match_all(self.pattern, namespace, text, pos):
            yield self.make(*meanings), end


def _match_all(
    pattern: tuple[Element, ...], namespace: Namespace, text: str, pos: int
) -> Iterator[tuple[list[object], int]]:
    if not pattern:
        yield [], pos
        return
    for meaning, end in pattern[0].find(namespace, text, pos):
        for others, last in _match_all(pattern[1:], namespace, text, end):
            yield (others if meaning is NO_MEANING else [meaning, *others]), last


class Words(NamedTuple):
    """One of some words, without a meaning."""

    options: tuple[str, ...]
    optional: bool = False

    def find(self, namespace: Namespace, text: str, pos: int) -> Iterator[tuple[object, int]]:
        """Yield the matches, the longest word first."""
        for word in sorted(self.options, key=len, reverse=True):
            if text.startswith(word, pos):
                yield NO_MEANING, pos + len(word)
        if self.optional:
            yield NO_MEANING, pos


def words(*options: str) -> Words:
    """Return an element that matches one of the words."""
    return Words(options)


def optional(*options: str) -> Words:
    """Return an element that matches one of the words or nothing."""
    return Words(options, optional=True)


class Choice[V](NamedTuple):
    """One of some words, each with a meaning."""

    meanings: Mapping[str, V]

    def find(self, namespace: Namespace, text: str, pos: int) -> Iterator[tuple[object, int]]:
        """Yield the meaning of the longest matching word."""
        if found := _longest_word(self.meanings, text, pos):
            yield found


def _longest_word[V](meanings: Mapping[str, V], text: str, pos: int) -> tuple[V, int] | None:
    """Return the meaning and the end of the longest matching word."""
    word = max((word for word in meanings if text.startswith(word, pos)), key=len, default=None)
    return None if word is None else (meanings[word], pos + len(word))


class DeviceElement(NamedTuple):
    """A device by id or name, with or without "the", if the condition is true for it."""

    where: Callable[[Device], bool]

    def find(self, namespace: Namespace, text: str, pos: int) -> Iterator[tuple[Device, int]]:
        """Yield the devices, the longest id or name first."""
        if text.startswith("the ", pos):
            pos += len("the ")
        found = [(device, end) for device, end in namespace.devices_at(text, pos) if self.where(device)]
        yield from sorted(found, key=lambda one: one[1], reverse=True)


def with_attributes(*attributes: str) -> DeviceElement:
    """Return an element that matches devices with these attributes."""
    return DeviceElement(lambda device: all(device.attribute(name) is not None for name in attributes))


def with_actions(*actions: str) -> DeviceElement:
    """Return an element that matches devices with these actions."""
    return DeviceElement(lambda device: all(device.action(name) is not None for name in actions))


class DeviceAttribute(NamedTuple):
    """An attribute of a device."""

    device: Device
    attribute: Attribute


class AttributeElement:
    """An attribute by the words ATTRIBUTE of DEVICE; the meaning is the device and the attribute."""

    def find(self, namespace: Namespace, text: str, pos: int) -> Iterator[tuple[DeviceAttribute, int]]:
        """Yield the attributes, the longest name first."""
        for name in namespace.attribute_names:
            if text.startswith(f"{name} of ", pos):
                for device, end in with_attributes(name).find(namespace, text, pos + len(name) + len(" of ")):
                    if (attribute := device.attribute(name)) is not None:
                        yield DeviceAttribute(device, attribute), end


_LESS, _MORE = ("less", "lower", "below"), ("greater", "higher", "above")
_SIGN_OF = {
    "equals": "==",
    "is equal to": "==",
    "is equal": "==",
    "is": "==",
    "==": "==",
    "=": "==",
    "is not": "!=",
    "isnt": "!=",
    "!=": "!=",
}


def _comparisons() -> Iterator[tuple[str, str]]:
    """Yield the words for less and more, each with its sign."""
    for stems, sign in ((_LESS, "<"), (_MORE, ">")):
        forms = [*stems, *(form for stem in stems for form in (f"{stem} or equal", f"equal or {stem}"))]
        for form in forms:
            strict = sign if form in stems else f"{sign}="
            for phrase in (form, f"is {form}", f"is {form} than", f"is {form} as", f"{form} than", f"{form} as"):
                yield phrase, strict
        yield sign, sign
        yield f"{sign}=", f"{sign}="


NUMBER_SIGNS: Mapping[str, str] = {f" {word} ": sign for word, sign in (_SIGN_OF | dict(_comparisons())).items()}
WORD_SIGNS: Mapping[str, str] = {f" {word} ": sign for word, sign in _SIGN_OF.items()}

type Value = bool | float | str


class Comparison(NamedTuple):
    """An attribute is compared with a constant; a boolean attribute with True or False instead of its label."""

    device: Device
    attribute: Attribute
    sign: str
    value: Value


class ComparisonElement:
    """The words ATTRIBUTE of DEVICE is VALUE, with a value of the attribute's kind; the meaning is the comparison."""

    def find(self, namespace: Namespace, text: str, pos: int) -> Iterator[tuple[object, int]]:
        """Yield the comparisons."""
        for (device, attribute), after in AttributeElement().find(namespace, text, pos):
            signs = NUMBER_SIGNS if attribute.kind is Kind.NUMBER else WORD_SIGNS
            if sign := _longest_word(signs, text, after):
                for value, end in _values(attribute, text, sign[1]):
                    yield Comparison(device, attribute, sign[0], value), end


_NUMBER = re.compile(r"-?[0-9]+\.?[0-9]*")
_QUOTED = re.compile(r'"([^"]*)"')


def _values(attribute: Attribute, text: str, pos: int) -> Iterator[tuple[Value, int]]:
    """Yield the value that an attribute is compared with: a label, a number with its unit, a text or an option."""
    match attribute.kind:
        case Kind.BOOLEAN:
            labels = attribute.labels or ("true", "false")
            for label, value in zip(labels, (True, False), strict=False):
                if text.startswith(label, pos):
                    yield value, pos + len(label)
        case Kind.NUMBER:
            number = _NUMBER.match(text, pos)
            if number is not None and (wanted := number_in(number[0])) is not None:
                units = _units(attribute.unit)
                end = max((number.end() + len(one) for one in units if text.startswith(one, number.end())), default=0)
                yield wanted, max(end, number.end())
        case Kind.STRING:
            if (quoted := _QUOTED.match(text, pos)) is not None:
                yield quoted[1], quoted.end()
            for option in attribute.options:
                if text.startswith(option, pos):
                    yield option, pos + len(option)


def _units(unit: str) -> set[str]:
    """Return the spellings of a unit behind a number: with a space, in lower case, without its degree sign."""
    spellings = {unit, unit.lower(), unit.replace("°", ""), unit.lower().replace("°", "")}
    return spellings | {f" {one}" for one in spellings}


class ButtonElement:
    """A button by its id or text; the meaning is the device and the id of the button."""

    def find(self, namespace: Namespace, text: str, pos: int) -> Iterator[tuple[object, int]]:
        """Yield the buttons, the longest id or text first."""
        found = [
            (device, button, pos + len(word))
            for word, device, button in namespace.buttons
            if text.startswith(word, pos)
        ]
        for device, button, end in sorted(found, key=lambda one: one[2], reverse=True):
            yield (device, button), end


class ExpressionElement(NamedTuple):
    """An expression; `texts` and `numbers` are False where expressions with such a result are not allowed."""

    texts: bool = True
    numbers: bool = True

    def find(self, namespace: Namespace, text: str, pos: int) -> Iterator[tuple[object, int]]:
        """Yield the expression."""
        found = read_expression(namespace, text, pos)
        if found is not None and (self.texts if isinstance(found[0], Text) else self.numbers):
            yield found


class VariableElement(NamedTuple):
    """A variable; if `writable`, one that is not an attribute. The meaning is its name."""

    writable: bool = False

    def find(self, namespace: Namespace, text: str, pos: int) -> Iterator[tuple[object, int]]:
        """Yield the variable."""
        found = read_variable(namespace, text, pos)
        if found is not None and not (self.writable and namespace.attribute_of(found[0].name)):
            yield found[0].name, found[1]


class Duration(NamedTuple):
    """A time: an amount, and the milliseconds of its unit."""

    amount: Expression
    unit: float


_SECOND = 1000
_YEAR = 365.25 * 86400 * _SECOND
_UNITS_OF = {
    "ms": 1,
    "second seconds s": _SECOND,
    "minute minutes m": 60 * _SECOND,
    "hour hours h": 3600 * _SECOND,
    "day days d": 86400 * _SECOND,
    "year years y": _YEAR,
}
# In milliseconds. Home Assistant has no longer times.
LONGEST_TIME = 100 * _YEAR
TIME_UNITS: Mapping[str, float] = {
    f"{space}{word}": size for names, size in _UNITS_OF.items() for word in names.split() for space in ("", " ")
}


class DurationElement:
    """A number or an expression with a unit of time; the meaning is the duration."""

    def find(self, namespace: Namespace, text: str, pos: int) -> Iterator[tuple[Duration, int]]:
        """Yield the duration."""
        amount = read_expression(namespace, text, pos)
        if amount is None or isinstance(amount[0], Text):
            return
        unit = _longest_word(TIME_UNITS, text, amount[1])
        if unit is None or (isinstance(amount[0], Number) and amount[0].value * unit[0] > LONGEST_TIME):
            return
        yield Duration(amount[0], unit[0]), unit[1]


class RegexElement(NamedTuple):
    """A match of a regular expression, if `read` returns a meaning for it."""

    pattern: re.Pattern[str]
    read: Callable[[re.Match[str]], object | None]

    def find(self, namespace: Namespace, text: str, pos: int) -> Iterator[tuple[object, int]]:
        """Yield the meaning."""
        if (found := self.pattern.match(text, pos)) is not None and (meaning := self.read(found)) is not None:
            yield meaning, found.end()


def longest[P](
    rows: Iterable[Row[P]], namespace: Namespace, text: str, pos: int, ends: Callable[[str, int], bool]
) -> tuple[P, int] | None:
    """Return the longest match of the rows; `ends` returns True for positions where a match can end."""
    found = [one for row in rows for one in row.find(namespace, text, pos) if ends(text, one[1])]
    return max(found, key=lambda one: one[1], default=None)
