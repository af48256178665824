"""Instathings: a cloud project and its local gateway, with devices of all protocols."""

from collections.abc import Mapping
from dataclasses import replace

from harness.vendor import Seen
from harness.vendors.instathings import CLOUD, GATEWAY, VENDOR

from ..client import Action, Client
from ..exhibit import Automation, Check, Energy, Exhibit, Flow
from ..simulators import Running

LIGHT = "light.living_room_lamp"


async def mirror_changes(_client: Client, simulators: Mapping[str, Running]) -> None:
    """Let the cloud mirror all changes to the gateway, because both have the same devices."""
    gateway = simulators["instathings_gateway"]
    await simulators["instathings_cloud"].command("mirror", port=gateway.control_port)


async def activate(client: Client, simulators: Mapping[str, Running]) -> None:
    """Switch on some devices, and press a button."""
    await client.act(
        Action(name="light.turn_on", entity_id=LIGHT, data={"brightness_pct": 80, "color_temp_kelvin": 2700})
    )
    for entity_id in ("switch.coffee_maker", "switch.shelly_plug"):
        await client.act(Action(name="switch.turn_on", entity_id=entity_id))
    await simulators["instathings_cloud"].command("press", device="zbButton1")


NOTE = "instathings_gateway"

EXHIBIT = Exhibit(
    vendor=replace(VENDOR, endpoints=(CLOUD,)),
    # The gateway only reports the changes of the cloud.
    without_entry=(replace(GATEWAY, options={"rate": "0"}),),
    subentries={"gateway": (Flow(answers=lambda at: {"user": at[GATEWAY.name].address.fields}),)},
    prepare=mirror_changes,
    check=Check(
        action=Action(name="light.turn_on", entity_id=LIGHT),
        simulator="instathings_cloud",
        seen=Seen("set", {"id": "zbBulb001", "body": {"state": "ON"}}),
        entity_id=LIGHT,
        state="on",
        before=Action(name="light.turn_off", entity_id=LIGHT),
    ),
    rooms={
        "Living Room": ("Living room lamp",),
        "Kitchen": ("Coffee maker", "Kitchen leak"),
        "Entrance": ("Front door", "Hall switch", "Hall sensor", "Back door lock"),
        "Bedroom": ("Bedroom blind", "Bedroom climate", "Bedside button", "Radiator"),
        "Study": ("Study air purifier", "Shelly plug"),
        "Cellar": ("Cellar tag",),
        "Utility Room": ("Gateway", "House meter", "Inverter", "Server room"),
        "Garden": ("Shelly garden", "Roof brightness", "Rain"),
    },
    automations=(
        Automation(
            alias="Notify about a lost gateway",
            blueprint="gateway_lost",
            inputs={
                "gateway": "binary_sensor.gateway_connectivity",
                "lost": [
                    {
                        "action": "persistent_notification.create",
                        "data": {"message": "The gateway is not connected", "notification_id": NOTE},
                    }
                ],
                "back": [{"action": "persistent_notification.dismiss", "data": {"notification_id": NOTE}}],
            },
        ),
        Automation(
            alias="Water in the kitchen",
            blueprint="water_leak",
            inputs={
                "leak": ["binary_sensor.kitchen_leak_water_leak"],
                "switches": ["switch.coffee_maker"],
                "todo": [{"action": "light.turn_on", "target": {"entity_id": LIGHT}, "data": {"flash": "long"}}],
            },
        ),
    ),
    energy=Energy(
        sources=(
            {
                "type": "grid",
                "stat_energy_from": "sensor.house_meter_imported_energy",
                "stat_energy_to": None,
                "stat_cost": None,
                "entity_energy_price": None,
                "number_energy_price": None,
                "stat_compensation": None,
                "entity_energy_price_export": None,
                "number_energy_price_export": None,
                "cost_adjustment_day": 0,
            },
            {
                "type": "solar",
                "stat_energy_from": "sensor.inverter_daily_pv_energy",
                "config_entry_solar_forecast": None,
            },
        ),
        devices=({"stat_consumption": "sensor.coffee_maker_energy"},),
    ),
    history_of="Gateway",
    activate=activate,
)
