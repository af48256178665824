"""The list of a project's devices: which devices are gone, and which lists are too long or invalid."""

from collections.abc import Callable
import time
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
import orjson
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.instathings.api.catalogue import Catalogue
from custom_components.instathings.api.cloud import CloudClient
from custom_components.instathings.api.http import Answer
from custom_components.instathings.api.model import Device, DeviceType
from custom_components.instathings.commands import async_patch
from simulators.instathings.cloud import CloudSimulator
from tests.entries import set_up

type Rows = list[Any]


@pytest.fixture
def change_list(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Rows], Rows]], None]:
    """Return a function that changes the lists that the cloud sends from now on."""

    def change(how: Callable[[Rows], Rows]) -> None:
        real = CloudClient._request

        async def request(client: CloudClient, method: str, path: str, *parts: str, **options: Any) -> Answer:
            answer = await real(client, method, path, *parts, **options)
            if (method, path, parts) == ("GET", "device/v1/devices", ()):
                return Answer(200, answer.headers, orjson.dumps(how(orjson.loads(answer.body))))
            return answer

        monkeypatch.setattr(CloudClient, "_request", request)

    return change


def devices_of(hass: HomeAssistant, entry: MockConfigEntry) -> set[str]:
    """Return the ids of an entry's devices in the registry."""
    return {device.id for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)}


INVALID: dict[str, Callable[[Rows], Rows]] = {
    "empty": lambda rows: [],
    "null as id": lambda rows: [*rows[:2], *({**row, "id": None} for row in rows[2:])],
    "numbers as ids": lambda rows: [*rows[:2], *({**row, "id": 7} for row in rows[2:])],
    "null as rows": lambda rows: [*rows[:2], *(None for _ in rows[2:])],
}


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize("how", INVALID.values(), ids=INVALID)
async def test_an_empty_or_invalid_list_removes_no_devices(
    hass: HomeAssistant,
    in_cloud: MockConfigEntry,
    change_list: Callable[[Callable[[Rows], Rows]], None],
    how: Callable[[Rows], Rows],
    restarts: bool,
) -> None:
    before = devices_of(hass, in_cloud)
    assert len(before) > 10
    change_list(how)
    if restarts:
        await hass.config_entries.async_reload(in_cloud.entry_id)
    else:
        await in_cloud.runtime_data._async_update_list()
    await hass.async_block_till_done()
    assert devices_of(hass, in_cloud) == before


async def test_a_device_that_the_cloud_does_not_know_is_removed_although_the_list_is_invalid(
    hass: HomeAssistant,
    cloud: CloudSimulator,
    in_cloud: MockConfigEntry,
    change_list: Callable[[Callable[[Rows], Rows]], None],
) -> None:
    before = devices_of(hass, in_cloud)
    change_list(lambda rows: [*rows, None])
    del cloud.house.things["zbDoor001"]
    await in_cloud.runtime_data._async_update_list()
    await hass.async_block_till_done()
    assert len(before - devices_of(hass, in_cloud)) == 1
    assert "zbDoor001" not in in_cloud.runtime_data.inventory


async def test_a_missing_device_stays_while_the_cloud_does_not_answer(
    cloud: CloudSimulator,
    in_cloud: MockConfigEntry,
    change_list: Callable[[Callable[[Rows], Rows]], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def device(client: CloudClient, device_id: str) -> Device:
        cloud.set_fault("status", 500)
        return await real(client, device_id)

    real = CloudClient.device
    change_list(lambda rows: [])
    monkeypatch.setattr(CloudClient, "device", device)
    known = set(in_cloud.runtime_data.inventory)
    await in_cloud.runtime_data._async_update_list()
    assert set(in_cloud.runtime_data.inventory) == known


LONG: dict[str, Callable[[Rows], Rows]] = {
    "device": lambda rows: [*rows, {"id": "x" * 230, "name": "Long"}],
    "container": lambda rows: [{**row, "version": {"x" * 230: "image:1"}} if row["isGateway"] else row for row in rows],
}


@pytest.mark.parametrize("how", LONG.values(), ids=LONG)
async def test_a_long_id_or_container_does_not_take_the_entities_of_other_devices(
    hass: HomeAssistant,
    cloud_entry: MockConfigEntry,
    change_list: Callable[[Callable[[Rows], Rows]], None],
    how: Callable[[Rows], Rows],
    caplog: pytest.LogCaptureFixture,
) -> None:
    change_list(how)
    await set_up(hass, cloud_entry)
    assert "Error while setting up" not in caplog.text
    platforms = {one.domain for one in er.async_entries_for_config_entry(er.async_get(hass), cloud_entry.entry_id)}
    assert {"button", "sensor", "light"} <= platforms


async def test_a_list_with_more_devices_than_an_entry_may_have_is_cut(
    hass: HomeAssistant,
    in_cloud: MockConfigEntry,
    change_list: Callable[[Callable[[Rows], Rows]], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = set(in_cloud.runtime_data.inventory)
    monkeypatch.setattr("custom_components.instathings.cloud.MAX_PARTS", len(known))
    change_list(lambda rows: [*({"id": f"made{number}", "name": "Made"} for number in range(200)), *rows])
    await in_cloud.runtime_data._async_update_list()
    assert set(in_cloud.runtime_data.inventory) == known
    assert in_cloud.runtime_data.parts.has_overflowed


async def test_removing_many_devices_takes_as_long_for_each_as_for_one(in_cloud: MockConfigEntry) -> None:
    """The values of all other devices were searched for each of them."""
    coordinator = in_cloud.runtime_data
    coordinator.data.update({(f"other{number}", "value"): number for number in range(300_000)})
    began = time.thread_time()
    coordinator.drop_device("zbDoor001")
    assert time.thread_time() - began < 0.01
    assert not [key for key in coordinator.data if key[0] == "zbDoor001"]


async def test_the_number_of_known_types_and_protocols_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("custom_components.instathings.api.catalogue.MOST_KINDS", 3)

    class Client:
        async def types(self) -> list[DeviceType]:
            return [DeviceType(id=f"other{number}") for number in range(9)] + [DeviceType(id="t0")]

        async def type(self, type_id: str) -> DeviceType:
            return DeviceType(id=type_id)

        async def protocol(self, protocol_id: str) -> Any:
            return type("Protocol", (), {"name": protocol_id})

    client: Any = Client()
    catalogue = Catalogue(client)
    for number in range(9):
        await catalogue.learn([Device(id="d", name="D", type_id=f"t{number}", protocols=(f"p{number}",))])
    assert "t0" in catalogue.types
    assert (len(catalogue.types), len(catalogue.protocols)) == (3, 3)


async def test_the_description_of_another_device_is_an_invalid_answer(
    cloud: CloudSimulator, in_cloud: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A renamed lamp got the name and the type of a door."""
    described = cloud.described
    things = cloud.house.things
    monkeypatch.setattr(cloud, "described", lambda thing, **options: described(things["zbDoor001"], **options))
    with pytest.raises(HomeAssistantError) as invalid:
        await async_patch(in_cloud.runtime_data, "zbBulb001", name="Lamp")
    assert invalid.value.translation_key == "invalid_answer"
