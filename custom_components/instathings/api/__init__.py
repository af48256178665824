"""Typed asyncio client of the Instathings cloud and of its on-premise gateways. Imports no Home Assistant."""

from .cloud import CloudClient
from .cloud_socket import connect
from .control import Control, ControlKind
from .data_points import DataPoint, DataPointKind
from .gateway import GatewayClient, is_device_id
from .model import Device, DeviceType, Page, Reading, Status
from .profile import DeviceProfile

__all__ = [
    "CloudClient",
    "Control",
    "ControlKind",
    "DataPoint",
    "DataPointKind",
    "Device",
    "DeviceProfile",
    "DeviceType",
    "GatewayClient",
    "Page",
    "Reading",
    "Status",
    "connect",
    "is_device_id",
]
