"""Instathings: a cloud project and an on-premise gateway."""

from harness.vendors.instathings import SECRET

from ..story import NewPassword, Outside, Story

STORIES = (
    Story(
        domain="instathings",
        wrong={"client_secret": "not-the-secret"},
        says="refused the client ID or the secret",
        light="light.living_room_lamp",
        switch="switch.coffee_maker",
        outside=Outside(
            happens=lambda at: at["instathings_cloud"].command("change", device="knxLux001", payload={"data": 12345}),
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
    Story(
        domain="instathings",
        # Both connections are set up only now.
        title="gateway",
        flow=1,
        wrong={"host": "no host at all/"},
        says="not a host name",
        reconfigure="reconfigure_on_premise",
    ),
)
