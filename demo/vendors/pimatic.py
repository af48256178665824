"""pimatic: a server with a device of every class, variables, rules and a month of stored history."""

from collections.abc import Mapping

from harness.vendor import Seen
from harness.vendors.pimatic import VENDOR

from ..client import Action, Client
from ..exhibit import Automation, Check, Exhibit
from ..simulators import Running

LIGHT = "light.living_room_reading_lamp"
ACTIONS = (
    Action(name="light.turn_on", entity_id=LIGHT, data={"brightness_pct": 70}),
    Action(name="switch.turn_on", entity_id="switch.kitchen_kettle"),
    Action(name="cover.open_cover", entity_id="cover.living_room_shutter"),
    Action(name="media_player.media_play", entity_id="media_player.kitchen_kitchen_radio"),
    Action(name="button.press", entity_id="button.entrance_door_station_open_gate"),
)


async def activate(client: Client, simulators: Mapping[str, Running]) -> None:
    """Report presence, and switch on some devices."""
    await simulators["pimatic"].command("set", device="dummy-presence-hold", attribute="presence", value=True)
    for action in ACTIONS:
        await client.act(action)


EXHIBIT = Exhibit(
    vendor=VENDOR,
    check=Check(
        action=Action(name="light.turn_on", entity_id=LIGHT, data={"brightness_pct": 60}),
        simulator="pimatic",
        seen=Seen("call", {"params": {"deviceId": "dummy-dimmer", "actionName": "changeDimlevelTo", "dimlevel": 60}}),
        entity_id=LIGHT,
        state="on",
        before=Action(name="light.turn_off", entity_id=LIGHT),
    ),
    rooms={
        "Living Room": ("Target temperature",),
        "Entrance": ("Somebody at home", "Visitor"),
        "Bedroom": ("Wake up at",),
        "Cellar": ("Cellar window",),
        "Garden": ("Outdoor sensor", "Fountain", "Watering minutes"),
    },
    automations=(
        Automation(
            alias="Light for the doorbell",
            blueprint="button_press",
            inputs={
                "buttons": "event.entrance_door_station",
                "button": "button-a",
                "actions": [{"action": "light.turn_on", "target": {"entity_id": LIGHT}, "data": {"flash": "long"}}],
            },
        ),
    ),
    history_of="pimatic",
    activate=activate,
)
