"""The actions and their errors, and the import of stored readings."""

from base64 import b64decode
from collections.abc import Callable
from datetime import timedelta
import io
import logging
import time
from typing import Any
from unittest.mock import Mock
import zipfile

from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done
import voluptuous as vol

from custom_components.instathings.common.history import statistics as history
from custom_components.instathings.const import DOMAIN
from simulators.instathings.cloud import CloudSimulator
from simulators.instathings.gateway import GatewaySimulator
from simulators.instathings.house import GATEWAY
from tests.entries import set_up
from tests.waiting import eventually


async def _act(hass: HomeAssistant, action: str, device: str, **data: Any) -> Any:
    wants_answer = action in ("get_status", "get_data", "get_logs", "create_certificate", "import_history")
    return await hass.services.async_call(
        DOMAIN, action, {"device_id": device, **data}, blocking=True, return_response=wants_answer
    )


async def test_set_sends_a_payload(
    hass: HomeAssistant, cloud: CloudSimulator, in_cloud: MockConfigEntry, device_id_of: Callable[..., str]
) -> None:
    await _act(hass, "set", device_id_of(in_cloud, "zbBulb001"), payload={"state": "TOGGLE"})
    assert cloud.record.of("set")[-1]["body"] == {"state": "TOGGLE"}
    shelly = device_id_of(in_cloud, "httpPlug1")
    await _act(hass, "set", shelly, path="/relay/0", method="get", query={"turn": "on"})
    sent = cloud.record.of("set")[-1]
    assert (sent["path"], sent["method"], sent["query"]) == ("/relay/0", "GET", {"turn": "on"})
    for wrong in (
        {"path": "/relay/0"},
        {"path": "relay", "method": "GET"},
        {"path": "/a b", "method": "GET"},
        {"path": "/a", "method": "FLY"},
    ):
        with pytest.raises(vol.Invalid):
            await _act(hass, "set", shelly, **wrong)
    with pytest.raises(HomeAssistantError) as raised:
        await _act(hass, "set", shelly)
    assert raised.value.translation_key == "refused"


async def test_actions_return_responses(
    hass: HomeAssistant, cloud: CloudSimulator, in_cloud: MockConfigEntry, device_id_of: Callable[..., str]
) -> None:
    lamp = device_id_of(in_cloud, "zbBulb001")
    status = await _act(hass, "get_status", lamp, payload={"state": ""})
    assert status["status"]["color"] == {"x": 0.4599, "y": 0.4106}
    assert cloud.record.of("status")[-1]["body"] == {"state": ""}

    cloud.house.change("zbTemp001", {"temperature": 3})
    now = dt_util.now()
    data = await _act(
        hass,
        "get_data",
        device_id_of(in_cloud, "zbTemp001"),
        start=(now - timedelta(hours=1)).isoformat(),
        end=(now + timedelta(hours=1)).isoformat(),
        per_page=1,
    )
    assert data["total"] == 2
    assert data["data"][0]["values"]["temperature"] == 3

    cloud.command("log", message="hello")
    gateway = device_id_of(in_cloud, GATEWAY)
    logs = await _act(hass, "get_logs", gateway, container="gate")
    assert [(line["type"], line["message"]) for line in logs["logs"]] == [("LOG", "hello")]
    await _act(hass, "get_logs", gateway, container="gate", start=now.isoformat(), end=now.isoformat())
    assert cloud.record.of("logs")[-1]["start"] == str(round(now.timestamp() * 1000))
    with pytest.raises(vol.Invalid):
        await _act(hass, "get_logs", gateway, container="../x")


async def test_rename_and_delete_change_the_device(
    hass: HomeAssistant, cloud: CloudSimulator, in_cloud: MockConfigEntry, device_id_of: Callable[..., str]
) -> None:
    registry = dr.async_get(hass)
    lamp = device_id_of(in_cloud, "zbBulb001")
    await _act(hass, "rename", lamp, name="Reading lamp")
    device = registry.async_get(lamp)
    assert device is not None
    assert device.name == "Reading lamp"
    with pytest.raises(vol.Invalid):
        await _act(hass, "rename", lamp, name="a name of more than twenty characters")
    await _act(hass, "delete_device", lamp)
    assert registry.async_get(lamp) is None
    assert cloud.record.of("delete")[-1] == {"kind": "delete", "id": "zbBulb001", "how": "sub_device"}
    await hass.async_block_till_done()
    assert hass.states.get("light.living_room_lamp") is None
    await _act(hass, "delete_device", device_id_of(in_cloud, "virtual01"))
    assert cloud.record.of("delete")[-1]["how"] == "device"


async def test_a_certificate_is_returned_and_not_stored(
    hass: HomeAssistant,
    cloud: CloudSimulator,
    in_cloud: MockConfigEntry,
    device_id_of: Callable[..., str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    gateway = device_id_of(in_cloud, GATEWAY)
    answer = await _act(hass, "create_certificate", gateway)
    key = answer["certificate"]["credentials"]["privateKey"]
    assert "BEGIN privateKey" in key
    assert "BEGIN privateKey" not in "".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("aiohttp")
    )
    cloud.set_fault("live_mode")
    answer = await _act(hass, "create_certificate", gateway)
    archive = zipfile.ZipFile(io.BytesIO(b64decode(answer["zip_base64"])))
    assert "install.sh" in archive.namelist()
    with pytest.raises(ServiceValidationError) as raised:
        await _act(hass, "create_certificate", device_id_of(in_cloud, "zbBulb001"))
    assert raised.value.translation_key == "not_a_gateway"


async def test_an_invalid_target_raises_an_error(
    hass: HomeAssistant,
    in_cloud: MockConfigEntry,
    at_gateway: MockConfigEntry,
    gateway: GatewaySimulator,
    device_id_of: Callable[..., str],
) -> None:
    async def refused(device: str, action: str = "get_status") -> str | None:
        with pytest.raises(ServiceValidationError) as raised:
            await _act(hass, action, device)
        return raised.value.translation_key

    gateway.house.send("zbTemp001")
    await eventually(lambda: "zbTemp001" in at_gateway.runtime_data.inventory)
    assert await refused("nonsense") == "unknown_device"
    assert await refused(device_id_of(at_gateway, "zbTemp001")) == "cloud_only"
    data = await _act(hass, "get_data", device_id_of(at_gateway, "zbTemp001"))
    assert data["total"] == 2
    lamp = device_id_of(in_cloud, "zbBulb001")
    await hass.config_entries.async_unload(in_cloud.entry_id)
    assert await refused(lamp) == "not_loaded"


async def test_an_import_without_the_recorder_is_refused(
    hass: HomeAssistant, in_cloud: MockConfigEntry, device_id_of: Callable[..., str]
) -> None:
    with pytest.raises(HomeAssistantError) as raised:
        await _act(hass, "import_history", device_id_of(in_cloud, "zbTemp001"))
    assert raised.value.translation_key == "no_recorder"


async def test_the_history_is_imported_into_statistics(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    cloud: CloudSimulator,
    cloud_entry: MockConfigEntry,
    device_id_of: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # No hour ends between the first import and the second one.
    monkeypatch.setattr(history, "time", Mock(time=Mock(return_value=time.time())))
    thing = cloud.house.things["zbTemp001"]
    cloud.store.fill([thing, cloud.house.things["mbMeter01"]], 150)
    await set_up(hass, cloud_entry)
    device = device_id_of(cloud_entry, "zbTemp001")
    answer = await _act(hass, "import_history", device)
    assert answer["failed"] == []
    assert answer["points"] > 300
    await async_wait_recording_done(hass)

    async def hours(entity_id: str, kind: Any) -> list[Any]:
        rows: Any = await get_instance(hass).async_add_executor_job(
            lambda: statistics_during_period(
                hass, dt_util.utc_from_timestamp(0), None, {entity_id}, "hour", None, {kind}
            )
        )
        return [row[kind] for row in rows.get(entity_id, [])]

    means = await hours("sensor.bedroom_climate_temperature", "mean")
    assert 149 <= len(means) <= 151
    assert all(15 < mean < 27 for mean in means)
    # A second import adds nothing.
    assert (await _act(hass, "import_history", device))["hours"] == 0
    # A single sensor, without waiting.
    running = cloud_entry.runtime_data.history
    await hass.services.async_call(
        DOMAIN,
        "import_history",
        {"device_id": device, "entity_id": "sensor.bedroom_climate_humidity", "wait": False},
        blocking=True,
    )
    assert running.is_running
    await eventually(lambda: not running.is_running)
    one = await _act(hass, "import_history", device, entity_id="sensor.bedroom_climate_humidity")
    assert one["sensors"] == 1
    # A sensor of another device is refused.
    assert (await _act(hass, "import_history", device, entity_id="sensor.house_meter_power"))["sensors"] == 0
    # All devices of the gateway at once; meters have sums.
    answer = await _act(hass, "import_history", device_id_of(cloud_entry, GATEWAY))
    assert answer["sensors"] > 20
    await async_wait_recording_done(hass)
    sums = await hours("sensor.house_meter_imported_energy", "sum")
    assert sums == sorted(sums)
    assert sums[-1] > 20
    await hass.services.async_call(DOMAIN, "import_history", {"device_id": device}, blocking=True)


async def test_only_one_import_runs_at_a_time(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    cloud: CloudSimulator,
    cloud_entry: MockConfigEntry,
    device_id_of: Callable[..., str],
) -> None:
    cloud.store.fill([cloud.house.things["zbTemp001"]], 150)
    await set_up(hass, cloud_entry)
    device = device_id_of(cloud_entry, "zbTemp001")
    first = hass.async_create_task(_act(hass, "import_history", device))
    await eventually(lambda: cloud_entry.runtime_data.history.is_running)
    with pytest.raises(HomeAssistantError) as raised:
        await _act(hass, "import_history", device)
    assert raised.value.translation_key == "import_running"
    # The action waits for the import, and fails if the import fails.
    await hass.config_entries.async_unload(cloud_entry.entry_id)
    with pytest.raises(HomeAssistantError) as raised:
        await first
    assert raised.value.translation_key == "import_interrupted"


async def test_an_import_requests_only_new_readings_once_per_device(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    cloud: CloudSimulator,
    cloud_entry: MockConfigEntry,
    device_id_of: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cloud.store.fill([cloud.house.things["zbTemp001"]], 150)
    await set_up(hass, cloud_entry)
    device = device_id_of(cloud_entry, "zbTemp001")

    async def import_and_list_starts() -> list[float | None]:
        """Import the history; return the start of each requested first page in seconds before now."""
        before = len(cloud.record.of("data"))
        await _act(hass, "import_history", device)
        starts = [one["start"] for one in cloud.record.of("data")[before:] if one["page"] == 1]
        return [None if start is None else time.time() - int(start) / 1000 for start in starts]

    assert await import_and_list_starts() == [None]
    monkeypatch.setattr(history, "time", Mock(time=Mock(return_value=time.time() + 3600)))
    (since,) = await import_and_list_starts()
    assert since is not None
    assert 0 <= since < 3600


async def test_an_import_without_readings(
    recorder_mock: Recorder, hass: HomeAssistant, cloud_entry: MockConfigEntry
) -> None:
    await set_up(hass, cloud_entry)
    progress = await cloud_entry.runtime_data.history.start(())
    assert (progress.series, progress.points) == (0, 0)


@pytest.mark.parametrize("payload", [{1: 2}, {"a": 2**70}, {"a": float("nan")}], ids=str)
async def test_a_payload_that_is_not_json_is_refused_with_a_text(
    hass: HomeAssistant,
    cloud: CloudSimulator,
    in_cloud: MockConfigEntry,
    device_id_of: Callable[..., str],
    payload: dict[Any, Any],
) -> None:
    with pytest.raises(HomeAssistantError) as refused:
        await _act(hass, "set", device_id_of(in_cloud, "zbBulb001"), payload=payload)
    assert refused.value.translation_key == "refused"
    assert cloud.record.of("set") == []
