"""A vendor's place in the demo, in addition to its record in harness/.

`EXHIBIT = Exhibit(...)` is in demo/vendors/<vendor>.py. dashboards/<vendor>.yaml is one dashboard view with sections,
demo/overview.yaml holds what is on the overview.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.vendor import Endpoint, Seen, Vendor

from .client import Action, Client
from .simulators import Running

# What is typed on each page of a flow, by step id, given where the simulators listen.
type Answers = Callable[[Mapping[str, Running]], dict[str, dict[str, Any]]]


@dataclass(frozen=True, kw_only=True)
class Flow:
    """One run through a config flow, or through a subentry flow of the entry that was just made."""

    answers: Answers
    """A step that shows up without being named there ends the demo with an error."""

    subentries: Mapping[str, tuple[Flow, ...]] = field(default_factory=dict)
    """Subentry type to the subentries to add afterwards."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """The real action of `script/demo --check`: do it, find it in the simulator's record, see the state come back."""

    action: Action
    simulator: str
    seen: Seen
    entity_id: str
    """The entity whose state answers."""

    state: str
    """The state the action leads to."""

    before: Action
    """Brings the entity into another state. Called first where the state is already the one to come, and afterwards."""


@dataclass(frozen=True, kw_only=True)
class Automation:
    """An automation made from one of the vendor's blueprints."""

    alias: str
    blueprint: str
    """The file's name in blueprints/automation/<vendor>/, without `.yaml`."""

    inputs: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Energy:
    """The vendor's part of the energy dashboard, in the words of Home Assistant's preferences."""

    sources: tuple[Mapping[str, Any], ...] = ()
    devices: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """A vendor in the demo."""

    vendor: Vendor
    """Has an entry for each of its endpoints."""

    check: Check
    beside: tuple[Endpoint, ...] = ()
    """Simulators that run, too, and have no entry of their own."""

    subentries: Mapping[str, tuple[Flow, ...]] = field(default_factory=dict)
    """Of the first endpoint's entry."""

    prepare: Callable[[Client, Mapping[str, Running]], Awaitable[None]] | None = None
    """Called at every start, once the entries are there, for what no flow can do: a simulator that has just been
    started knows nothing of the webhook it is to call."""

    rooms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Area of demo/house.py to the names of the devices in it."""

    automations: tuple[Automation, ...] = ()
    """One from each of the vendor's blueprints."""

    energy: Energy = Energy()
    history_of: str = ""
    """The device whose stored readings are imported; empty where the vendor stores none."""

    enliven: Callable[[Client, Mapping[str, Running]], Awaitable[None]] | None = None
    """Called last, at every start: what makes the first picture alive, since simulators forget what was on."""

    @property
    def domain(self) -> str:
        """The integration's domain."""
        return self.vendor.domain

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """All simulators."""
        return (*self.vendor.endpoints, *self.beside)

    @property
    def flows(self) -> list[Flow]:
        """One per config entry."""
        first, *others = self.vendor.endpoints
        return [
            Flow(answers=_answers(first), subentries=self.subentries),
            *(Flow(answers=_answers(endpoint)) for endpoint in others),
        ]


def _answers(endpoint: Endpoint) -> Answers:
    return lambda at: endpoint.steps(at[endpoint.name].address)
