"""What the cloud and the gateways report, typed and checked. Times are in UTC.

Sources: docs/protocol/instathings.md#device-fields, docs/protocol/instathings.md#stored-data and
docs/protocol/instathings.md#cloud-messages.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

type Scalar = float | int | bool | str | None
# Values by their dotted paths: `{"color": {"x": 0.3}}` is `{"color.x": 0.3}`. None is unknown.
type Values = dict[str, Scalar]


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device of a project: a gateway, a device behind one, or a virtual one.

    `connected` is a gateway's link to the cloud, None where the cloud does not say; `versions` are
    its containers and their images; `frequency` is in seconds. `protocol_names` are those of
    `protocols`, as far as they are known.
    """

    id: str
    name: str
    project_id: str | None = None
    parent: str | None = None
    type_id: str | None = None
    protocols: tuple[str, ...] = ()
    protocol_names: tuple[str, ...] = ()
    is_gateway: bool = False
    is_virtual: bool = False
    demo_active: bool | None = None
    frequency: float | None = None
    connected: bool | None = None
    pairing: str | None = None
    versions: tuple[tuple[str, str], ...] = ()

    def merged_with(self, newer: Device) -> Device:
        """Return the device as `newer` describes it, with the fields that only other calls return."""
        return Device(
            id=newer.id,
            name=newer.name,
            project_id=newer.project_id or self.project_id,
            parent=newer.parent or self.parent,
            type_id=newer.type_id or self.type_id,
            protocols=newer.protocols or self.protocols,
            is_gateway=newer.is_gateway or self.is_gateway,
            is_virtual=newer.is_virtual or self.is_virtual,
            demo_active=self.demo_active if newer.demo_active is None else newer.demo_active,
            frequency=self.frequency if newer.frequency is None else newer.frequency,
            connected=self.connected if newer.connected is None else newer.connected,
            pairing=newer.pairing or self.pairing,
            versions=newer.versions or self.versions,
        )


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


class Reading(NamedTuple):
    """What a device sent. `timestamp` is in seconds since 1970, before the year 10000.

    `is_http` is True for an HTTP device, which is recognized by the wrapping of its answer.
    """

    device_id: str
    timestamp: float
    values: Values
    is_http: bool = False

    @property
    def time(self) -> datetime:
        """Return when it was sent."""
        return datetime.fromtimestamp(self.timestamp, UTC)


class Status(NamedTuple):
    """A device's answer to a status request; `answer` is the JSON object as it came, `is_http` as in `Reading`."""

    device_id: str
    values: Values
    answer: dict[str, Any]
    is_http: bool = False


class GatewayLink(NamedTuple):
    """A gateway connected to the cloud or lost its connection."""

    device: Device
    connected: bool
    reason: str | None = None


class GatewaySoftware(NamedTuple):
    """A gateway reported its versions."""

    device: Device


class Pairing(NamedTuple):
    """A step of pairing: `stage` is discovering, paired or not_paired."""

    device: Device
    stage: str


class Installation(NamedTuple):
    """A protocol was installed on a gateway, or could not be."""

    device_id: str
    protocol: str
    succeeded: bool


class LogLine(NamedTuple):
    """One line of a gateway's log; `kind` is LOG or ERR."""

    time: datetime
    kind: str
    message: str


class Logs(NamedTuple):
    """What a container on a gateway logged in the last seconds."""

    device_id: str
    container: str
    lines: tuple[LogLine, ...]


class Page(NamedTuple):
    """One page of stored readings; `rows` counts those of the page, `total` of all pages, dropped ones included."""

    readings: tuple[Reading, ...]
    rows: int
    total: int


type GatewayEvent = Reading | Status
type CloudEvent = GatewayEvent | GatewayLink | GatewaySoftware | Pairing | Installation | Logs
