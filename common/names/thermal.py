"""Places and media of a heating whose number is a temperature if others of the device are: `Heissgas`, `Aussen`."""

from collections.abc import Iterable, Sequence

from .quantities import QUANTITIES, word_set
from .units import UNCLEAR, UNITS
from .vocabulary import CIRCUITS, HEATED, LAYERS, PLACES
from .words import NUMBER, keys_of, words_of

_MEDIA = (
    CIRCUITS
    | HEATED
    | word_set("""
    vl rl sole heissgas sauggas kaeltemittel kollektor kollektoren warmwasser brauchwasser trinkwasser ww zuluft abluft
    fortluft aussenluft umluft abgas rauchgas aussen innen raum aussenfuehler estrich fussboden wohnraum
    esterna interna esterno interno ambiente collettore acs fumi cielo platea sanitario ricircolo
    zirkulation oberhitze unterhitze
    outdoor indoor outside inside ambient collector dhw hotwater brine flue hotgas nozzle hotend bed core
    exterieur interieur depart retour ballon
""")
)
_ENDS = (frozenset({"vorlauf", "ruecklauf"}), frozenset({"mandata", "ritorno"}), frozenset({"vl", "rl"}))
_BESIDE = (
    LAYERS
    | word_set("""
    ein aus in out eintritt austritt ist istwert actual attuale heizkreis kreis hk temp zone zona
    primario secondario primaer sekundaer primary secondary
""")
    | {NUMBER}
)
# Units that are no other words.
_UNITS = UNITS.keys() - UNCLEAR - _BESIDE


def is_thermal(path: str) -> bool:
    """Return True for a name that consists of words for places and media of a heating."""
    key: Sequence[str] = keys_of(path)[-1]
    if not _UNITS.isdisjoint(words_of(path)):
        # `tyre_bar.rl`
        return False
    if not CIRCUITS.isdisjoint((*key[:1], *key[-1:])) and not any(word in QUANTITIES for word in key):
        # `Piste_Vorlauf`
        return True
    before = words_of(path)[: -len(key) or None]
    words = {*key} if not _BESIDE.issuperset(key) else {*key, *before}
    has_quantity = any(word in QUANTITIES for word in before)
    return not _MEDIA.isdisjoint(words) and (_MEDIA | _BESIDE | PLACES).issuperset(words) and not has_quantity


def are_circuits(paths: Iterable[str]) -> bool:
    """Return True for names among which are both ends of a circuit, such as `Vorlauf` and `Ruecklauf`."""
    words = {word for path in paths for word in keys_of(path)[-1]}
    return any(ends <= words for ends in _ENDS)
