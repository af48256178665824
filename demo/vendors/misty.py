"""Misty II: one robot."""

from ..vendor import Action, Check, Flow, Process, Seen, Vendor

SERIAL = "20193600123"
LED = "light.misty_0123_chest_led"

VENDOR = Vendor(
    domain="misty",
    title="Misty II",
    simulators=(Process(name="misty", options=("--serial", SERIAL)),),
    flows=(Flow(steps={"user": lambda at: {"host": f"{at['misty'].host}:{at['misty'].port}"}}),),
    check=Check(
        action=Action(name="light.turn_on", entity_id=LED, data={"rgb_color": [0, 90, 255], "brightness": 255}),
        seen=Seen(simulator="misty", kind="led", details={"color": [0, 90, 255]}),
        entity_id=LED,
        state="on",
        before=Action(name="light.turn_off", entity_id=LED),
    ),
)
