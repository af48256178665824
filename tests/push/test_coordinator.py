"""The keyed coordinator: what a message costs, the order of changes, and life and death."""

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


async def test_a_message_costs_what_changed(hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice) -> None:
    many_sensors(fake, device)
    await fake.set_up()
    assert len(hass.states.async_all("sensor")) == 120
    for sensor in fake.coordinator.added.values():
        sensor.writes = 0

    fake.coordinator.apply({"key_7": 1})

    assert {key: sensor.writes for key, sensor in fake.coordinator.added.items() if sensor.writes} == {"key_7": 1}
    assert state_of(hass, "sensor.key_7").state == "1"


async def test_equal_values_and_unknown_keys_cost_nothing(fake: FakeIntegration, device: FakeDevice) -> None:
    many_sensors(fake, device, 3)
    await fake.set_up()
    for sensor in fake.coordinator.added.values():
        sensor.writes = 0

    fake.coordinator.apply({"key_1": 0, "nobody_reads_this": 5})

    assert [sensor.writes for sensor in fake.coordinator.added.values()] == [0, 0, 0]
    assert fake.coordinator.data["nobody_reads_this"] == 5


async def test_a_full_state_replaces_nothing_that_came_after_it(hass: HomeAssistant, fake: FakeIntegration) -> None:
    """Another way may report something newer while the entry waits for its turn."""
    await fake.set_up()
    full = {**fake.coordinator.data, "lamp": "on"}
    hass.loop.call_soon(fake.coordinator.apply, {"lamp": "off"})

    await fake.coordinator.async_connected(full)
    await asyncio.sleep(0)

    assert fake.coordinator.data["lamp"] == "off"


async def test_a_listener_of_several_keys_is_called_once_a_message(fake: FakeIntegration) -> None:
    await fake.set_up()
    calls: list[dict[str, Any]] = []
    stop = fake.coordinator.subscribe(("a", "b"), lambda: calls.append(dict(fake.coordinator.data)))

    fake.coordinator.apply({"a": 1, "b": 2})
    fake.coordinator.apply({"b": 3})
    stop()
    fake.coordinator.apply({"a": 9})

    assert [(call["a"], call["b"]) for call in calls] == [(1, 2), (1, 3)]


async def test_every_change_of_a_plain_key_is_written_in_order(hass: HomeAssistant, fake: FakeIntegration) -> None:
    await fake.set_up()
    seen: list[str] = []

    @callback
    def note(event: Event[Any]) -> None:
        if event.data["entity_id"] == "sensor.lamp":
            seen.append(event.data["new_state"].state)

    hass.bus.async_listen("state_changed", note)
    values = [f"step {number}" for number in range(50)]
    for value in values:
        fake.coordinator.apply({"lamp": value})
    await hass.async_block_till_done()

    assert seen == values


async def test_a_failing_listener_stops_nobody_else(
    hass: HomeAssistant, fake: FakeIntegration, caplog: pytest.LogCaptureFixture
) -> None:
    await fake.set_up()

    def fail() -> None:
        raise KeyError("nothing there")

    fake.coordinator.subscribe(("first",), fail)
    fake.coordinator.apply({"first": 1, "lamp": "off"})

    assert state_of(hass, "sensor.lamp").state == "off"
    assert "a state could not be written" in caplog.text


async def test_forgotten_keys_are_told_and_gone(hass: HomeAssistant, fake: FakeIntegration) -> None:
    await fake.set_up()

    fake.coordinator.forget(["lamp", "never there"])

    assert "lamp" not in fake.coordinator.data
    assert state_of(hass, "sensor.lamp").state == "unknown"


async def test_events_are_neither_compared_nor_held_back(fake: FakeIntegration) -> None:
    await fake.set_up()
    heard: list[str] = []
    stop = fake.coordinator.subscribe_event("button", heard.append)

    for _ in range(3):
        fake.coordinator.fire("button", "pressed")
    fake.coordinator.fire("another", "pressed")
    stop()
    fake.coordinator.fire("button", "released")

    assert heard == ["pressed"] * 3


async def test_a_reconnect_writes_only_what_changed_meanwhile_for_listeners_beside_entities(
    fake: FakeIntegration, device: FakeDevice
) -> None:
    await fake.set_up()
    calls: list[str] = []
    fake.coordinator.subscribe(("lamp",), lambda: calls.append("lamp"))
    fake.coordinator.subscribe(("pressure",), lambda: calls.append("pressure"))

    device.full = {"lamp": "off", "pressure": 1.5}
    device.end(CannotConnect("cable pulled"))
    await asyncio.sleep(0)
    await asyncio.wait_for(device.established.wait(), 5)

    assert calls == ["lamp"]


async def test_a_full_state_removes_keys_that_are_gone(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice
) -> None:
    await fake.set_up()

    await fake.coordinator.async_connected({"pressure": 2.0})
    await hass.async_block_till_done()

    assert fake.coordinator.data == {"pressure": 2.0}
    assert state_of(hass, "sensor.lamp").state == "unknown"
    assert state_of(hass, "sensor.pressure").state == "2.0"


async def test_a_full_state_does_not_hold_the_loop_up(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thousands of listeners are told in slices: other work gets its turn in between."""
    monkeypatch.setattr("common.client.slices.SLICE_SECONDS", 0.0)
    many_sensors(fake, device, 50)
    await fake.set_up()
    turns = 0

    async def somebody_else() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    other = asyncio.create_task(somebody_else())
    await fake.coordinator.async_connected(dict.fromkeys(device.full, 1))
    other.cancel()

    assert turns >= 49
    assert all(state_of(hass, f"sensor.{key}").state == "1" for key in device.full)


async def test_an_entity_removed_between_two_slices_is_left_alone(
    hass: HomeAssistant,
    fake: FakeIntegration,
    device: FakeDevice,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("common.client.slices.SLICE_SECONDS", 0.0)
    many_sensors(fake, device, 3)
    await fake.set_up()

    telling = asyncio.create_task(fake.coordinator.async_connected(dict.fromkeys(device.full, 1)))
    await asyncio.sleep(0)
    fake.coordinator.parts.remove("device")
    await telling
    await hass.async_block_till_done()

    assert hass.states.async_all("sensor") == []
    assert "could not be written" not in caplog.text


@pytest.mark.parametrize("how", ["unload", "reload", "stop"])
async def test_nothing_is_left_behind(hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice, how: str) -> None:
    """Lingering tasks and timers fail the test by themselves; the session must have been closed."""
    await fake.set_up()
    for number in range(3):
        fake.coordinator.apply({"pressure": number})  # leaves the throttle's timer running
    old = fake.coordinator

    if how == "unload":
        assert await hass.config_entries.async_unload(fake.entry.entry_id)
    elif how == "reload":
        assert await hass.config_entries.async_reload(fake.entry.entry_id)
        assert fake.coordinator is not old
        assert device.established.is_set()
    else:
        hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
        await hass.async_block_till_done()
    assert device.closed == 1

    old.apply({"pressure": 99.0})
    old.apply({"pressure": 100.0})
    if how == "reload":
        await hass.config_entries.async_unload(fake.entry.entry_id)


async def test_stopping_twice_and_before_the_start_is_harmless(fake: FakeIntegration) -> None:
    await fake.set_up()
    await fake.coordinator.async_stop()
    await fake.coordinator.async_stop()


async def test_a_stop_during_the_first_connection_ends_the_wait(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Home Assistant that stops while a device does not answer must not wait for it."""

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
    "error", [CannotConnect("no route"), AuthFailed("wrong token"), RuntimeError("a fault of ours")], ids=repr
)
async def test_a_first_connection_that_fails(
    hass: HomeAssistant, fake: FakeIntegration, device: FakeDevice, error: Exception
) -> None:
    device.refuses = error
    assert not await fake.set_up()
    assert fake.entry.state is ConfigEntryState.SETUP_RETRY
    reauth = hass.config_entries.flow.async_progress_by_handler("fake")
    assert [flow["context"]["source"] for flow in reauth] == (["reauth"] if isinstance(error, AuthFailed) else [])
    await hass.config_entries.async_unload(fake.entry.entry_id)
