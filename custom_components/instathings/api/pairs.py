"""The words for on and off, as devices write them."""

from .model import Scalar

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


# What is on in normal operation.
_NORMALLY_ON = frozenset({"battery_charging", "connectivity", "plug", "power", "running"})


def fits(pair: tuple[Scalar, Scalar], device_class: str | None) -> bool:
    """Return False for words that are none of a flag of this class: a `running_status` of `Normal`."""
    return str(pair[1]).upper() != "NORMAL" or device_class not in _NORMALLY_ON
