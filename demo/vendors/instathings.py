"""Instathings: a cloud project and a gateway on the own network, each with a small house of every protocol."""

from collections.abc import Mapping

from harness.vendor import Seen
from harness.vendors.instathings import VENDOR
from simulators.instathings.house import GATEWAY as HUB

from ..client import Action, Client
from ..exhibit import Automation, Check, Energy, Exhibit
from ..simulators import Running

LIGHT = "light.living_room_lamp"


async def _let_everything_speak(_client: Client, simulators: Mapping[str, Running]) -> None:
    """Let each device behind the gateway, which sends nothing itself, send once: nobody can ask which there are."""
    state = await simulators["instathings_gateway"].state()
    for device in state["devices"].keys() - {HUB}:
        await simulators["instathings_gateway"].command("resend", device=device)


async def live(client: Client, simulators: Mapping[str, Running]) -> None:
    """Switch on what is on in the evening, and press a button."""
    await client.act(
        Action(name="light.turn_on", entity_id=LIGHT, data={"brightness_pct": 80, "color_temp_kelvin": 2700})
    )
    for entity_id in ("switch.coffee_maker", "switch.shelly_plug"):
        await client.act(Action(name="switch.turn_on", entity_id=entity_id))
    await simulators["instathings_cloud"].command("press", device="zbButton1")


NOTE = "instathings_gateway"

EXHIBIT = Exhibit(
    vendor=VENDOR,
    prepare=_let_everything_speak,
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
            alias="Tell of a lost gateway",
            blueprint="gateway_lost",
            inputs={
                "gateway": "binary_sensor.gateway_connectivity",
                "lost": [
                    {
                        "action": "persistent_notification.create",
                        "data": {"message": "The gateway is away", "notification_id": NOTE},
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
    enliven=live,
)
