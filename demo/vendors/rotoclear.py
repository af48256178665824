"""Rotoclear C2: one control unit with two camera heads."""

from ..vendor import Action, Check, Flow, Process, Seen, Vendor

# What the simulator takes where its options say nothing else.
TOKEN = "demo-token"
LIGHT = "light.rotoclear_head_1_light"

VENDOR = Vendor(
    domain="rotoclear",
    title="Rotoclear C2",
    simulators=(Process(name="rotoclear", options=("--token", TOKEN)),),
    flows=(
        Flow(
            steps={
                "user": lambda at: {
                    "host": at["rotoclear"].host,
                    "port": at["rotoclear"].port,
                    "ssl": False,
                    "verify_ssl": True,
                    "username": "API-User",
                    "token": TOKEN,
                }
            }
        ),
    ),
    check=Check(
        action=Action(name="light.turn_on", entity_id=LIGHT),
        seen=Seen(simulator="rotoclear", kind="write", details={"key": "light0", "value": True}),
        entity_id=LIGHT,
        state="on",
        before=Action(name="light.turn_off", entity_id=LIGHT),
    ),
)
