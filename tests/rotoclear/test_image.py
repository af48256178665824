"""The image entity: the camera picture at the time of the last `takePicture` by Home Assistant."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.states import state_of


async def take(hass: HomeAssistant, entity_of: Callable[[str, str], str]) -> None:
    await hass.services.async_call("button", "press", {"entity_id": entity_of("button", "take_picture")}, blocking=True)


async def test_the_image_is_the_camera_picture_at_that_time(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    hass_client: ClientSessionGenerator,
) -> None:
    image = entity_of("image", "last_picture")
    assert state_of(hass, image).state == "unknown"
    unit.command("change", light0=True)
    await take(hass, entity_of)
    assert unit.state()["simulator"]["pictures"]
    taken = state_of(hass, image).state
    assert taken != "unknown"

    client = await hass_client()
    async with client.get(f"/api/image_proxy/{image}") as response:
        assert response.status == HTTPStatus.OK
        assert response.content_type == "image/jpeg"
        first = await response.read()
    assert first.startswith(b"\xff\xd8")

    # It stays until the next picture is taken, although the camera picture changes.
    unit.command("change", light0=False, zoom0=20000)
    async with client.get(f"/api/image_proxy/{image}") as response:
        assert await response.read() == first
    await take(hass, entity_of)
    async with client.get(f"/api/image_proxy/{image}") as response:
        assert await response.read() != first
    assert state_of(hass, image).state > taken


async def test_the_last_image_stays_when_there_is_no_camera_picture(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    await take(hass, entity_of)
    before = state_of(hass, entity_of("image", "last_picture")).state
    unit.command("detach_head", head=0)
    unit.command("detach_head", head=1)
    await take(hass, entity_of)
    assert state_of(hass, entity_of("image", "last_picture")).state == before
