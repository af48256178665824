"""Instathings: a cloud project and a gateway on the own network, each with a small house of every protocol."""

from collections.abc import Mapping

from harness.vendor import Seen
from harness.vendors.instathings import VENDOR
from simulators.instathings.house import GATEWAY as HUB

from ..client import Action, Client
from ..exhibit import Check, Exhibit
from ..simulators import Running

LIGHT = "light.living_room_lamp"


async def _let_everything_speak(_client: Client, simulators: Mapping[str, Running]) -> None:
    """Let each device behind the gateway, which sends nothing itself, send once: nobody can ask which there are."""
    state = await simulators["instathings_gateway"].state()
    for device in state["devices"].keys() - {HUB}:
        await simulators["instathings_gateway"].command("resend", device=device)


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
)
