"""The record of a vendor in the demo, in addition to its record in harness/.

`EXHIBIT = Exhibit(...)` is in demo/vendors/<vendor>.py. dashboards/<vendor>.yaml has the dashboard view of the vendor,
demo/overview.yaml its section in the overview.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.vendor import Endpoint, Seen, Vendor

from .client import Action, Client
from .simulators import Running

# Returns the user input of a flow by step id, for the running simulators.
type Answers = Callable[[Mapping[str, Running]], dict[str, dict[str, Any]]]


@dataclass(frozen=True, kw_only=True)
class Flow:
    """A config flow, or a subentry flow of a new entry."""

    answers: Answers
    """The user input. The demo fails if the flow has another step."""

    subentries: Mapping[str, tuple[Flow, ...]] = field(default_factory=dict)
    """The subentries to add to the new entry, by subentry type."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """The check of a vendor: an action, its message in the record of the simulator, and the new state."""

    action: Action
    simulator: str
    seen: Seen
    entity_id: str
    """The entity whose state the action changes."""

    state: str
    """The state after the action."""

    before: Action
    """The action for another state. It is called before if the entity has the state already, and afterwards."""


@dataclass(frozen=True, kw_only=True)
class Automation:
    """An automation from a blueprint of the vendor."""

    alias: str
    blueprint: str
    """The name of the file in blueprints/automation/<vendor>/, without `.yaml`."""

    inputs: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Energy:
    """The energy preferences for the vendor, in the format of Home Assistant."""

    sources: tuple[Mapping[str, Any], ...] = ()
    devices: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """A vendor in the demo."""

    vendor: Vendor
    """Each of its endpoints has an entry."""

    check: Check
    without_entry: tuple[Endpoint, ...] = ()
    """Further simulators, which have no entry."""

    subentries: Mapping[str, tuple[Flow, ...]] = field(default_factory=dict)
    """The subentries of the entry of the first endpoint."""

    prepare: Callable[[Client, Mapping[str, Running]], Awaitable[None]] | None = None
    """Called at each start, after the entries are added, to prepare the simulators: for example, a new simulator has no
    webhook yet."""

    rooms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The names of the devices by area; the areas are in demo/house.py."""

    automations: tuple[Automation, ...] = ()
    """One for each blueprint of the vendor."""

    energy: Energy = Energy()
    history_of: str = ""
    """The device whose stored readings are imported; empty for none."""

    activate: Callable[[Client, Mapping[str, Running]], Awaitable[None]] | None = None
    """Called at each start, after everything else, to switch on some devices: new simulators are off."""

    @property
    def domain(self) -> str:
        """The domain of the integration."""
        return self.vendor.domain

    @property
    def endpoints(self) -> tuple[Endpoint, ...]:
        """The endpoints of all simulators."""
        return (*self.vendor.endpoints, *self.without_entry)

    @property
    def flows(self) -> list[Flow]:
        """The config flows, one for each config entry."""
        first, *others = self.vendor.endpoints
        return [
            Flow(answers=_answers(first), subentries=self.subentries),
            *(Flow(answers=_answers(endpoint)) for endpoint in others),
        ]


def _answers(endpoint: Endpoint) -> Answers:
    return lambda at: endpoint.steps(at[endpoint.name].address)
