"""Typed asyncio client of the Instathings cloud and of its on-premise gateways. Imports no Home Assistant."""

from .cloud import CloudClient
from .cloud_socket import connect
from .gateway import GatewayClient, is_device_id
from .meaning.control import Control, ControlKind
from .meaning.data_points import DataPoint, DataPointKind
from .meaning.profile import DeviceProfile
from .model import Device, DeviceType, Page, Reading, Status

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
