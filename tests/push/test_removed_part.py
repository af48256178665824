"""A part that is removed, with its device, while its entities are being added."""

import asyncio

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from common.push.parts import ADDED_AT_ONCE, PartDevices
from tests.push.fake import DOMAIN, FakeIntegration, FakeSensor


@pytest.mark.parametrize("is_back", [False, True])
async def test_a_part_removed_while_its_entities_are_added(
    hass: HomeAssistant,
    fake: FakeIntegration,
    caplog: pytest.LogCaptureFixture,
    entity_registry: er.EntityRegistry,
    monkeypatch: pytest.MonkeyPatch,
    is_back: bool,
) -> None:
    """Its device is removed with it; if the part comes back, it has another one."""
    devices: PartDevices[str] = PartDevices(
        hass, fake.entry, lambda part: dr.DeviceInfo(identifiers={(DOMAIN, part)}, name=part)
    )
    monkeypatch.setattr("tests.push.fake.NoDevices", lambda: devices)
    entities = 3 * ADDED_AT_ONCE
    fake.sensors = lambda part: (FakeSensor(fake.coordinator, f"{part} {n}") for n in range(entities))
    await fake.set_up()
    fake.coordinator.parts.add("head")
    async with asyncio.timeout(10):
        while len(hass.states.async_all("sensor")) == entities:
            await asyncio.sleep(0)
    fake.coordinator.parts.remove("head")
    devices.remove("head")
    if is_back:
        fake.coordinator.parts.add("head")
    await hass.async_block_till_done()

    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    wanted = 2 * entities if is_back else entities
    assert len(hass.states.async_all("sensor")) == wanted
    ids = {devices.get(part).id for part in ("device", *(("head",) if is_back else ()))}
    assert {one.device_id for one in entity_registry.entities.values()} == ids
