"""What an attribute means that is true or false: its labels decide, then its name.

Which of the two is "on" follows from the words of the labels; a label that begins with "no" is the off one. Without
labels the name says it: `doorClosed` is true for what Home Assistant calls off.
Source: docs/protocol/pimatic.md#contacts-and-presence.
"""

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from homeassistant.components.binary_sensor import BinarySensorDeviceClass as Binary

from ..api import Attribute
from .vocabulary import words
from .words import split


class Flag(NamedTuple):
    """The class of a binary sensor; `is_inverted` if true is "off" in Home Assistant. `why` is the rule."""

    device_class: Binary | None = None
    is_inverted: bool = False
    is_diagnostic: bool = False
    why: str = "no word of the vocabulary"


REACHABLE: Final = Flag(Binary.CONNECTIVITY, is_diagnostic=True, why="the presence of something that is switched")

# Names, by their head noun.
_NOUNS_OF: Final[Mapping[Binary | None, str]] = {
    Binary.OPENING: "contact kontakt open opened opening offen aperto aperta hood trunk kofferraum motorhaube",
    Binary.DOOR: "door doors tuer tueren porta deur doorfrontleft doorfrontright doorbackleft doorbackright tailgate",
    Binary.WINDOW: "window windows fenster finestra raam",
    Binary.GARAGE_DOOR: "garagedoor garagentor garage",
    Binary.LOCK: "unlocked",
    Binary.MOTION: "motion bewegung movimento beweging movement pir bewegungsmelder occupancysensor",
    Binary.OCCUPANCY: "presence present anwesend anwesenheit occupancy praesenz presenza aanwezigheid occupied",
    Binary.SMOKE: "smoke fire rauch feuer fumo fumi incendio rook brand",
    Binary.MOISTURE: """
        water leak leakage wasser wet moisture flood nass acqua perdita rain regen leck lek lekkage pioggia
        neerslag""",
    Binary.MOVING: "moving",
    Binary.VIBRATION: "vibration tilt erschuetterung",
    Binary.CO: "co carbon carbonmonoxide kohlenmonoxid monossido",
    Binary.GAS: "gas",
    Binary.BATTERY: """
        battery lowbattery batterylow batterie batterystate lowbat batteryempty bat batterielow batterycritical
        criticalbattery batteryweak weakbattery batteryalarm batterywarning batterytrouble batterieleer
        batterieschwach batteria batteriascarica batterij batterijleeg batterijlaag""",
    Binary.BATTERY_CHARGING: "charging batterycharging ischarging laden",
    Binary.CONNECTIVITY: """
        reachable online connected connection connectivity verbunden erreichbar devicestatus isonline isconnected alive
        isreachable linkstate""",
    Binary.PROBLEM: """
        fault problem error stoerung fehler failure guasto storing trouble malfunction defect defekt ausfall overload
        ueberlast overheat overheated overheating anomalia avaria dirty verschmutzt clogged jam
        jammed stuck blockiert""",
    Binary.TAMPER: "tamper tampered sabotage manomissione manipuliert",
    Binary.PLUG: "plugged pluggedin plug eingesteckt",
    Binary.RUNNING: """
        running engine active laeuft burneractive pumpactive isrunning burner pump pumpe brenner verdichter kompressor
        compressor pompa bruciatore compressore cleaning mowing washing printing""",
    Binary.HEAT: "flame flamme fiamma vlam",
    Binary.COLD: "frost freezing gelo vorst",
    Binary.UPDATE: "updateavailable update",
    Binary.SOUND: "sound noise",
    # Nouns that say something else than the word before them.
    None: """
        synced dark daylight light state status mode modus valve ventil alarm alarme allarme button backlight program
        programm heating cooling heater cooler muted mute session count counter detection schedule timer delay boost
        eco holiday enable enabled disable disabled aktiviert allowed required requested request supported setting test
        bell doorbell klingel childlock kindersicherung keylock keypadlock buttonlock tastensperre hotwater warmwater
        warmwasser domestichotwater dhw acquacalda waterheater watervalve waterlow lowwater waterlevel co2
        frostprotection frostschutz antigelo""",
}
# Names that are true for what Home Assistant calls off.
_OPPOSITES_OF: Final[Mapping[Binary, str]] = {
    Binary.OPENING: "closed geschlossen zu chiuso chiusa gesloten dicht",
    Binary.LOCK: "lock locked schloss verriegelt serratura slot",
    Binary.CONNECTIVITY: "offline unreachable disconnected getrennt",
    Binary.PROBLEM: "ok okay healthy",
    Binary.PLUG: "unplugged",
    Binary.PRESENCE: "absent abwesend assente afwezig",
}
_OPPOSITES: Final = words(" ".join(_OPPOSITES_OF.values()))
FLAG_NOUNS: Final[Mapping[str, Binary | None]] = {
    word: device_class
    for table in (_NOUNS_OF, _OPPOSITES_OF)
    for device_class, listed in table.items()
    for word in listed.split()
}
# Behind another noun these say only that it is so: "active" of whatever it is, "alarm" of a danger.
_ALARMS: Final = frozenset({"alarm", "alarme", "allarme"})
_DANGERS: Final = {
    Binary.SMOKE,
    Binary.GAS,
    Binary.CO,
    Binary.MOISTURE,
    Binary.TAMPER,
    Binary.COLD,
    Binary.HEAT,
    Binary.VIBRATION,
    Binary.MOTION,
    Binary.BATTERY,
}
# Labels that tell a class, the word for "on" before the one for "off". Names of opened things keep their own class.
_PAIRS_OF: Final[Mapping[Binary, str]] = {
    Binary.OPENING: """
        open/closed opened/closed opened/close open/close open/shut offen/geschlossen offen/zu auf/zu
        geoeffnet/geschlossen
        aperto/chiuso aperta/chiusa open/dicht open/gesloten ouvert/ferme""",
    Binary.LOCK: """
        unlocked/locked entriegelt/verriegelt offen/verriegelt aufgeschlossen/abgeschlossen sbloccato/bloccato
        unlock/lock""",
    Binary.CONNECTIVITY: """
        online/offline connected/disconnected reachable/unreachable connected/notconnected verbunden/getrennt
        erreichbar/nichterreichbar""",
    Binary.MOISTURE: "wet/dry nass/trocken feucht/trocken bagnato/asciutto water/dry nat/droog leak/dry",
    Binary.BATTERY: "low/ok low/full low/normal low/good leer/voll leer/ok schwach/ok empty/full niedrig/ok scarica/ok",
    Binary.MOTION: """
        motion/nomotion bewegung/ruhig bewegung/keinebewegung moving/still movement/nomovement motion/clear""",
    Binary.OCCUPANCY: "occupied/free besetzt/frei belegt/frei occupato/libero bezet/vrij",
    Binary.PRESENCE: "home/away home/nothome zuhause/abwesend zuhause/weg daheim/weg thuis/weg casa/fuori",
    Binary.PROBLEM: "fault/ok error/ok problem/ok fehler/ok stoerung/ok alarm/ok failure/ok",
    Binary.RUNNING: "running/stopped running/idle laeuft/steht",
    Binary.BATTERY_CHARGING: "charging/notcharging laedt/laedtnicht",
    Binary.SMOKE: "smoke/clear smoke/nosmoke rauch/keinrauch fire/nofire",
    Binary.PLUG: "plugged/unplugged pluggedin/unplugged",
}
LABEL_PAIRS: Final[Mapping[tuple[str, str], Binary]] = {
    (pair.partition("/")[0], pair.partition("/")[2]): device_class
    for device_class, pairs in _PAIRS_OF.items()
    for pair in pairs.split()
}
_NEGATIONS: Final = frozenset({"no", "not", "kein", "keine", "nicht", "ohne", "none", "without", "non", "geen", "niet"})
# The words for "off" of whatever class: one of them alone shows which label is which.
_OFF_WORDS: Final = frozenset({off for _, off in LABEL_PAIRS}) | words(
    "absent off away abwesend clear ok aus spento uit"
)
_ON_WORDS: Final = frozenset({on for on, _ in LABEL_PAIRS}) | words("present on home anwesend detected ein acceso aan")
OPENED: Final = {Binary.OPENING, Binary.DOOR, Binary.WINDOW, Binary.GARAGE_DOOR}
# States that users do not set: an action for one of these sends a measured state to the server.
SENSED: Final = OPENED | {
    Binary.MOTION,
    Binary.OCCUPANCY,
    Binary.PRESENCE,
    Binary.SMOKE,
    Binary.MOISTURE,
    Binary.VIBRATION,
    Binary.CO,
    Binary.GAS,
    Binary.BATTERY,
    Binary.CONNECTIVITY,
    Binary.PROBLEM,
    Binary.TAMPER,
}
_DIAGNOSTIC: Final = {Binary.BATTERY, Binary.CONNECTIVITY, Binary.UPDATE, Binary.BATTERY_CHARGING}
_WORDS: Final = frozenset(FLAG_NOUNS) | words("low front left right back is tap device not melder detector sensor")
# Of these alone true may be good or bad.
_NEEDS_LABELS: Final = {"battery", "batterie", "batteria", "batterij", "bat", "batterystate"}


def flag(attribute: Attribute) -> Flag:
    """Return what an attribute means that is true or false."""
    name = _words_of(attribute.name)
    nouns = [word for word in name if word in FLAG_NOUNS]
    head = _head(nouns)
    labelled, is_inverted = _labels(attribute)
    named = FLAG_NOUNS.get(head) if head else None
    # The labels decide; the name can only give a more exact class of the same kind.
    device_class = _more_exact(labelled or named, nouns)
    why = f'the labels "{"/".join(attribute.labels)}"' if labelled else f'the word "{head}"' if head else Flag().why
    if device_class is Binary.BATTERY and head in _NEEDS_LABELS and not attribute.labels:
        return Flag(is_diagnostic=True, why="a battery that does not say whether true is low")
    if labelled is None and head in _OPPOSITES:
        is_inverted = not is_inverted
    if device_class in OPENED and labelled is None and "contact" in name:
        # pimatic's own sense, also with labels that the user wrote.
        is_inverted = True
    is_diagnostic = device_class in _DIAGNOSTIC or head == "synced"
    return Flag(device_class, is_inverted, is_diagnostic, why)


@lru_cache(maxsize=4096)
def _words_of(name: str) -> tuple[str, ...]:
    return tuple(split(name, _WORDS))


def _head(nouns: list[str]) -> str:
    """Return the head noun: the last word that is more than a state."""
    for noun, before in pairwise([*reversed(nouns), ""]):
        says_so = noun == "active" or (noun in _ALARMS and FLAG_NOUNS.get(before) in _DANGERS)
        if not (before and says_so):
            return noun
    return ""


def _more_exact(device_class: Binary | None, nouns: list[str]) -> Binary | None:
    """Return a more exact class by a noun in the name, such as a door for an opening."""
    named = (FLAG_NOUNS[noun] for noun in reversed(nouns))
    return next((one for one in named if (device_class, one) in _MORE), device_class)


# Labels that only say "on": of what, the name says.
_ADJECTIVES: Final = frozenset({"active", "enabled"})
# Classes that labels give, and the more exact ones that a name gives.
_MORE: Final = {
    *((Binary.OPENING, one) for one in OPENED - {Binary.OPENING}),
    *((Binary.PROBLEM, one) for one in (Binary.SMOKE, Binary.GAS, Binary.CO, Binary.MOISTURE, Binary.TAMPER)),
    (Binary.PROBLEM, Binary.BATTERY),
}


@lru_cache(maxsize=1024)
def _label_words(text: str) -> tuple[str, ...]:
    return tuple(split(text, ()))


def _label(text: str) -> str:
    """Return a label as in the tables above: in lower case, without blanks and umlauts."""
    return "".join(_label_words(text))


def _labels(attribute: Attribute) -> tuple[Binary | None, bool]:
    """Return the class by the labels, and True if the label for true is the word for "off"."""
    if len(attribute.labels) != 2:
        return None, False
    true, false = (_label(text) for text in attribute.labels)
    for pair, is_turned in (((true, false), False), ((false, true), True)):
        if (found := LABEL_PAIRS.get(pair)) is Binary.BATTERY and not _names_battery(attribute):
            return None, False
        if found is not None:
            return found, is_turned
    first, second = (_label_words(text) for text in attribute.labels)
    negated = [bool(label) and label[0] in _NEGATIONS for label in (first, second)]
    named = [word for word in (second if negated[0] else first) if word not in _ADJECTIVES]
    told = next((FLAG_NOUNS[word] for word in named if word in FLAG_NOUNS), None)
    if negated[0] != negated[1]:
        return told, negated[0]
    is_off = [bool(_OFF_WORDS.intersection(one)) and not _ON_WORDS.intersection(one) for one in (first, second)]
    is_inverted = is_off[0] and not is_off[1]
    return told if is_off[0] != is_off[1] else None, is_inverted


def _names_battery(attribute: Attribute) -> bool:
    """Return True if a battery is what is low or empty: of a tank or a mailbox the labels are the same."""
    texts = (attribute.name, attribute.label, attribute.acronym)
    return any(FLAG_NOUNS.get(word) is Binary.BATTERY for text in texts for word in _words_of(text))
