"""Rotoclear C2: one control unit with two camera heads."""

from ..vendor import Command, Endpoint, Seen, Vendor

# It has all characters that are special in a URL, which is where the unit expects it.
TOKEN = "s3cret-tok+n&=%/?"
MAC = "00:15:5d:c2:00:01"

UNIT = Endpoint(
    name="rotoclear",
    domain="rotoclear",
    module="simulators.rotoclear",
    options={"token": TOKEN},
    title="Mill 1",
    user_input=lambda at: {**at.fields, "username": "API-User", "token": TOKEN},
    unique_id=MAC,
    secrets=("s3cret-tok",),
    wrong_device_errors=("not_rotoclear", "invalid_auth"),
    watched=("number", f"{MAC}_sharpness"),
    change=lambda simulator, n: simulator.command("change", sharpness=n),
    shows=lambda state, n: float(state) == n,
    command=Command(
        entity=("number", f"{MAC}_recordingPictureQuality"),
        service=("number", "set_value"),
        argument=lambda n: {"value": 20 + n},
        seen=lambda n: (Seen("write", {"key": "recordingPictureQuality", "value": 20 + n}),),
    ),
)

VENDOR = Vendor(domain="rotoclear", title="Rotoclear C2", endpoints=(UNIT,))
