"""The words for on and off, as devices write them."""

from ...common.names.flags import is_one_of_several
from ..model import Scalar
from .rules import UNKNOWN, Kind, Rule

_PAIRS = (
    *(("ON", "OFF"), ("LOCK", "UNLOCK"), ("LOCKED", "UNLOCKED"), ("AUTO", "MANUAL"), ("ENABLE", "DISABLE")),
    *(("ENABLED", "DISABLED"), ("TRUE", "FALSE"), ("OPEN", "CLOSE"), ("YES", "NO"), ("START", "STOP")),
    *(("OPEN", "CLOSED"), ("WET", "DRY"), ("DETECTED", "CLEAR"), ("PRESENT", "ABSENT"), ("MOVING", "STILL")),
    *(("ALARM", "NORMAL"), ("LEAK", "NORMAL"), ("TRIGGER", "NORMAL"), ("OCCUPIED", "VACANT")),
    *(("DETECTED", "NOT_DETECTED"), ("PRESSED", "RELEASED"), ("CONNECTED", "DISCONNECTED")),
    *(("ARMED", "DISARMED"), ("MUTED", "UNMUTED"), ("SHOW", "HIDE"), ("ONLINE", "OFFLINE"), ("OPENED", "CLOSED")),
)
# A device reports these, and is not sent them.
NEVER_SET = frozenset(
    {"WET", "DETECTED", "PRESENT", "MOVING", "ALARM", "LEAK", "PRESSED", "ONLINE", "OPENED", "CONNECTED"}
)
_PAIR_OF = {word: pair for pair in reversed(_PAIRS) for word in pair}


def pair_of(value: str) -> tuple[str, str] | None:
    """Return the device's words for on and off, written as it writes one of them; None for any other word."""
    if (pair := _PAIR_OF.get(value.upper())) is None:
        return None
    change = str.lower if value.islower() else str.capitalize if value.istitle() else str.upper
    return (change(pair[0]), change(pair[1]))


# Something that has a mode may have others besides `auto`.
_AUTO = frozenset({"auto", "Auto"})
# Words of a flag under any name.
_ANY_FLAG = frozenset({"ON", "TRUE"})
# What is on in normal operation.
_NORMALLY_ON = frozenset({"battery_charging", "connectivity", "plug", "power", "running"})


def fits(pair: tuple[Scalar, Scalar], device_class: str | None) -> bool:
    """Return False for words that are none of a flag of this class: a `running_status` of `Normal`."""
    return str(pair[1]).upper() != "NORMAL" or device_class not in _NORMALLY_ON


def is_flag(path: str, rule: Rule, pair: tuple[Scalar, Scalar] | None, *, is_radio: bool) -> bool:
    """Return True if a value with words for on and off is a flag, and not one of several words.

    `is_radio` is True for a Zigbee device, whose keys without a row may have more words.
    """
    if pair is None:
        return False
    word = str(pair[0])
    is_open = rule.platform == "number" and rule.kind is Kind.ANY and not rule.limits and word not in _AUTO
    return (
        (rule.platform == "binary_sensor" and fits(pair, rule.device_class))
        or (rule.platform == "switch" and not rule.options and word.upper() not in NEVER_SET)
        # What some models set as a flag and others by words is a flag where it is on or off.
        or (rule.platform == "select" and not rule.options and word in ("ON", "On", "on"))
        or (is_open and (is_radio or not is_one_of_several(path)))
        or (not is_radio and rule.key == UNKNOWN.key and word.upper() in _ANY_FLAG and not is_one_of_several(path))
    )
