"""Instathings: a cloud project and a gateway on the own network, each with a small house of every protocol."""

from collections.abc import Mapping

from ..client import Client
from ..simulators import Running
from ..vendor import Action, Check, Flow, Process, Seen, Vendor

# What the simulator takes where its options say nothing else.
PROJECT = "house"
CLIENT_ID = "demo-client"
SECRET = "demo-secret"
LIGHT = "light.living_room_lamp"


async def _let_everything_speak(_client: Client, simulators: Mapping[str, Running]) -> None:
    """Let each device behind the gateway send once: it cannot be asked which there are."""
    state = await simulators["instathings_gateway"].state()
    for device in state["devices"]:
        await simulators["instathings_gateway"].command("resend", device=device)


VENDOR = Vendor(
    domain="instathings",
    title="Instathings",
    simulators=(Process(name="instathings_cloud"), Process(name="instathings_gateway")),
    flows=(
        Flow(
            steps={
                "user": lambda _: {"next_step_id": "cloud"},
                "cloud": lambda at: {
                    "project": PROJECT,
                    "client_id": CLIENT_ID,
                    "client_secret": SECRET,
                    "advanced": {
                        "base_url": f"http://{at['instathings_cloud'].host}:{at['instathings_cloud'].port}",
                        "websocket_url": f"ws://{at['instathings_cloud'].host}:{at['instathings_cloud'].port}/",
                    },
                },
            }
        ),
        Flow(
            steps={
                "user": lambda _: {"next_step_id": "on_premise"},
                "on_premise": lambda at: {
                    "host": at["instathings_gateway"].host,
                    "port": at["instathings_gateway"].port,
                    "ssl": False,
                    "verify_ssl": True,
                },
            }
        ),
    ),
    prepare=_let_everything_speak,
    check=Check(
        action=Action(name="light.turn_on", entity_id=LIGHT),
        seen=Seen(simulator="instathings_cloud", kind="set", details={"id": "zbBulb001", "body": {"state": "ON"}}),
        entity_id=LIGHT,
        state="on",
        before=Action(name="light.turn_off", entity_id=LIGHT),
    ),
)
