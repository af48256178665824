"""pimatic: a server with a device of every class, variables, rules and a month of stored history."""

from harness.vendor import Seen
from harness.vendors.pimatic import VENDOR

from ..client import Action
from ..exhibit import Check, Exhibit

LIGHT = "light.living_room_reading_lamp"

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
)
