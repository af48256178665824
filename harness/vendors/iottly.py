"""Iottly: a project of three boards, with polling and a webhook."""

from ..vendor import Command, Endpoint, Seen, Vendor

# It has all characters that are special in a URL or a header.
TOKEN = "s3cret-tok+n&=%/?"
WEBHOOK_ID = "a-webhook-id-that-is-hard-to-guess"
PROJECT = "58f73b41c3cc4800078010c5"
GREENHOUSE = "a2792ce8-216f-477c-a5cc-4f7e9f407e29"
METER = "3781de91-d446-4c64-825d-756dd60f2dab"
DOORBELL = "e59a74d8-9a07-47a6-845e-3d6d5888cac4"
VALUE = f"{GREENHOUSE}_payload_chaos.value"

PROJECT_IN_CLOUD = Endpoint(
    name="iottly",
    domain="iottly",
    module="simulators.iottly",
    options={"token": TOKEN},
    title="Farm",
    user_input=lambda at: {"project_id": PROJECT, "token": TOKEN, "base_url": f"{at.url()}/v1.0"},
    added_data={"webhook_id": WEBHOOK_ID},
    unique_id=PROJECT,
    secrets=("s3cret-tok", WEBHOOK_ID),
    wrong_device_errors=("not_iottly", "invalid_auth"),
    needs=("homeassistant", "http"),
    watched=("sensor", VALUE),
    change=lambda simulator, n: simulator.command("message", board=GREENHOUSE, payload={"chaos": {"value": n}}),
    shows=lambda state, n: float(state) == n,
    is_prepared=True,
    command=Command(
        entity=("sensor", VALUE),
        device=GREENHOUSE,
        service=("iottly", "send_command"),
        argument=lambda n: {"cmd_type": "echo", "values": {"content": f"chaos {n}"}},
        seen=lambda n: (Seen("command", {"command": {"echo": {"content": f"chaos {n}"}}}),),
    ),
)

VENDOR = Vendor(domain="iottly", title="Iottly", endpoints=(PROJECT_IN_CLOUD,))
