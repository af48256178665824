"""pimatic: a server with a device of every class."""

from collections.abc import Mapping

from demo.simulators import Running

from ..story import NewPassword, Outside, Story


async def change_password(at: Mapping[str, Running]) -> None:
    """Change the password on the server, which then starts anew."""
    await at["pimatic"].command("set_password", username="admin", password="another-one")
    await at["pimatic"].fault(drop=True)


STORIES = (
    Story(
        domain="pimatic",
        wrong={"password": "not-the-password"},
        says="refused the user or the password",
        light="light.living_room_reading_lamp",
        switch="switch.kitchen_kettle",
        outside=Outside(
            happens=lambda at: at["pimatic"].command("set", device="dummy-contact", attribute="contact", value=True),
            entity_id="binary_sensor.entrance_entrance_door",
            state="off",
            shows="Closed",
        ),
        new_password=NewPassword(refuse=change_password, fields={"username": "admin", "password": "another-one"}),
        images={"see_integration": "pimatic-integration"},
    ),
)
