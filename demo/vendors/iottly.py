"""Iottly: a project of three boards, with a pump that is switched by commands."""

from collections.abc import Mapping

from ..client import Client
from ..simulators import Running
from ..vendor import Action, Check, Flow, Process, Seen, Vendor

# What the simulator takes.
TOKEN = "demo-token"
PROJECT = "58f73b41c3cc4800078010c5"
GREENHOUSE = "a2792ce8-216f-477c-a5cc-4f7e9f407e29"
DOORBELL = "e59a74d8-9a07-47a6-845e-3d6d5888cac4"
PUMP = "switch.greenhouse_pump"
OPTIONS_FLOW = "/api/config/config_entries/options/flow"


async def enter_webhook(client: Client, simulators: Mapping[str, Running]) -> None:
    """Enter the webhook's URL in the cloud, as a person does: it is read from the options."""
    entries = await client.call("config_entries/get", domain="iottly")
    for entry in entries:
        step = await client.post(OPTIONS_FLOW, {"handler": entry["entry_id"]})
        await client.delete(f"{OPTIONS_FLOW}/{step['flow_id']}")
        webhook_id = step["description_placeholders"]["url"].rpartition("/")[2]
        await simulators["iottly"].command("no_webhooks")
        await simulators["iottly"].command("webhook", url=f"{client.url}/api/webhook/{webhook_id}")


VENDOR = Vendor(
    domain="iottly",
    title="Iottly",
    simulators=(Process(name="iottly", options=("--token", TOKEN)),),
    flows=(
        Flow(
            steps={
                "user": lambda at: {
                    "project_id": PROJECT,
                    "token": TOKEN,
                    "base_url": f"{at['iottly'].url}/v1.0",
                }
            },
            subentries={
                "command_switch": (
                    Flow(
                        steps={
                            "user": lambda at: {
                                "name": "Pump",
                                "board": GREENHOUSE,
                                "cmd_type": "relay",
                                "values_on": {"status": "on"},
                                "values_off": {"status": "off"},
                                "state_key": "relay.status",
                            }
                        }
                    ),
                ),
                "command_button": (
                    Flow(
                        steps={
                            "user": lambda at: {
                                "name": "Echo",
                                "board": DOORBELL,
                                "cmd_type": "echo",
                                "values": {"content": "Hello from Home Assistant"},
                            }
                        }
                    ),
                ),
            },
        ),
    ),
    check=Check(
        action=Action(name="switch.turn_on", entity_id=PUMP),
        seen=Seen(simulator="iottly", kind="command", details={"command": {"relay": {"status": "on"}}}),
        entity_id=PUMP,
        state="on",
        before=Action(name="switch.turn_off", entity_id=PUMP),
    ),
    prepare=enter_webhook,
)
