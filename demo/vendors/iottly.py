"""Iottly: a project of three boards, with entities for commands."""

from collections.abc import Mapping

from harness.vendor import Seen
from harness.vendors.iottly import DOORBELL, GREENHOUSE, METER, VENDOR

from ..client import Action, Client
from ..exhibit import Automation, Check, Energy, Exhibit, Flow
from ..simulators import Running

PUMP = "switch.greenhouse_pump"
OPTIONS_FLOW = "/api/config/config_entries/options/flow"


async def set_webhook(client: Client, simulators: Mapping[str, Running]) -> None:
    """Set the URL of the webhook in the cloud. The URL is in the form of the options."""
    entries = await client.call("config_entries/get", domain="iottly")
    for entry in entries:
        step = await client.post(OPTIONS_FLOW, {"handler": entry["entry_id"]})
        await client.delete(f"{OPTIONS_FLOW}/{step['flow_id']}")
        webhook_id = step["description_placeholders"]["url"].rpartition("/")[2]
        await simulators["iottly"].command("no_webhooks")
        await simulators["iottly"].command("webhook", url=f"{client.url}/api/webhook/{webhook_id}")
    # The lamp and the roof have a state from the beginning.
    await simulators["iottly"].command("set", board=GREENHOUSE, dimmer={"level": 60}, shutter={"position": 0})


async def activate(client: Client, simulators: Mapping[str, Running]) -> None:
    """Switch on the pump and the lamp, open the roof, and press the doorbell."""
    await client.act(Action(name="switch.turn_on", entity_id=PUMP))
    await client.act(Action(name="light.turn_on", entity_id="light.greenhouse_lamp"))
    await client.act(Action(name="cover.open_cover", entity_id="cover.greenhouse_roof"))
    await simulators["iottly"].command("press", board=DOORBELL)


EXHIBIT = Exhibit(
    vendor=VENDOR,
    subentries={
        "command_switch": (
            Flow(
                answers=lambda _: {
                    "user": {
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
        "command_light": (
            Flow(
                answers=lambda _: {
                    "user": {
                        "name": "Lamp",
                        "board": GREENHOUSE,
                        "cmd_type": "dimmer",
                        "option": "level",
                        "highest": 100,
                        "level_key": "dimmer.level",
                    }
                }
            ),
        ),
        "command_cover": (
            Flow(
                answers=lambda _: {
                    "user": {
                        "name": "Roof",
                        "board": GREENHOUSE,
                        "cmd_type": "shutter",
                        "values_open": {"move": "open"},
                        "values_close": {"move": "close"},
                        "option": "position",
                        "level_key": "shutter.position",
                    }
                }
            ),
        ),
        "command_number": (
            Flow(
                answers=lambda _: {
                    "user": {
                        "name": "Setpoint",
                        "board": METER,
                        "cmd_type": "setpoint",
                        "option": "value",
                        "min": 5,
                        "max": 30,
                        "step": 0.5,
                        "unit": "°C",
                        "state_key": "setpoint.value",
                    }
                }
            ),
        ),
        "command_button": (
            Flow(
                answers=lambda _: {
                    "user": {
                        "name": "Say hello",
                        "board": DOORBELL,
                        "cmd_type": "echo",
                        "values": {"content": "Hello from Home Assistant"},
                    }
                }
            ),
        ),
    },
    check=Check(
        action=Action(name="switch.turn_on", entity_id=PUMP),
        simulator="iottly",
        seen=Seen("command", {"command": {"relay": {"status": "on"}}}),
        entity_id=PUMP,
        state="on",
        before=Action(name="switch.turn_off", entity_id=PUMP),
    ),
    prepare=set_webhook,
    rooms={"Greenhouse": ("Greenhouse",), "Utility Room": ("Power meter",), "Entrance": ("Doorbell",)},
    automations=(
        Automation(
            alias="Notify about an offline board",
            blueprint="board_offline",
            inputs={
                "board": ["binary_sensor.greenhouse_connectivity", "binary_sensor.doorbell_connectivity"],
                "todo": [
                    {"action": "persistent_notification.create", "data": {"message": "{{ board_name }} is offline"}}
                ],
            },
        ),
    ),
    energy=Energy(devices=({"stat_consumption": "sensor.power_meter_energy"},)),
    history_of="Greenhouse",
    activate=activate,
)
