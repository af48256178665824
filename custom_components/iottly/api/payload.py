"""Payloads: the user's code defines them, so the type of a leaf follows from its value."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from math import isfinite
import re
from typing import Any, NamedTuple

from ..common.client.secrets import REDACTED, Redactor, is_alarm_code, is_private_in, is_secret_name, names_network
from ..common.client.wire import DropCounter
from ..common.names.addresses import is_address
from ..common.names.beside import has_unit, measured, units_beside
from ..common.names.numbers import is_measured, noun_in
from ..common.names.quantities import COUNTED, SIGNAL, Quantity, word_set
from ..common.names.sizes import unit_by_size
from ..common.names.words import words_of
from .dates import parse_epoch, parse_iso
from .lists import items_of
from .meaning import join_path, names_moment, number_meaning, split_path
from .model import LeafKind, LeafValue
from .siblings import units_of_siblings

MAX_DEPTH = 4
MAX_LEAVES = 100
MAX_PATH = 120
MAX_TEXT = 255
# Larger whole numbers cannot be exact as float; no board measures them.
MAX_NUMBER = 2**53
# The unit of a value that cannot be in the usual one of its quantity. No quantity has it.
UNKNOWN_UNIT = "?"
# Texts for a missing value.
PLACEHOLDERS = frozenset({"", "-", "--", "n/a", "na", "nan", "null", "undefined", "unknown", "unavailable"})
# On boards, `pin` is a pin of the processor; a secret PIN has four digits or more.
HIGHEST_CONTACT = 999
CONTACT_WORDS = frozenset({"gpio", "level", "mode", "number", "state", "status", "value"})
# A longer one is a number of something.
LONGEST_FIGURES = 9
# What has a number or a version as its name.
_NAMES = word_set("""
    fw firmware sw software hw hardware rev revision build release ver sn serial serialno imei imsi iccid id uid uuid
    eui
    mac ip plate targa kennzeichen phone tel tag tags barcode ean rfid uuid batch lot charge order auftrag ordine
    commessa
    program programm programma recipe rezept ricetta zip plz cap user utente device board model modello modell name
    """)
_CHOICES = word_set("source sorgente fonte mode modus modalita type typ tipo variant variante")
_NAME_ENDS = ("nummer", "number", "numero", "version", "versione")
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")


class Leaves(NamedTuple):
    """The leaves of a payload: values and, where the name does not say them, units by path.

    None stands for a value that cannot be shown (null, text longer than Home Assistant's states, a number beyond
    MAX_NUMBER). The unit of a leaf that is itself a unit is empty.
    """

    values: dict[str, LeafValue | None]
    units: dict[str, str]


def parse_payload(payload: Mapping[str, Any], dropped: DropCounter) -> Leaves:
    """Flatten a payload: its leaves by their paths (see `join_path`). Secrets are left out.

    Items of lists have the path of their names. Deeper than four keys, or more than a hundred leaves, is dropped and
    counted.
    """
    found = Leaves({}, {})
    _collect(payload, "", MAX_DEPTH, found, dropped)
    numbers = {
        path: value
        for path, value in found.values.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    found.units.update(units_of_siblings(numbers, found.units))
    return found


def parse_leaves(payload: Mapping[str, Any], dropped: DropCounter) -> dict[str, LeafValue | None]:
    """Return only the values of a payload's leaves."""
    return parse_payload(payload, dropped).values


def leaf_kind(value: LeafValue) -> LeafKind:
    """Return the kind of a value."""
    match value:
        case bool():
            return LeafKind.FLAG
        case int() | float():
            return LeafKind.NUMBER
        case datetime():
            return LeafKind.MOMENT
    return LeafKind.TEXT


def is_placeholder(value: LeafValue | None) -> bool:
    """Return True for a text that means a missing value."""
    return isinstance(value, str) and value.strip().lower() in PLACEHOLDERS


def is_secret_path(path: str) -> bool:
    """Return True if a key of a path has the name of a secret or of a wireless network."""
    keys = split_path(path)
    is_named = any((is_secret_name(key) and not _names_contact(key)) or names_network(key) for key in keys)
    return is_named or (len(keys) > 1 and is_private_in(keys[-2], keys[-1]))


def redact_payload(value: Any, redactor: Redactor, block: str = "") -> Any:
    """Return a payload with redacted secrets: the entry's own, and values with the name of a secret.

    `block` is the key of the value.
    """
    if isinstance(value, dict):
        return {
            redactor.text(key): REDACTED if _is_secret(block, key, inner) else redact_payload(inner, redactor, key)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [redact_payload(inner, redactor, block) for inner in value]
    return redactor.text(value) if isinstance(value, str) else value


def _is_secret(block: str, key: str, value: Any) -> bool:
    if value in (None, "", [], {}):
        return False
    if names_network(key) or is_alarm_code(f"{block}_{key}", value):
        return True
    if not isinstance(value, dict | list) and is_private_in(block, key):
        return True
    if not is_secret_name(key) or _names_contact(key):
        return False
    is_contact = key.strip().lower() == "pin" and type(value) in (bool, int) and value <= HIGHEST_CONTACT
    return not is_contact


def _names_contact(key: str) -> bool:
    """Return True for `pin_state` and similar names, which are pins of the board."""
    words = [word.lower() for word in _WORD.findall(key.replace("_", " "))]
    return "pin" in words and words[-1] in CONTACT_WORDS and not is_secret_name(key.lower().replace("pin", ""))


def as_kind(value: LeafValue | None, kind: LeafKind) -> LeafValue | None:
    """Return the value converted to this kind, or None if that is impossible."""
    if value is None or is_placeholder(value):
        return None
    if leaf_kind(value) is kind:
        return value
    match kind, value:
        case LeafKind.TEXT, datetime():
            return value.isoformat()
        case LeafKind.TEXT, _:
            return str(value)
        case LeafKind.FLAG, 0 | 1:
            return bool(value)
        case LeafKind.FLAG, str():
            return _FLAG_TEXTS.get(value.strip().lower())
        case LeafKind.NUMBER, bool():
            return int(value)
        case LeafKind.NUMBER, datetime():
            return value.timestamp()
        case LeafKind.NUMBER, str():
            return parse_number(value)
    return None


_ON = ("on", "true", "1", "yes", "open", "opened", "wet", "active", "detected")
_OFF = ("off", "false", "0", "no", "closed", "close", "dry", "inactive")
_FLAG_TEXTS = {**dict.fromkeys(_ON, True), **dict.fromkeys(_OFF, False)}


def _collect(level: Mapping[str, Any], path: str, depth: int, found: Leaves, dropped: DropCounter) -> None:
    units, block = units_beside(level), split_path(path)[-1]
    for key, value in level.items():
        inner = join_path(path, key)
        if not key.strip() or len(inner) > MAX_PATH:
            dropped.add("payload key that is empty or too long")
        elif _is_secret(block, key, value):
            continue
        elif isinstance(value, dict | list):
            items = value if isinstance(value, dict) else items_of(key, value, has_class=partial(_has_class, inner))
            if items is None:
                continue
            if depth > 1:
                _collect(items, inner, depth - 1, found, dropped)
            else:
                dropped.add("payload nested deeper than four keys")
        elif isinstance(value, str) and is_address(inner, value):
            continue
        elif len(found.values) >= MAX_LEAVES:
            dropped.add("payload with more than a hundred leaves")
            return
        else:
            _add(found, inner, value, units.get(key))


def _has_class(path: str) -> bool:
    meaning = number_meaning(path)
    return meaning is not None and meaning.device_class is not None and meaning.state_class != COUNTED


def _add(found: Leaves, path: str, value: Any, unit: str | None) -> None:
    """Add a leaf, with the unit that is stated beside it, that its text has, or that its size shows."""
    if isinstance(value, str) and not _names_choice(path) and (parts := measured(value)) is not None:
        value, unit = parse_number(parts[0]), parts[1]
    elif isinstance(value, str) and unit and (number := parse_number(value)) is not None:
        value = number
    elif unit is None:
        unit = _unit_by_size(path, value)
    if unit is not None:
        found.units[path] = unit
    found.values[path] = _value(path, value, unit)


def _names_choice(path: str) -> bool:
    """Return True for something that is selected: `{"source": "12V"}` is not measured."""
    return not _CHOICES.isdisjoint(words_of(path)[-1:])


def _unit_by_size(path: str, value: Any) -> str | None:
    """Return the unit that a value can only have, where its name has none."""
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if isinstance(value, str):
        number = parse_number(value)
    if number is None or (named := _without_unit(path)) is None:
        return None
    if named[0] is SIGNAL and number > 0:
        # In percent, or in the unit of a modem.
        return UNKNOWN_UNIT
    return unit_by_size(named[0], number, named[1])


@lru_cache(maxsize=1024)
def _without_unit(path: str) -> tuple[Quantity, Sequence[str]] | None:
    """Return the quantity and the words of a name that has no unit; None for others."""
    name = ".".join(split_path(path))
    noun = None if has_unit(name) else noun_in(name)
    return None if noun is None else (noun, words_of(name))


def _value(path: str, value: Any, unit: str | None) -> LeafValue | None:
    match value:
        case bool():
            return value
        case int() | float():
            moment = parse_epoch(value) if names_moment(path) else None
            return moment or _plausible(path, value, unit)
        case str() if len(value) <= MAX_TEXT:
            return _text(path, value, unit)
    return None


def _text(path: str, text: str, unit: str | None) -> LeafValue | None:
    """Parse a text: a complete date and time, a number if the key means one, or else a text."""
    if (moment := parse_iso(text)) is not None:
        return moment
    number = parse_number(text)
    if number is not None and (number_meaning(path, unit) is not None or _is_number(path, text)):
        return _plausible(path, number, unit)
    return text


def _is_number(path: str, text: str) -> bool:
    """Return True if a text of figures is a number, and no name or version of something."""
    has_leading_zero = text.strip().lstrip("+-").startswith("0") and text.strip().lstrip("+-0").isdigit()
    is_named = any(word in _NAMES or word.endswith(_NAME_ENDS) for word in words_of(path))
    return is_measured(path) and not is_named and not has_leading_zero and len(text.strip()) <= LONGEST_FIGURES


def _plausible(path: str, number: float, unit: str | None) -> float | None:
    """Return a number that is possible for the quantity of its path; None for the placeholder of a failed sensor."""
    if not isfinite(number) or abs(number) > MAX_NUMBER:
        return None
    meaning = number_meaning(path, unit)
    return number if meaning is None or meaning.is_plausible(number) else None


def parse_number(text: str) -> float | None:
    """Parse a number with a decimal point or a decimal comma."""
    if not _NUMBER.fullmatch(text := text.strip()):
        return None
    number = float(text.replace(",", "."))
    return number if isfinite(number) and abs(number) <= MAX_NUMBER else None
