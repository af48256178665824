"""The coordinator: which entities a message updates, the order of changes, start and stop."""

import asyncio
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant, callback
import pytest

from common.client.errors import AuthFailed, CannotConnect
from tests.push.fake import FakeDevice, FakeIntegration, FakeSensor
from tests.states import state_of


def many_sensors(fake: FakeIntegration, device: FakeDevice, count: int = 120) -> None:
    """Give the device this many keys with one sensor each."""
    device.full = {f"key_{number}": 0 for number in range(count)}
    fake.sensors = lambda part: [FakeSensor(fake.coordinator, key) for key in device.full]


async def test_a_message_writes_only_entities_of_changed_keys(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice
) -> None:
    many_sensors(fake, device)
    await fake.set_up()
    assert len(hass.states.async_all("sensor")) == 120
    for sensor in fake.coordinator.added.values():
        sensor.writes = 0

    fake.coordinator.apply({"key_7": 1})

    assert {key: sensor.writes for key, sensor in fake.coordinator.added.items() if sensor.writes} == {"key_7": 1}
    assert state_of(hass, "sensor.key_7").state == "1"


async def test_equal_values_and_keys_without_entity_write_nothing(fake: FakeIntegration, device: FakeDevice) -> None:
    many_sensors(fake, device, 3)
    await fake.set_up()
    for sensor in fake.coordinator.added.values():
        sensor.writes = 0

    fake.coordinator.apply({"key_1": 0, "key_without_entity": 5})

    assert [sensor.writes for sensor in fake.coordinator.added.values()] == [0, 0, 0]
    assert fake.coordinator.data["key_without_entity"] == 5


async def test_a_full_state_does_not_overwrite_a_later_change(hass: HomeAssistant, fake: FakeIntegration) -> None:
    """A newer value can arrive by another way while the entry waits for its turn."""
    await fake.set_up()
    full = {**fake.coordinator.data, "lamp": "on"}
    hass.loop.call_soon(fake.coordinator.apply, {"lamp": "off"})

    await fake.coordinator.async_connected(full)
    await asyncio.sleep(0)

    assert fake.coordinator.data["lamp"] == "off"


async def test_a_subscriber_of_several_keys_is_called_once_per_message(fake: FakeIntegration) -> None:
    await fake.set_up()
    calls: list[dict[str, Any]] = []
    stop = fake.coordinator.subscribe(("a", "b"), lambda: calls.append(dict(fake.coordinator.data)))

    fake.coordinator.apply({"a": 1, "b": 2})
    fake.coordinator.apply({"b": 3})
    stop()
    fake.coordinator.apply({"a": 9})

    assert [(call["a"], call["b"]) for call in calls] == [(1, 2), (1, 3)]


async def test_every_change_of_an_immediate_key_is_written_in_order(hass: HomeAssistant, fake: FakeIntegration) -> None:
    await fake.set_up()
    written: list[str] = []

    @callback
    def note(event: Event[Any]) -> None:
        if event.data["entity_id"] == "sensor.lamp":
            written.append(event.data["new_state"].state)

    hass.bus.async_listen("state_changed", note)
    values = [f"step {number}" for number in range(50)]
    for value in values:
        fake.coordinator.apply({"lamp": value})
    await hass.async_block_till_done()

    assert written == values


async def test_other_subscribers_are_called_when_one_fails(
    hass: HomeAssistant, fake: FakeIntegration, caplog: pytest.LogCaptureFixture
) -> None:
    await fake.set_up()

    def fail() -> None:
        raise KeyError("missing")

    fake.coordinator.subscribe(("first",), fail)
    fake.coordinator.apply({"first": 1, "lamp": "off"})

    assert state_of(hass, "sensor.lamp").state == "off"
    assert "a state could not be written" in caplog.text


async def test_an_entity_is_unknown_after_its_key_is_forgotten(hass: HomeAssistant, fake: FakeIntegration) -> None:
    await fake.set_up()

    fake.coordinator.forget(["lamp", "unknown key"])

    assert "lamp" not in fake.coordinator.data
    assert state_of(hass, "sensor.lamp").state == "unknown"


async def test_equal_events_are_all_delivered_at_once(fake: FakeIntegration) -> None:
    await fake.set_up()
    received: list[str] = []
    stop = fake.coordinator.subscribe_event("button", received.append)

    for _ in range(3):
        fake.coordinator.fire("button", "pressed")
    fake.coordinator.fire("another", "pressed")
    stop()
    fake.coordinator.fire("button", "released")

    assert received == ["pressed"] * 3


async def test_a_reconnect_calls_only_subscribers_of_changed_keys(fake: FakeIntegration, device: FakeDevice) -> None:
    await fake.set_up()
    calls: list[str] = []
    fake.coordinator.subscribe(("lamp",), lambda: calls.append("lamp"))
    fake.coordinator.subscribe(("pressure",), lambda: calls.append("pressure"))

    device.full = {"lamp": "off", "pressure": 1.5}
    device.end(CannotConnect("cable pulled"))
    await asyncio.sleep(0)
    await asyncio.wait_for(device.established.wait(), 5)

    assert calls == ["lamp"]


async def test_a_full_state_removes_missing_keys(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice
) -> None:
    await fake.set_up()

    await fake.coordinator.async_connected({"pressure": 2.0})
    await hass.async_block_till_done()

    assert fake.coordinator.data == {"pressure": 2.0}
    assert state_of(hass, "sensor.lamp").state == "unknown"
    assert state_of(hass, "sensor.pressure").state == "2.0"


async def test_a_full_state_does_not_block_the_event_loop(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The subscribers are called in slices, between which the event loop runs other work."""
    monkeypatch.setattr("common.client.slices.SLICE_SECONDS", 0.0)
    many_sensors(fake, device, 50)
    await fake.set_up()
    turns = 0

    async def count_turns() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    other = asyncio.create_task(count_turns())
    await fake.coordinator.async_connected(dict.fromkeys(device.full, 1))
    other.cancel()

    assert turns >= 49
    assert all(state_of(hass, f"sensor.{key}").state == "1" for key in device.full)


async def test_an_entity_removed_between_two_slices_is_not_written(
    hass: HomeAssistant,
    fake: FakeIntegration,
    device: FakeDevice,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("common.client.slices.SLICE_SECONDS", 0.0)
    many_sensors(fake, device, 3)
    await fake.set_up()

    applying = asyncio.create_task(fake.coordinator.async_connected(dict.fromkeys(device.full, 1)))
    await asyncio.sleep(0)
    fake.coordinator.parts.remove("device")
    await applying
    await hass.async_block_till_done()

    assert hass.states.async_all("sensor") == []
    assert "could not be written" not in caplog.text


@pytest.mark.parametrize("how_it_ends", ["unload", "reload", "stop"])
async def test_the_session_is_closed_when_the_entry_ends(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice, how_it_ends: str
) -> None:
    """Home Assistant's test plugin fails the test if a task or a timer is left."""
    await fake.set_up()
    for number in range(3):
        fake.coordinator.apply({"pressure": number})  # starts the timer of the throttle
    old = fake.coordinator

    if how_it_ends == "unload":
        assert await hass.config_entries.async_unload(fake.entry.entry_id)
    elif how_it_ends == "reload":
        assert await hass.config_entries.async_reload(fake.entry.entry_id)
        assert fake.coordinator is not old
        assert device.established.is_set()
    else:
        hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
        await hass.async_block_till_done()
    assert device.closed == 1

    old.apply({"pressure": 99.0})
    old.apply({"pressure": 100.0})
    if how_it_ends == "reload":
        await hass.config_entries.async_unload(fake.entry.entry_id)


async def test_a_second_stop_raises_nothing(fake: FakeIntegration) -> None:
    await fake.set_up()
    await fake.coordinator.async_stop()
    await fake.coordinator.async_stop()


async def test_home_assistant_stops_while_the_first_connection_hangs(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(_coordinator: Any) -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr(device, "hold", hang)
    setting_up = asyncio.create_task(fake.set_up())
    await asyncio.sleep(0.05)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    assert not await asyncio.wait_for(setting_up, 5)
    assert fake.entry.state is ConfigEntryState.SETUP_RETRY
    await hass.config_entries.async_unload(fake.entry.entry_id)


@pytest.mark.parametrize(
    "error", [CannotConnect("no route"), AuthFailed("wrong token"), RuntimeError("a bug")], ids=repr
)
async def test_setup_is_retried_when_the_first_connection_fails(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice, error: Exception
) -> None:
    device.refuses = error
    assert not await fake.set_up()
    assert fake.entry.state is ConfigEntryState.SETUP_RETRY
    reauth = hass.config_entries.flow.async_progress_by_handler("fake")
    assert [flow["context"]["source"] for flow in reauth] == (["reauth"] if isinstance(error, AuthFailed) else [])
    await hass.config_entries.async_unload(fake.entry.entry_id)
