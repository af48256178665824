"""pimatic: one server with a Socket.IO connection."""

from ..vendor import Command, Endpoint, Seen, Vendor

# The account of the recorded house.
USERNAME, PASSWORD = "admin", "adminpw"
ENTRY_ID = "0123456789pimatic"


def _setpoint(n: int) -> tuple[Seen, ...]:
    # Without a connection the integration sends the same action by REST, where numbers are text.
    def call(value: object) -> dict[str, object]:
        return {"params": {"actionName": "changeTemperatureTo", "temperatureSetpoint": value}}

    return (Seen("call", call(10 + n)), Seen("rest", call(f"{10 + n}")), Seen("rest", call(f"{10 + n}.0")))


SERVER = Endpoint(
    name="pimatic",
    domain="pimatic",
    module="simulators.pimatic",
    title="Home",
    user_input=lambda at: {**at.fields, "username": USERNAME, "password": PASSWORD},
    entry_id=ENTRY_ID,
    secrets=(PASSWORD, "YWRtaW46YWRtaW5wdw"),
    wrong_device_errors=("not_pimatic", "invalid_auth"),
    watched=("sensor", f"{ENTRY_ID}/device/dummy-temperature/attribute/temperature"),
    change=lambda simulator, n: simulator.command("set", device="dummy-temperature", attribute="temperature", value=n),
    shows=lambda state, n: float(state) == n,
    command=Command(
        entity=("climate", f"{ENTRY_ID}/device/dummy-thermostat/thermostat"),
        service=("climate", "set_temperature"),
        argument=lambda n: {"temperature": 10 + n},
        seen=_setpoint,
    ),
)

VENDOR = Vendor(domain="pimatic", title="pimatic", endpoints=(SERVER,))
