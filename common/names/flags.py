"""Finds the device class of a binary sensor from the name of an on/off value."""

from collections.abc import Sequence

from .flag_words import (
    ALARM_TAILS,
    ALARMED,
    DENIALS,
    FLAG_TAILS,
    FLAGS,
    FLAGS_FIRST,
    GROUPS,
    INVERTED,
    NO_MEMBERS,
    OF_PLACES,
    OPENED,
)
from .quantities import QUANTITIES, word_set
from .vocabulary import ELECTRICAL, MODES, NAMED_MODES, OPERATIONS, PLACES, SPOILING, STATES, WANTED, WHICH
from .words import head_of, plain, words_of

_SPOILING = SPOILING - {"alarm"}
_SET = word_set("set setting settings config test force stop manual clear reset")
_OF_ALARMS = ALARM_TAILS | WHICH | PLACES
_GARAGES = word_set("garage garagen")
_BEHIND = FLAG_TAILS | WHICH | PLACES - {"upper", "lower"}


def flag_of(path: str) -> str | None:
    """Return the device class of an on/off value with this name; None if the name has no known meaning."""
    words = words_of(path)
    if not DENIALS.isdisjoint(words):
        return None
    found = _at_end(words) or _of_limit(words) or _of_quantity(words) or _first(head_of(path)) or _of_group(path)
    if found == "door" and not _GARAGES.isdisjoint(words) and "open" in words:
        return "garage_door"
    if found != "opening":
        return found
    # A more specific class, such as that of a door, takes precedence.
    named = (FLAGS.get(word) for word in reversed(words))
    return next((one for one in named if one in OPENED), found)


def is_one_of_several(path: str) -> bool:
    """Return True if a value with this name is one of several words, which may be "off": a mode or a phase."""
    words = words_of(path)
    if words[-1:] and words[-1] in STATES:
        return not OPERATIONS.isdisjoint(words[:-1])
    return bool(words) and words[-1] in MODES and NAMED_MODES.isdisjoint(words[-2:-1])


def is_inverted(path: str) -> bool:
    """Return True if a value with this name is the inverse of its device class, such as `battery_ok`."""
    return " ".join(words_of(path)[-2:]) in INVERTED


def _at_end(words: list[str]) -> str | None:
    """Return the last flag in the words; a word that is also a place is used only if there is no other flag."""
    place: str | None = None
    for end in range(len(words), 0, -1):
        last, pair = words[end - 1], " ".join(words[max(0, end - 2) : end])
        found = FLAGS.get(pair) or FLAGS.get(last)
        if found == "problem" and end > 1 and words[end - 2] in ALARMED:
            found = FLAGS.get(words[end - 2], words[end - 2])
        if found is not None and (last not in PLACES or pair in FLAGS):
            before = set(words[: end - len(pair.split()) if pair in FLAGS else end - 1])
            return None if _is_of_machine(found, words[end:]) or _is_spoilt(found, before) else found
        place = place or (None if _is_of_machine(found, words[end:]) else found)
        if last in QUANTITIES and last not in FLAGS:
            return None
        if last not in _BEHIND:
            break
    return place


def _is_of_machine(device_class: str | None, behind: list[str]) -> bool:
    """Return True if the words behind the flag of a place name a machine in it: `garage.fan_on`."""
    return device_class in OF_PLACES and not ELECTRICAL.isdisjoint(behind)


def _of_limit(words: list[str]) -> str | None:
    """Return the flag of an alarm behind which its limit stands: `alarm_high`."""
    is_limit = len(words) > 1 and words[-1] in ALARM_TAILS and FLAGS.get(words[-2]) == "problem"
    return _at_end(words[:-1]) if is_limit else None


def _of_quantity(words: list[str]) -> str | None:
    """Return the flag of an alarm behind which its quantity stands: `alarm_temp`."""
    if "alarm" not in words[:-1]:
        return None
    start = words.index("alarm")
    is_of_quantity = any(word in QUANTITIES for word in words[start + 1 :])
    is_alarm = is_of_quantity and all(word in QUANTITIES or word in _OF_ALARMS for word in words[start + 1 :])
    return _at_end(words[: start + 1]) if is_alarm else None


def _of_group(path: str) -> str | None:
    """Return the flag of a block whose values are all of its kind: `doors.main`."""
    *blocks, key = path.split(".")
    found = GROUPS.get(plain(blocks[-1]).lower()) if blocks else None
    return found if found and NO_MEMBERS.isdisjoint(words_of(key)) and _SET.isdisjoint(words_of(key)) else None


def _is_spoilt(device_class: str, before: set[str]) -> bool:
    """Return True if the words before a flag make it a setting. The alarm of a limit is no setting."""
    if not before.isdisjoint(_SET):
        return True
    is_wanted = device_class != "problem" and not before.isdisjoint(WANTED)
    return is_wanted or not before.isdisjoint(_SPOILING)


def _first(head: Sequence[str]) -> str | None:
    """Return the flag of an Italian or French name, in which the noun is first."""
    if not head or head[0] not in FLAGS_FIRST:
        return None
    is_alarm = FLAGS[head[0]] == "problem" and head[-1] in ALARMED
    return FLAGS.get(head[-1]) if is_alarm else FLAGS[head[0]]
