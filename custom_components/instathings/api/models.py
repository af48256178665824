"""What the cloud and the gateways tell, typed. Times are UTC; everything is checked where it is parsed.

Sources: docs/protocol/instathings.md#device-fields, docs/protocol/instathings.md#stored-data and
docs/protocol/instathings.md#cloud-messages.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ..common.client.wire import DropCounter
from .values import Said, Values, parse_values


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device of a project: a gateway, a device behind one, or a virtual one.

    `connected` is a gateway's link to the cloud, None where the cloud has not told; `versions` are
    its containers and their images; `frequency` is in seconds.
    """

    id: str
    name: str
    project_id: str | None = None
    parent: str | None = None
    type_id: str | None = None
    protocols: tuple[str, ...] = ()
    is_gateway: bool = False
    is_virtual: bool = False
    demo_active: bool | None = None
    frequency: float | None = None
    connected: bool | None = None
    pairing: str | None = None
    versions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceType:
    """A kind of device the project may use."""

    id: str
    manufacturer: str | None = None
    model: str | None = None
    description: str | None = None
    add_on: str | None = None
    protocols: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """A protocol a gateway may speak."""

    id: str
    name: str
    slug: str


# When something was sent, from 1970 to 9999: seconds since 1970 (cloud), or the time in UTC (gateway). As it came:
# nobody asks for the time of nearly all readings, and to turn the one into the other takes longer than to read it.
type Sent = float | datetime


def time_of(sent: Sent) -> datetime:
    """Return when something was sent as a time in UTC."""
    return sent if isinstance(sent, datetime) else datetime.fromtimestamp(sent, UTC)


class Reading(NamedTuple):
    """What a device sent, as it sent it. `is_http` tells an HTTP device by the wrapping of its answer."""

    device_id: str
    sent: Sent
    said: Said
    is_http: bool = False

    @property
    def time(self) -> datetime:
        """When it was sent."""
        return time_of(self.sent)

    @property
    def values(self) -> Values:
        """What it sent by dotted paths; a device's `Shape` reads it with what is known of the device."""
        return parse_values(self.said, DropCounter())


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A device's answer to a status request; `answer` is `said` as it was wrapped."""

    device_id: str
    said: Said
    answer: Any
    is_http: bool = False

    @property
    def values(self) -> Values:
        """The answer by dotted paths."""
        return parse_values(self.said, DropCounter())


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayLink:
    """A gateway connected to the cloud or lost its connection."""

    device: Device
    connected: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySoftware:
    """A gateway told its versions."""

    device: Device


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """A step of pairing: `stage` is discovering, paired or not_paired."""

    device: Device
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """A protocol was installed on a gateway, or could not be."""

    device_id: str
    protocol: str
    succeeded: bool
    versions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One line of a gateway's log; `kind` is LOG or ERR."""

    time: datetime
    kind: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Logs:
    """What a container on a gateway logged in the last seconds."""

    device_id: str
    container: str
    lines: tuple[LogLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of stored readings; `total` counts the rows of all pages, also those dropped here."""

    readings: tuple[Reading, ...]
    rows: int
    total: int


# What is told the fields of each reading as it comes: there are thousands of them, and this saves an object each.
type TakeReading = Callable[[str, Sent, Said, bool], object]
type CloudEvent = Status | GatewayLink | GatewaySoftware | Pairing | Installation | Logs
