"""What the demo knows of a vendor. One entry, `VENDOR = Vendor(...)`, lives in demo/vendors/<vendor>.py.

Beside it stands dashboards/<vendor>.yaml, one dashboard view with sections. Its first section also appears on the
overview, so it shows what a person wants to see first.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .client import Client
    from .simulators import Running

# What is typed on one page of a flow, given where the simulators listen. A menu takes {"next_step_id": "..."}.
type Inputs = Callable[[Mapping[str, Running]], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Process:
    """One simulator to start."""

    name: str
    """As `script/simulate` knows it: rotoclear, instathings_gateway, ..."""

    options: tuple[str, ...] = ()
    """Its own command line options; ports are chosen by the demo."""


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One run through a config flow, or through a subentry flow of the entry that was just made."""

    steps: Mapping[str, Inputs]
    """Step id to what is typed there. A step that shows up without being named here ends the demo with an error."""

    subentries: Mapping[str, tuple[Flow, ...]] = field(default_factory=dict)
    """Subentry type to the subentries to add afterwards."""


@dataclass(frozen=True, kw_only=True)
class Action:
    """One call of a Home Assistant action (service)."""

    name: str
    """`light.turn_on`"""

    entity_id: str = ""
    """Its target; empty where the action has none."""

    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a simulator must have noted in its record."""

    simulator: str
    kind: str
    details: Mapping[str, Any] = field(default_factory=dict)
    """What the noted message must contain; more may be in it. Values that are mappings are compared the same way."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """The real action of `script/demo --check`: do it, find it in the simulator's record, see the state come back."""

    action: Action
    seen: Seen
    entity_id: str
    """The entity whose state answers."""

    state: str
    """The state the action leads to."""

    before: Action
    """Brings the entity into another state. Called first where the state is already the one to come, and afterwards."""


@dataclass(frozen=True, kw_only=True)
class Vendor:
    """A vendor's place in the demo."""

    domain: str
    title: str
    simulators: tuple[Process, ...]
    flows: tuple[Flow, ...]
    """One per config entry."""

    check: Check
    prepare: Callable[[Client, Mapping[str, Running]], Awaitable[None]] | None = None
    """Called at every start, once the entries are there, for what no flow can do: a simulator that has just been
    started knows nothing of the webhook it is to call."""
