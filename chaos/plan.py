"""The experiments of a run."""

from collections.abc import Iterator
import random

from .experiment import PHASES
from .faults import FAULTS, Fault
from .floods import PHASE as FLOOD
from .lifecycle import LIFECYCLE
from .subject import Subject

TRIAL = "trial"

type Experiment = tuple[str, str]

# The phase of each fault in a quick run: the most difficult one, or the setup for faults that are likely there.
QUICK_PHASES = {
    "refused": "setup",
    "reset": "command",
    "cut": "burst",
    "half-open": "command",
    "slow": "command",
    "throttled": "burst",
    "corrupt bytes": "burst",
    "restart": "burst",
    "401": "idle",
    "status 429": "setup",
    "status 500": "command",
    "status 503": "idle",
    "redirect": "idle",
    "DNS": "idle",
    "TLS changed": "idle",
    "TLS expired": "setup",
    "clock jump": "command",
    "clock back": "burst",
    "stop": "idle",
    "reload": "idle",
    "remove": "command",
}


def applies(subject: Subject, fault: Fault) -> bool:
    """Return True if a fault can happen to a subject."""
    return subject.endpoint.has_tls or not fault.tls


def phases(subject: Subject) -> tuple[str, ...]:
    """Return the phases of a subject."""
    return tuple(phase for phase in PHASES if phase != "command" or subject.endpoint.command is not None)


def everything(subject: Subject) -> list[Experiment]:
    """Return all faults and lifecycle actions in all phases, all trials and all floods."""
    names = [fault.name for fault in FAULTS if applies(subject, fault)] + list(LIFECYCLE)
    return [(name, phase) for name in names for phase in phases(subject)] + trials(subject) + floods(subject)


def floods(subject: Subject) -> list[Experiment]:
    """Return the floods of a subject."""
    return [(flood.name, FLOOD) for flood in subject.floods]


def trials(subject: Subject) -> list[Experiment]:
    """Return the trials of a subject."""
    return [(name, TRIAL) for name in subject.trials]


def quick(subject: Subject) -> list[Experiment]:
    """Return each experiment once; the phase is `idle` if the one of QUICK_PHASES is not possible."""
    possible = everything(subject)
    wanted = QUICK_PHASES.items()
    faults = [
        one if (one := (name, phase)) in possible else (name, "idle")
        for name, phase in wanted
        if (name, "idle") in possible
    ]
    return faults + trials(subject) + floods(subject)


def at_random(subject: Subject, rng: random.Random) -> Iterator[Experiment]:
    """Yield random experiments without end."""
    while True:
        yield rng.choice(everything(subject))
