"""What the words of a rule are made of, and how a row of the tables `predicates` and `actions` finds them in a text.

An element finds itself at a place of a text in none, one or several ways, and gives what it means. Source:
docs/protocol/pimatic.md#rule-texts.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
import re
from typing import NamedTuple, Protocol

from ..api import Attribute, Device, Kind
from .expressions import Expression, Number, Text, number_in, read_expression, read_variable
from .namespace import Namespace

# What a word that only has to be there means: nothing that a row needs.
NO_MEANING = object()


class Element(Protocol):
    """A part of a row's pattern."""

    def find(self, namespace: Namespace, text: str, pos: int) -> Iterator[tuple[object, int]]:
        """Give each meaning of the text at a place, and where it ends."""
        ...


class Row[P](NamedTuple):
    """A form of words: its name in the docs, its pattern, and what makes a piece of the meanings in it."""

    form: str
    pattern: tuple[Element, ...]
    make: Callable[..., P]

    def find(self, namespace: Namespace, text: str, pos: int) -> Iterator[tuple[P, int]]:
        """Give each piece that the text at a place is, and where it ends."""
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
    """One of some words that only have to be there."""

    options: tuple[str, ...]
    optional: bool = False

    def find(self, namespace: Namespace, text: str, pos: int) -> Iterator[tuple[object, int]]:
        """Give where it ends, the longest word first."""
        for word in sorted(self.options, key=len, reverse=True):
            if text.startswith(word, pos):
                yield NO_MEANING, pos + len(word)
        if self.optional:
            yield NO_MEANING, pos


def words(*options: str) -> Words:
    """Return words of which one must be there."""
    return Words(options)


def optional(*options: str) -> Words:
    """Return words of which one can be there."""
    return Words(options, optional=True)


class Choice[V](NamedTuple):
    """One of some words, each with a meaning."""

    meanings: Mapping[str, V]

    def find(self, namespace: Namespace, text: str, pos: int) -> Iterator[tuple[object, int]]:
        """Give the meaning of the longest word that is there."""
        if found := _longest_word(self.meanings, text, pos):
            yield found


def _longest_word[V](meanings: Mapping[str, V], text: str, pos: int) -> tuple[V, int] | None:
    """Return the meaning of the longest word that is at a place, and where it ends."""
    word = max((word for word in meanings if text.startswith(word, pos)), key=len, default=None)
    return None if word is None else (meanings[word], pos + len(word))


class DeviceElement(NamedTuple):
    """A device for which the condition holds, by id or name, with or without "the"."""

    where: Callable[[Device], bool]

    def find(self, namespace: Namespace, text: str, pos: int) -> Iterator[tuple[Device, int]]:
        """Give the devices, the longest word first."""
        if text.startswith("the ", pos):
            pos += len("the ")
        found = [(device, end) for device, end in namespace.devices_at(text, pos) if self.where(device)]
        yield from sorted(found, key=lambda one: one[1], reverse=True)


def with_attributes(*attributes: str) -> DeviceElement:
    """Return a device with these attributes."""
    return DeviceElement(lambda device: all(device.attribute(name) is not None for name in attributes))


def with_actions(*actions: str) -> DeviceElement:
    """Return a device with these actions."""
    return DeviceElement(lambda device: all(device.action(name) is not None for name in actions))


class DeviceAttribute(NamedTuple):
    """An attribute of a device."""

    device: Device
    attribute: Attribute


class AttributeElement:
    """An attribute by the words ATTRIBUTE of DEVICE: gives the device and the attribute."""

    def find(self, namespace: Namespace, text: str, pos: int) -> Iterator[tuple[DeviceAttribute, int]]:
        """Give the attributes, the longest name first."""
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
    """Give the words for less and more, and the signs."""
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
    """An attribute compared with a fixed value; a boolean one with True or False, never with its label."""

    device: Device
    attribute: Attribute
    sign: str
    value: Value


class ComparisonElement:
    """An attribute compared with a value of its kind, ATTRIBUTE of DEVICE is VALUE: gives the comparison."""

    def find(self, namespace: Namespace, text: str, pos: int) -> Iterator[tuple[object, int]]:
        """Give the comparisons."""
        for (device, attribute), after in AttributeElement().find(namespace, text, pos):
            signs = NUMBER_SIGNS if attribute.kind is Kind.NUMBER else WORD_SIGNS
            if sign := _longest_word(signs, text, after):
                for value, end in _values(attribute, text, sign[1]):
                    yield Comparison(device, attribute, sign[0], value), end


_NUMBER = re.compile(r"-?[0-9]+\.?[0-9]*")
_QUOTED = re.compile(r'"([^"]*)"')


def _values(attribute: Attribute, text: str, pos: int) -> Iterator[tuple[Value, int]]:
    """Give what an attribute can be compared with: a label, a number with its unit, a text or one of its options."""
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
    """Return how a unit can be written behind a number: with a space, in small letters, without its degree sign."""
    spellings = {unit, unit.lower(), unit.replace("°", ""), unit.lower().replace("°", "")}
    return spellings | {f" {one}" for one in spellings}


class ButtonElement:
    """A button by its id or text: gives its device and id."""

    def find(self, namespace: Namespace, text: str, pos: int) -> Iterator[tuple[object, int]]:
        """Give the buttons, the longest word first."""
        found = [
            (device, button, pos + len(word))
            for word, device, button in namespace.buttons
            if text.startswith(word, pos)
        ]
        for device, button, end in sorted(found, key=lambda one: one[2], reverse=True):
            yield (device, button), end


class ExpressionElement(NamedTuple):
    """An expression; one that gives a text, or one that gives a number, where only that is allowed."""

    texts: bool = True
    numbers: bool = True

    def find(self, namespace: Namespace, text: str, pos: int) -> Iterator[tuple[object, int]]:
        """Give the expression."""
        found = read_expression(namespace, text, pos)
        if found is not None and (self.texts if isinstance(found[0], Text) else self.numbers):
            yield found


class VariableElement(NamedTuple):
    """A variable, or only one that is not an attribute: gives its name."""

    writable: bool = False

    def find(self, namespace: Namespace, text: str, pos: int) -> Iterator[tuple[object, int]]:
        """Give the variable."""
        found = read_variable(namespace, text, pos)
        if found is not None and not (self.writable and namespace.attribute_of(found[0].name)):
            yield found[0].name, found[1]


class Duration(NamedTuple):
    """A time that is an expression times a unit of so many milliseconds."""

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
# In milliseconds. Home Assistant has no word for longer ones.
LONGEST_TIME = 100 * _YEAR
TIME_UNITS: Mapping[str, float] = {
    f"{space}{word}": size for names, size in _UNITS_OF.items() for word in names.split() for space in ("", " ")
}


class DurationElement:
    """A number or an expression with a unit of time: gives the duration."""

    def find(self, namespace: Namespace, text: str, pos: int) -> Iterator[tuple[Duration, int]]:
        """Give the duration."""
        amount = read_expression(namespace, text, pos)
        if amount is None or isinstance(amount[0], Text):
            return
        unit = _longest_word(TIME_UNITS, text, amount[1])
        if unit is None or (isinstance(amount[0], Number) and amount[0].value * unit[0] > LONGEST_TIME):
            return
        yield Duration(amount[0], unit[0]), unit[1]


class RegexElement(NamedTuple):
    """What a regular expression finds, if `read` makes something of it."""

    pattern: re.Pattern[str]
    read: Callable[[re.Match[str]], object | None]

    def find(self, namespace: Namespace, text: str, pos: int) -> Iterator[tuple[object, int]]:
        """Give what was read."""
        if (found := self.pattern.match(text, pos)) is not None and (meaning := self.read(found)) is not None:
            yield meaning, found.end()


def longest[P](
    rows: Iterable[Row[P]], namespace: Namespace, text: str, pos: int, ends: Callable[[str, int], bool]
) -> tuple[P, int] | None:
    """Return what the most words of a text are by one of the rows; `ends` says where a piece can end."""
    found = [one for row in rows for one in row.find(namespace, text, pos) if ends(text, one[1])]
    return max(found, key=lambda one: one[1], default=None)
