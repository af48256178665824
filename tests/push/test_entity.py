"""The base entity: it has the current value when it is added, and is updated until it is removed."""

import asyncio
from collections.abc import Iterable

from homeassistant.core import HomeAssistant
import pytest

from tests.push.fake import FakeDevice, FakeIntegration, FakeSensor
from tests.states import state_of


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


async def test_entities_have_entity_names_and_are_not_polled(fake: FakeIntegration) -> None:
    await fake.set_up()
    assert fake.coordinator.added["lamp"].has_entity_name
    assert not fake.coordinator.added["lamp"].should_poll
