"""Misty II: one robot, with a WebSocket for events, HTTP for commands, and no credentials."""

from ..vendor import Command, Endpoint, Seen, Vendor

SERIAL = "20193600123"

ROBOT = Endpoint(
    name="misty",
    domain="misty",
    module="simulators.misty",
    options={"serial": SERIAL},
    # Sounds and movements take a twentieth of the real time.
    in_process=lambda: {"pace": 0.05},
    title="Misty",
    user_input=lambda at: {"host": f"{at.host}:{at.port}"},
    unique_id=SERIAL,
    has_tls=False,
    refuses_credentials=False,
    wrong_device_errors=("not_misty",),
    needs=("homeassistant",),
    watched=("sensor", f"{SERIAL}_battery"),
    change=lambda simulator, n: simulator.command("battery", charge=n / 100),
    shows=lambda state, n: round(float(state)) == n,
    command=Command(
        entity=("light", f"{SERIAL}_led"),
        service=("light", "turn_on"),
        argument=lambda n: {"rgb_color": [255, n, 0], "brightness": 255},
        seen=lambda n: (Seen("led", {"color": [255, n, 0]}),),
    ),
)

VENDOR = Vendor(domain="misty", title="Misty II", endpoints=(ROBOT,))
