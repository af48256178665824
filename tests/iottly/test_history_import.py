"""The import of a project's history into long-term statistics."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from homeassistant.components.persistent_notification import Notification, UpdateType, async_register_callback
from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util.dt import utcnow
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iottly.api import IottlyClient, ServerError
from simulators.iottly.boards import METER
from simulators.iottly.cloud import IottlyCloud
from simulators.iottly.project import PROJECT_ID
from tests.waiting import eventually


@pytest.fixture
async def with_recorder(recorder_mock: Recorder) -> Recorder:
    """Set up the recorder before Home Assistant."""
    return recorder_mock


async def statistics(hass: HomeAssistant, entity_id: str) -> list[Any]:
    recorder = get_instance(hass)
    await recorder.async_block_till_done()
    rows = await recorder.async_add_executor_job(
        lambda: statistics_during_period(
            hass, utcnow() - timedelta(days=30), None, {entity_id}, "hour", None, {"mean", "state", "sum"}
        )
    )
    return rows.get(entity_id, [])


async def test_the_history_is_imported_into_statistics(
    with_recorder: Recorder,
    hass: HomeAssistant,
    everything_enabled: None,
    cloud: IottlyCloud,
    loaded: MockConfigEntry,
    act: Callable[..., Any],
    entity_of: Callable[[str, str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.iottly.history_import.CHUNK", 20)
    monkeypatch.setattr("custom_components.iottly.history_import.PAUSE_SECONDS", 0.0)
    for hour in range(48, 0, -1):
        cloud.do_message(METER, {"power_w": 100 + hour, "energy": 1000 - hour}, hours_ago=hour)
    done = await act("import_history", METER, wait=True)
    assert done["points"] >= 96
    assert done["failed"] == []
    power = await statistics(hass, entity_of("sensor", f"{METER}_payload_power_w"))
    assert len(power) >= 47
    energy = await statistics(hass, entity_of("sensor", f"{METER}_payload_energy"))
    assert energy[-1]["sum"] - energy[0]["sum"] == pytest.approx(len(energy) - 1, abs=1)

    await act("import_history", METER, wait=True, response=False)
    again = await act("import_history", METER, wait=True)
    assert again["hours"] == 0
    assert len(await statistics(hass, entity_of("sensor", f"{METER}_payload_power_w"))) == len(power)
    button = entity_of("button", f"{PROJECT_ID}_import_history")
    await hass.services.async_call("button", "press", {"entity_id": button}, blocking=True)
    assert loaded.runtime_data.history.is_running
    with pytest.raises(HomeAssistantError) as running:
        await act("import_history", METER, response=False, entity_id=[entity_of("sensor", f"{METER}_payload_power_w")])
    assert running.value.translation_key == "import_running"
    await eventually(lambda: not loaded.runtime_data.history.is_running)


async def test_an_import_without_the_recorder_is_refused(
    cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any]
) -> None:
    with pytest.raises(HomeAssistantError) as missing:
        await act("import_history", METER, response=False)
    assert missing.value.translation_key == "no_recorder"


async def test_an_interrupted_import_raises_an_error(
    with_recorder: Recorder, hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any]
) -> None:
    hass.config.language = "de"
    shown: list[str] = []

    @callback
    def on_change(_kind: UpdateType, notes: dict[str, Notification]) -> None:
        shown.extend(note["message"] for note in notes.values())

    async_register_callback(hass, on_change)
    cloud.set_fault("status", 503)
    with pytest.raises(HomeAssistantError) as cut:
        await act("import_history", METER, wait=True, response=False)
    assert cut.value.translation_key == "import_interrupted"
    (message,) = shown
    assert message == (
        "Der Import wurde unterbrochen (Iottly hat mit einem Fehler geantwortet und nicht gesagt, warum). "
        "Starte ihn erneut, um dort fortzufahren, wo er aufhörte."
    )


async def test_the_notification_of_an_interrupted_import_has_no_links_of_the_server(
    with_recorder: Recorder,
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    act: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[str] = []

    @callback
    def on_change(_kind: UpdateType, notes: dict[str, Notification]) -> None:
        shown.extend(note["message"] for note in notes.values())

    async def call(*_: Any, **__: Any) -> Any:
        raise ServerError(500, "[Log in](http://192.0.2.7/login) <img src=x> www.example.com")

    async_register_callback(hass, on_change)
    monkeypatch.setattr(IottlyClient, "_call", call)
    with pytest.raises(HomeAssistantError):
        await act("import_history", METER, wait=True, response=False)
    assert "Log in" in shown[-1]
    assert [markup for markup in ("[Log", "](", "://", "<img", "www.") if markup in shown[-1]] == []


async def test_unloading_the_entry_stops_an_import(
    with_recorder: Recorder,
    hass: HomeAssistant,
    cloud: IottlyCloud,
    loaded: MockConfigEntry,
    act: Callable[..., Any],
    entity_of: Callable[[str, str], str],
) -> None:
    cloud.set_fault("delay", 0.5)
    await act("import_history", METER, response=False, entity_id=[entity_of("sensor", f"{METER}_payload_power_w")])
    history = loaded.runtime_data.history
    assert history.is_running
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert not history.is_running
    # Wait until the cloud has sent its delayed responses.
    await asyncio.sleep(0.6)


async def test_the_notification_of_a_running_import_is_removed_with_the_entry(
    with_recorder: Recorder, hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any]
) -> None:
    updates: list[UpdateType] = []

    @callback
    def on_change(kind: UpdateType, _notes: dict[str, Notification]) -> None:
        updates.append(kind)

    async_register_callback(hass, on_change)
    cloud.set_fault("delay", 0.2)
    await act("import_history", METER, response=False)
    await eventually(lambda: bool(updates))
    assert loaded.runtime_data.history.is_running
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert updates[-1] is UpdateType.REMOVED
    # Wait until the cloud has sent its delayed responses.
    await asyncio.sleep(0.3)


async def test_an_unexpected_error_in_an_import_is_translated(
    with_recorder: Recorder,
    cloud: IottlyCloud,
    loaded: MockConfigEntry,
    act: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: Any) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr("custom_components.iottly.history_import.stored_series", broken)
    with pytest.raises(HomeAssistantError) as fault:
        await act("import_history", METER, wait=True, response=False)
    assert fault.value.translation_key == "import_failed"
