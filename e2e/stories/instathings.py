"""Instathings: a cloud project, and its gateway on the network."""

from collections.abc import Mapping

from demo.simulators import Running
from harness.vendors.instathings import SECRET

from ..story import NewPassword, Outside, Story


async def _change_by_the_gateway(at: Mapping[str, Running]) -> None:
    """Change a value that the cloud reports half a minute later: the gateway reports it at once."""
    cloud = at["instathings_cloud"]
    await cloud.fault(late=30)
    await cloud.command("change", device="knxLux001", payload={"data": 12345})
    await cloud.fault(late=False)


STORIES = (
    Story(
        domain="instathings",
        wrong={"client_secret": "not-the-secret"},
        says="refused the client ID or the secret",
        light="light.living_room_lamp",
        switch="switch.coffee_maker",
        outside=Outside(
            happens=_change_by_the_gateway,
            entity_id="sensor.roof_brightness",
            state="12345",
            shows="12,345",
        ),
        new_password=NewPassword(
            refuse=lambda at: at["instathings_cloud"].fault(unauthorized=True),
            accept=lambda at: at["instathings_cloud"].fault(unauthorized=False),
            fields={"client_secret": SECRET},
        ),
        reconfigure="reconfigure_cloud",
        images={"see_integration": "instathings-integration"},
    ),
)
