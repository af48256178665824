"""The base entity: it has the current value when it is added, and is updated until it is removed."""

import asyncio
from collections.abc import Iterable

from homeassistant.core import HomeAssistant
import pytest

from common.client.errors import CannotConnect
from tests.push.fake import FakeDevice, FakeIntegration, FakeSensor
from tests.states import state_of
from tests.waiting import eventually


async def test_a_change_before_the_entity_is_added_is_in_its_state(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice
) -> None:
    def sensors(part: str) -> Iterable[FakeSensor]:
        yield FakeSensor(fake.coordinator, "lamp")
        fake.coordinator.apply({"lamp": "changed meanwhile"})

    fake.sensors = sensors
    await fake.set_up()
    assert state_of(hass, "sensor.lamp").state == "changed meanwhile"


async def test_a_change_while_the_entity_is_added_is_in_its_state(
    hass: HomeAssistant, fake: FakeIntegration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeSensor, "slow", 0.02)
    setting_up = asyncio.create_task(fake.set_up())
    await asyncio.sleep(0.01)
    fake.coordinator.apply({"lamp": "changed meanwhile"})
    await setting_up
    assert state_of(hass, "sensor.lamp").state == "changed meanwhile"


async def test_a_removed_entity_is_not_written(hass: HomeAssistant, fake: FakeIntegration) -> None:
    await fake.set_up()
    sensor = fake.coordinator.added["lamp"]
    fake.coordinator.parts.remove("device")
    await hass.async_block_till_done()
    sensor.writes = 0
    fake.coordinator.apply({"lamp": "off", "pressure": 7.0})
    fake.coordinator.async_update_listeners()
    assert sensor.writes == 0


async def test_a_key_makes_an_entity_unavailable(hass: HomeAssistant, fake: FakeIntegration) -> None:
    fake.sensors = lambda part: [FakeSensor(fake.coordinator, "pressure", unavailable_while={"lamp": "broken"})]
    await fake.set_up()
    assert state_of(hass, "sensor.pressure").state == "1.5"
    fake.coordinator.apply({"lamp": "broken", "pressure": 2.5})
    assert state_of(hass, "sensor.pressure").state == "unavailable"
    fake.coordinator.apply({"lamp": "on"})
    assert state_of(hass, "sensor.pressure").state == "2.5"


async def test_a_key_keeps_an_entity_available_without_a_connection(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice
) -> None:
    unavailable, available = {"lamp": "broken"}, {"reserve": True}
    fake.sensors = lambda part: [
        FakeSensor(fake.coordinator, "pressure", unavailable_while=unavailable, available_while=available)
    ]
    await fake.set_up()
    fake.coordinator.apply({"lamp": "broken", "reserve": True})
    assert state_of(hass, "sensor.pressure").state == "1.5"
    device.refuses = CannotConnect("switched off")
    device.end(CannotConnect("switched off"))
    await eventually(lambda: not fake.coordinator.last_update_success)
    fake.coordinator.apply({"pressure": 3.5})
    assert state_of(hass, "sensor.pressure").state == "3.5"
    fake.coordinator.apply({"reserve": False})
    assert state_of(hass, "sensor.pressure").state == "unavailable"


async def test_entities_have_entity_names_and_are_not_polled(fake: FakeIntegration) -> None:
    await fake.set_up()
    assert fake.coordinator.added["lamp"].has_entity_name
    assert not fake.coordinator.added["lamp"].should_poll
