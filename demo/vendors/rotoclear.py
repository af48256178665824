"""Rotoclear C2: one control unit with two camera heads."""

from collections.abc import Mapping

from harness.vendor import Seen
from harness.vendors.rotoclear import VENDOR

from ..client import Action, Client
from ..exhibit import Automation, Check, Exhibit
from ..simulators import Running

LIGHT = "light.rotoclear_head_1_light"
RECORDING = "switch.rotoclear_recording"


async def activate(client: Client, _: Mapping[str, Running]) -> None:
    """Switch on the light, take a picture, and start a recording."""
    await client.act(Action(name="light.turn_on", entity_id=LIGHT))
    await client.act(Action(name="button.press", entity_id="button.rotoclear_take_picture"))
    await client.act(Action(name="switch.turn_on", entity_id=RECORDING))


EXHIBIT = Exhibit(
    vendor=VENDOR,
    check=Check(
        action=Action(name="light.turn_on", entity_id=LIGHT),
        simulator="rotoclear",
        seen=Seen("write", {"key": "light0", "value": True}),
        entity_id=LIGHT,
        state="on",
        before=Action(name="light.turn_off", entity_id=LIGHT),
    ),
    rooms={"Workshop": ("Rotoclear", "Rotoclear head 1", "Rotoclear head 2")},
    automations=(
        Automation(
            alias="Warn of low sealing air",
            blueprint="low_sealing_air",
            inputs={
                "pressure": "sensor.rotoclear_head_1_sealing_air_pressure",
                "rotation": "switch.rotoclear_head_1_disk_rotation",
                "todo": [{"action": "persistent_notification.create", "data": {"message": "Mill 1: low sealing air"}}],
            },
        ),
        Automation(
            alias="Light follows the spindle of head 2",
            blueprint="light_follows_spindle",
            inputs={"speed": "sensor.rotoclear_head_2_disk_speed", "light": "light.rotoclear_head_2_light"},
        ),
        Automation(
            alias="Stop the recording after the machining",
            blueprint="spindle_stopped",
            inputs={"speed": "sensor.rotoclear_head_1_disk_speed", "light": LIGHT, "recording": RECORDING},
        ),
    ),
    activate=activate,
)
