"""Which experiments a run makes."""

from collections.abc import Iterator
import random

from .faults import FAULTS, Fault
from .lifecycle import LIFECYCLE
from .promise import PHASES
from .vendor import Vendor

type Experiment = tuple[str, str]

# A quick run has each fault once, in the phase where it hurts most, and setup where it is likeliest.
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
}


def applies(vendor: Vendor, fault: Fault, phase: str) -> bool:
    """Tell whether a fault can happen to a vendor in a phase."""
    if (fault.tls and not vendor.tls) or (fault.asks_person and not vendor.refuses_credentials):
        return False
    return phase != "setup" or not fault.no_effect_on_setup


def everything(vendor: Vendor) -> list[Experiment]:
    """Return every fault in every phase, and the lifecycle."""
    found = [(fault.name, phase) for fault in FAULTS for phase in PHASES if applies(vendor, fault, phase)]
    return found + [(name, "") for name in LIFECYCLE]


def quick(vendor: Vendor) -> list[Experiment]:
    """Return each fault once, and the lifecycle."""
    found = [(fault.name, QUICK_PHASES[fault.name]) for fault in FAULTS]
    by_name = {fault.name: fault for fault in FAULTS}
    found = [(name, phase) for name, phase in found if applies(vendor, by_name[name], phase)]
    return found + [(name, "") for name in LIFECYCLE]


def at_random(vendor: Vendor, rng: random.Random) -> Iterator[Experiment]:
    """Return experiments without end."""
    while True:
        yield rng.choice(everything(vendor))
