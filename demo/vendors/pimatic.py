"""pimatic: a server with a device of every class, variables, rules and a month of stored history."""

from ..vendor import Action, Check, Flow, Process, Seen, Vendor

LIGHT = "light.living_room_reading_lamp"

VENDOR = Vendor(
    domain="pimatic",
    title="pimatic",
    simulators=(Process(name="pimatic"),),
    flows=(
        Flow(
            steps={
                "user": lambda at: {
                    "host": at["pimatic"].host,
                    "port": at["pimatic"].port,
                    "ssl": False,
                    "verify_ssl": True,
                    "username": "admin",
                    "password": "adminpw",
                }
            }
        ),
    ),
    check=Check(
        action=Action(name="light.turn_on", entity_id=LIGHT, data={"brightness_pct": 60}),
        seen=Seen(
            simulator="pimatic",
            kind="call",
            details={"params": {"deviceId": "dummy-dimmer", "actionName": "changeDimlevelTo", "dimlevel": 60}},
        ),
        entity_id=LIGHT,
        state="on",
        before=Action(name="light.turn_off", entity_id=LIGHT),
    ),
)
