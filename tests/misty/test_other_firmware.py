"""Messages of other firmware: values that are missing, null or unknown."""

from custom_components.misty.api.event_types import EVENT_TYPES
from custom_components.misty.api.model import parse_device
from custom_components.misty.common.client.wire import DropCounter


def test_a_device_needs_a_serial_number_only() -> None:
    device = parse_device(
        {
            "currentProfileName": None,
            "hardwareInfo": None,
            "ipAddress": "",
            "networkConnectivity": "LocalAccess",
            "robotVersion": "2.0.0.11111 (staging)",
            "serialNumber": " 20190300123 ",
            "sku": None,
            "windowsOSVersion": {"build": 1},
        }
    )
    assert (device.serial_number, device.robot_version) == ("20190300123", "2.0.0.11111 (staging)")
    assert (device.sku, device.hardware, device.ip_address, device.network) == (None, None, None, "LocalAccess")
    assert device.model == "Misty II"


def test_a_wrong_value_does_not_affect_the_other_values_of_an_event() -> None:
    dropped = DropCounter()
    event = EVENT_TYPES["BatteryCharge"].read(
        {"chargePercent": None, "voltage": 8.1, "isCharging": "true", "state": "Charging", "newMember": {}},
        dropped,
    )
    assert event is not None
    assert event.values.get("voltage") == 8.1
    assert event.values.get("state") == "charging"
    # Some firmware writes flags as texts, as in other answers.
    assert event.values.get("isCharging") is True
    assert event.values.get("chargePercent") is None
