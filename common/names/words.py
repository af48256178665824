"""Splits a name into words in lower case, without accents and without the numbers of parts."""

from collections.abc import Callable, Sequence
from functools import lru_cache
import re
import unicodedata

from . import vocabulary
from .flag_words import DENIALS, FLAG_TAILS, FLAGS
from .obis import words_for_codes
from .quantities import NOUN_FIRST, QUANTITIES
from .units import UNITS

# The most letters of a word with the number of a part, such as `hc1`, and the word that replaces it.
SHORT = 3
NUMBER = "#"

_SETS = (value for value in vars(vocabulary).values() if isinstance(value, frozenset))
KNOWN = frozenset(
    {
        *(word for words in (*QUANTITIES, *FLAGS) for word in words.split()),
        *(word for words in _SETS for word in words),
        *(*FLAG_TAILS, *DENIALS, *UNITS, *vocabulary.OF),
    }
)
# A plural is read like its singular.
_PLURALS = {f"{word}s": word for word in KNOWN - UNITS.keys() if len(word) > 3 and f"{word}s" not in KNOWN} | {
    "amps": "amps",
    "temperaturen": "temperatur",
}
_CONDUCTORS = vocabulary.ELECTRICAL | vocabulary.LINES | vocabulary.SUPPLIES
_WHICH_OR_WHERE = vocabulary.WHICH | vocabulary.STATISTICS | vocabulary.PLACES
# A dot before a space ends an abbreviation: `Temp. Vorlauf`.
_KEYS = re.compile(r"\.(?! )|/")
_BETWEEN = re.compile(r"[\W_]+")
# The boundaries of words in PV1Voltage, ACPower and pv1voltage.
_INSIDE = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[0-9])(?=[a-z])")
# The height, depth or time of a measurement: `temperature_2m`, `power_15min`.
_HEIGHT = re.compile(r"(avg|mean|max|min)?\d+(c?m|min|hr?|s|d)")
# Patterns of alternative spellings, and their replacements.
_WRITTEN: Sequence[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]] = (
    # energyKWh, kWhCounter
    (re.compile(r"(?<![A-Za-z])([kKM]Wh|kW|kVA)(?=[A-Z][a-z])"), r"\1_"),
    # The power of a phase: kW1, kVA3.
    (re.compile(r"(?<![A-Za-z])([kK]W|[kK]VA|[kK][vV][aA][rR])(?=\d)"), r"\1_"),
    # powerPeakW
    (re.compile(r"(?<=[Pp]eak)(?=W)"), "_"),
    (re.compile(r"(?<=[a-z0-9])([kKM]Wh|[kK]W|[kK]VA|hPa|(?<!druc)kPa|dBm)(?![A-Za-z])"), r"_\1"),
    # The tariff of a meter.
    (
        re.compile(
            r"(?i)(delivered|returned|used|exported|imported|export|import|consumed|produced|consumption|production|generated"
            r"|received|injected|bezug|einspeisung|verbrauch|prelievo|immissione)"
            r"[\W_]?(?:tariff|tarif|tarief|tariffa|rate)[\W_]?(?=\d)"
        ),
        r"\1_",
    ),
    (re.compile(r"(?i)tariff[\W_]?(?=\d.*(kwh|kvarh|m3|kw)$)"), ""),
    (re.compile(r"(?i)sea[\W_]?level"), "sea"),
    # The absolute humidity of an air quality sensor.
    (re.compile(r"(?<![A-Za-z])aHumidity(?![a-z])"), "absolute_humidity"),
    # uS_cm, mS/cm
    (re.compile(r"(?i)(?<![a-z])([um])s[\W_]?cm(?![a-z])"), r"\1scm"),
    # A letter after the number of a sensor is no number of another one: `probe1_c`.
    (re.compile(r"(?i)(probe|sonda|fuehler|sensor)_?(\d+)_([cf])(?![a-z])"), r"\1\2_deg\3"),
    # Revolutions a minute.
    (
        re.compile(r"(?i)(?<![a-z])(?:(?:giri_?(?:al|per)|umdrehungen_?pro|rev_?per)_?min(?:uto|ute)?|u_min)(?![a-z])"),
        "rpm",
    ),
    # Between a line and the neutral conductor, or two lines: `V_L_N`.
    (re.compile(r"(?<![A-Za-z])L_([LN])(?![A-Za-z])"), r"L\1"),
    # Home Assistant has no MPa.
    (re.compile(r"(?<=[a-z_ ])MPa(?![a-z])"), "_mpa"),
    # Particles, as the sensors of sensor.community call them.
    (re.compile(r"(?i)(?<![a-z])(?:sds|sds011|pms|hpm|npm|sps30)_p1(?!\d)"), "pm10"),
    (re.compile(r"(?i)(?<![a-z])(?:sds|sds011|pms|hpm|npm|sps30)_p2(?!\d)"), "pm25"),
    (re.compile(r"(?i)(?<![a-z])(?:pms|npm|sps30)_p0(?!\d)"), "pm1"),
    # `EnergyToTal`
    (re.compile(r"ToTal(?![a-z])"), "Total"),
    # BatterySoC
    (re.compile(r"So([CHE])(?![a-z])"), lambda found: f"So{found[1].lower()}"),
    (re.compile(r"(?i)state[\W_]?of[\W_]?(charge|energy|capacity)"), "soc"),
    (re.compile(r"(?i)kilo_?watt_?hours?"), "kwh"),
    (re.compile(r"(?i)watt_?hours?"), "wh_"),
    # A consumption per 100 km, and `mm_per_hour`, which is mm/h.
    (re.compile(r"(?i)kwh_?(per_?)?100_?km"), "kwh100km"),
    (re.compile(r"(?i)(?<![a-z])l(iters?)?_?(per_?)?100_?km"), "l100km"),
    (re.compile(r"(?i)(?<![a-z])(mm|in|l|m3|km|m)(?:ch|iter|itre)?s?_?per_?(h|min|s)[a-z]*"), r"\1\2"),
    (re.compile(r"(?i)(?<![a-z])met(?:er|re)s?[\W_](?:per[\W_])?s(?:ec(?:ond)?s?)?(?![a-z])"), "m_s"),
    (re.compile(r"(?i)(?<![a-z])miles?[\W_]?(?:per[\W_]?)?h(?:our)?(?![a-z])"), "mph"),
    (re.compile(r"(?i)(?<![a-z])kilomet(?:er|re)s?[\W_]?(?:per[\W_]?)?h(?:our)?(?![a-z])"), "kmh"),
    # The name of a band is no frequency: `clients_24ghz`.
    (re.compile(r"(?i)(?<![a-z\d])\d+[kmg]?hz(?![a-z])"), "band"),
    # The rain of the last 24 hours.
    (re.compile(r"(?i)(?<=rain)24(?![\dh])"), "_24h"),
    # PM2.5 and PM1.0 are one word each.
    (re.compile(r"(?i)(?<![a-z])pm[._ ]?(\d+)(?:[.,_p](?:(5)|0)(?![\da-z]))?"), r"pm\1\2"),
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
# With accents these words are French, and are read like the Italian ones, because the noun is first.
_FRENCH = re.compile(r"(temp)é(ratur)e|é(nergi)e", re.IGNORECASE)


def plain(text: str) -> str:
    """Return a text without accents, with superscript numbers as digits and umlauts as two letters."""
    text = _FRENCH.sub(lambda found: f"{found[1] or ''}e{found[2] or found[3]}a", unicodedata.normalize("NFC", text))
    text = unicodedata.normalize("NFKD", text.translate(_UMLAUTS))
    return "".join(one for one in text if not unicodedata.combining(one))


def words_of(path: str) -> list[str]:
    """Return the words of a path of keys."""
    return [word for key in keys_of(path) for word in key]


@lru_cache(maxsize=256)
def keys_of(path: str) -> Sequence[Sequence[str]]:
    """Return the words of each key of a path. The result is cached, because callers need it several times."""
    text = plain(words_for_codes(path))
    for pattern, read in _WRITTEN:
        text = pattern.sub(read, text)
    found: list[list[str]] = []
    for key in _KEYS.split(text):
        words = _words_of_key(key)
        if words == ["v"] and not _is_of_conductor(found):
            # As a separate key, `v` usually means the value.
            words = ["value"]
        found.append(words)
    return found


def _is_of_conductor(keys: Sequence[Sequence[str]]) -> bool:
    """Return True if the last key is that of something with a voltage, or that of a phase in it: `mains.a`."""
    names = [key[-1] for key in keys if key and key != ["a"]]
    return bool(names) and bool(keys[-1]) and names[-1] in _CONDUCTORS


def head_of(path: str) -> Sequence[str]:
    """Return the words of the last key that has more than words for a part or a place."""
    said = [key for key in keys_of(path) if not _WHICH_OR_WHERE.issuperset(key)]
    return said[-1] if said else []


def _words_of_key(key: str) -> list[str]:
    # As a separate key, `min` means the minimum and not minutes.
    if key.lower() == "min":
        return ["minimum"]
    found: list[str] = []
    for part in filter(None, _BETWEEN.split(key)):
        if _HEIGHT.fullmatch(part):
            found.append(NUMBER)
            continue
        # kWh and pH are one word.
        for word in [part] if part.lower() in KNOWN else _INSIDE.split(part):
            is_letter = found and _is_letter(word.lower(), found[-1])
            for one in word[0].lower() if is_letter else _read(word.lower()):
                # In Italian and French, a later noun is not the noun of the name.
                is_late = one in NOUN_FIRST and not all(before in KNOWN for before in found)
                found.append(f"{one}?" if is_late else one)
    return found


def _is_letter(word: str, before: str) -> bool:
    """Return True for a unit with the number of a part: `TempF1`, `FlowM3H1`."""
    is_number = word[1:].isdigit()
    return is_number and ((word[0] in "acfvwy" and before in QUANTITIES) or (word[0] in "hs" and before in UNITS))


@lru_cache(maxsize=1024)
def _read(word: str) -> tuple[str, ...]:
    """Return the parts of a word: itself, its known parts, or NUMBER for the number of a part."""
    if word in KNOWN:
        return (word,)
    if word in _PLURALS:
        return (_PLURALS[word],)
    if word in vocabulary.GLUED:
        return vocabulary.GLUED[word]
    stem = word
    while stem[-1:].isdigit():
        stem = stem[:-1]
        if stem in KNOWN and len(stem) > 1:
            # `co21` is the first CO2.
            return (stem,)
    if stem != word and stem not in vocabulary.GLUED:
        return () if not stem else (NUMBER,) if len(stem) <= SHORT else _read(stem)
    return vocabulary.GLUED.get(stem) or _known_parts(word) or _compound(word) or (word,)


def _known_parts(word: str) -> tuple[str, ...]:
    """Return the known words of which a word consists, preferring long ones; () if there are none."""
    for end in range(len(word) - 1, 1, -1):
        first, rest = word[:end], word[end:]
        if first not in KNOWN or (end < SHORT and first not in _SHORT_FIRST):
            continue
        if rest in _ENDS:
            return (first, rest)
        if parts := _known_parts(rest):
            return (first, *parts)
    return ()


def _compound(word: str) -> tuple[str, ...]:
    """Return the two parts of a compound with a known end; () for another word."""
    for end in vocabulary.COMPOUND_ENDS:
        if word.endswith(end):
            first = word.removesuffix(end)
            return (*(_known_parts(first) or (first,)), end)
    return next(((end,) for end in vocabulary.PART_ENDS if word.endswith(end)), ())


# The short words with which a glued word may begin, and the words with which it may end.
_SHORT_FIRST = frozenset({"ac", "ch", "dc", "hc", "in", "pv", "ww"})
_ENDS = frozenset(word for word in KNOWN if len(word) >= SHORT or (len(word) == 2 and word in UNITS)) | {
    *_SHORT_FIRST,
    "c",
    "f",
}
