"""Instathings: a cloud project and its local gateway."""

from collections.abc import Mapping

from demo.simulators import Running
from harness.vendors.instathings import SECRET

from ..browser import Person
from ..errors import Unexpected
from ..story import NewPassword, Outside, Scene, Story, toggle_tile

LAMP, LAMP_ID = "light.living_room_lamp", "zbBulb001"
CLOUD_CONNECTION, LOCAL_CONNECTION = "binary_sensor.gateway_cloud_connection", "binary_sensor.gateway_local_connection"
OPPOSITE = {"on": "off", "off": "on"}


async def _change_by_the_gateway(at: Mapping[str, Running]) -> None:
    """Change a value, which the gateway reports at once and the cloud after half a minute."""
    cloud = at["instathings_cloud"]
    await cloud.fault(late=30)
    await cloud.command("change", device="knxLux001", payload={"data": 12345})
    await cloud.fault(late=False)


async def pull_the_internet(scene: Scene) -> None:
    """Disconnect the cloud: the gateway reports the lamp, a command fails, and no old state is written later."""
    person, cloud, gateway = (
        scene.person,
        scene.simulators["instathings_cloud"],
        scene.simulators["instathings_gateway"],
    )
    # The simulated cloud would report its own state of the lamp, which does not follow the changes at the gateway.
    await cloud.command("rest", resting=True)
    before = await look_at_the_lamp(person)
    now = OPPOSITE[before]
    await cloud.fault(unplugged=True)
    await person.wait_for_state(CLOUD_CONNECTION, "off")
    await gateway.command("change", device=LAMP_ID, payload={"state": now.upper()})
    await person.wait_for_state(LAMP, now)
    await person.pause(1.0)
    await person.look("reported_by_the_gateway")
    await toggle_tile(person, LAMP)
    await person.read("Commands go through the cloud")
    await person.look("command_refused")
    await cloud.fault(unplugged=False)
    await person.wait_for_state(CLOUD_CONNECTION, "on")
    # The state that the cloud has stored is older and must not be used.
    await person.pause(2.0)
    await expect_states(person, [now])
    await cloud.command("change", device=LAMP_ID, payload={"state": now.upper()})
    await cloud.command("rest", resting=False)


async def pull_the_gateway(scene: Scene) -> None:
    """Disconnect the gateway: the cloud receives the command and reports the new state."""
    person, gateway = scene.person, scene.simulators["instathings_gateway"]
    before = await look_at_the_lamp(person)
    now = OPPOSITE[before]
    await gateway.fault(unplugged=True)
    await person.wait_for_state(LOCAL_CONNECTION, "off")
    await toggle_tile(person, LAMP)
    await person.wait_for_state(LAMP, now)
    await person.pause(1.0)
    await person.look("switched_through_the_cloud")
    await gateway.fault(unplugged=False)
    await person.wait_for_state(LOCAL_CONNECTION, "on")
    await person.pause(2.0)
    await expect_states(person, [now])


async def look_at_the_lamp(person: Person) -> str:
    """Open the dashboard and collect the future states of the lamp; return the present one."""
    await person.go("/demo-home/instathings")
    await person.page.evaluate("entity => e2e.collect(entity)", LAMP)
    return await person.state(LAMP)


async def expect_states(person: Person, wanted: list[str]) -> None:
    """Raise Unexpected if the collected states of the lamp are not exactly these."""
    collected = await person.page.evaluate("() => e2e.collected")
    if collected != wanted:
        raise Unexpected(f"the lamp was {collected}, not {wanted}")


STORIES = (
    Story(
        domain="instathings",
        wrong={"client_secret": "not-the-secret"},
        error="refused the client ID or the secret",
        light=LAMP,
        switch="switch.coffee_maker",
        outside=Outside(
            happens=_change_by_the_gateway,
            entity_id="sensor.roof_brightness",
            state="12345",
            shows="12,345",
        ),
        own=(pull_the_internet, pull_the_gateway),
        new_password=NewPassword(
            refuse=lambda at: at["instathings_cloud"].fault(unauthorized=True),
            accept=lambda at: at["instathings_cloud"].fault(unauthorized=False),
            fields={"client_secret": SECRET},
        ),
        reconfigure="reconfigure_cloud",
        images={"see_integration": "instathings-integration"},
    ),
)
