"""Names of times that say what lasts, and the unit: `ore_pompa`, `engine.hours`, `service_in_h`, `time_to_go_min`."""

from collections.abc import Sequence
from typing import NamedTuple

from .quantities import DURATION, OPERATION, Quantity, word_set
from .units import UNITS
from .vocabulary import LINES, PLACES, SUMS
from .words import NUMBER

# Words for the work of a machine.
_RUNNING = word_set("""
    run running operating operation operational working work machine duty cut cutting filter filtering filtration
    lighting burning burner burn brewing spray spraying meter engine
    marcia lavoro funzionamento esercizio servizio accensione moto attivita filtrazione irrigazione macchina taglio
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
_MACHINES = word_set("""
    dehumidifier humidifier tractor mower press mixer turbine conveyor robot crane forklift excavator washer dishwasher
    blower aerator belt lathe mill grinder crusher vacuum centrifuge separator extractor projector auger lift elevator
    escalator vehicle machinery uv lamps light lights printer laser welder
    deumidificatore umidificatore trattore tosaerba sega pressa miscelatore mescolatore turbina nastro gru muletto
    escavatore lavatrice lavastoviglie asciugatrice ossigenatore aeratore soffiante tornio fresa mulino centrifuga
    separatore estrattore coclea macinatore ascensore veicolo lampade luce luci saldatrice stampante
    entfeuchter befeuchter traktor maeher presse mischer foerderband kran stapler bagger waschmaschine spuelmaschine
    geblaese beluefter drehmaschine muehle brecher zentrifuge schnecke rechen aufzug fahrzeug lampen licht
    schweissgeraet
    drucker turbinen anlage geraet
""")
_OPERATING = _MACHINES | _RUNNING | PLACES | SUMS | LINES


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
