"""Names of times that say what lasts, and the unit: `ore_pompa`, `engine.hours`, `service_in_h`, `time_to_go_min`."""

from collections.abc import Sequence
from typing import NamedTuple

from .machines import MACHINES
from .quantities import DURATION, OPERATION, QUANTITIES, Quantity, word_set
from .units import UNITS
from .vocabulary import LINES, OVER, PERIODS, PLACES, SUMS, TIMES
from .words import NUMBER

# Words for the work of a machine.
_RUNNING = word_set("""
    run running operating operation operational working work machine duty cut cutting filter filtering filtration
    lighting burning burner burn brewing spray spraying meter engine
    marcia lavoro funzionamento funz func eserc esercizio servizio accensione moto attivita filtrazione filtro
    filtri irrigazione macchina taglio
    macinino macinatura bruciatore utilizzo
    betrieb betriebs lauf brenner maschine filter beleuchtung
    fonctionnement marche travail machine bruleur
""")
# Words for what is due, and for what is left of a time.
_DUE = word_set("""
    service servicing maintenance inspection overhaul due next change replacement remaining left rest until till
    expiry autonomy autonomia autonomie backup reserve
    manutenzione tagliando revisione ispezione prossima prossimo cambio sostituzione residue residui residuo rimanenti
    rimanente restanti mancanti mancante tra fra
    wartung inspektion revision naechste naechster naechsten restliche verbleibend verbleibende bis faellig
    filterwechsel oelwechsel
    entretien prochain prochaine restantes restants restant
""")
# Words between a time and what will have happened then: `time_to_go`, `tempo_a_vuoto`.
_UNTIL = word_set("to until till bis fino")
_TIME = word_set("time tempo zeit temps")
_FILLERS = word_set("in to a al alla di the of for per fuer zur zum der die das") | {NUMBER}
_HOURS = word_set("hours hour hrs ore stunden heures")
_DAYS = word_set("days tage tagen giorni jours")
_LETTERS = word_set("h min mins minutes minuti minuten s sec seconds secondi sekunden d")
_OPERATING = MACHINES | _RUNNING | PLACES | SUMS | LINES


class Span(NamedTuple):
    """A time and its unit. `is_at_end` is True if the name is complete without the unit: `time_to_go_min`."""

    quantity: Quantity
    unit: str
    is_at_end: bool


def span_in(words: Sequence[str]) -> Span | None:
    """Return the time that a name consists of, and its unit; None for another name.

    The hours of a machine are counted, those until its service are not.
    """
    of_time = [word for word in words if word in _HOURS or word in _DAYS]
    is_at_end = not of_time and list(words[-2:-1]) != ["in"]
    of_time = of_time or [word for word in words[-1:] if word in _LETTERS]
    others = frozenset(words) - _FILLERS - frozenset(of_time)
    if len(of_time) != 1 or not others:
        return None
    unit = "d" if of_time[0] in _DAYS else next(unit for unit in UNITS[of_time[0]] if unit in DURATION.units)
    is_until = bool(others & _TIME) and not _UNTIL.isdisjoint(words)
    if is_until or (others <= _DUE | _OPERATING | _TIME and not others.isdisjoint(_DUE)):
        return Span(DURATION, unit, is_at_end)
    is_run = of_time[0] in _HOURS or (of_time[0] == "h" and not others.isdisjoint(_RUNNING))
    return Span(OPERATION, unit, is_at_end) if is_run and unit == "h" and others <= _OPERATING else None


def hours_of(key: Sequence[str], before: Sequence[str]) -> Span | None:
    """Return the operating time under a key such as `hours`, in the block of something that is no time or quantity."""
    is_bare = len(key) == 1 and key[0] in _HOURS
    others = frozenset(before) - {NUMBER}
    is_of_thing = bool(others) and others.isdisjoint(QUANTITIES.keys() | PERIODS | OVER | TIMES | _DUE | _TIME)
    return Span(OPERATION, "h", is_at_end=False) if is_bare and is_of_thing else None
