"""Values written directly: which, what makes Home Assistant write again, and that nobody sees the difference."""

from collections.abc import Callable
from datetime import timedelta
import math
from typing import Any, override

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED, MAX_LENGTH_STATE_STATE
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import CONTEXT_RECENT_TIME_SECONDS
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from common.client.errors import CannotConnect
from tests.push.fake import FakeIntegration, FakeValueSensor
from tests.push.meter import DAWN, Meter
from tests.value_states import Watch
from tests.waiting import eventually

USER = "a" * 32

# What is written directly ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (-7, "-7"),
        (10**20, "100000000000000000000"),
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (0.1 + 0.2, "0.3"),
        (1 / 3, "0.333333333333333"),
        (1e22, "1e+22"),
        (1e-9, "1e-09"),
    ],
)
@pytest.mark.parametrize("key", ["power", "any"])
async def test_a_number_is_written_directly(meter: Meter, key: str, value: float, shown: str) -> None:
    assert meter.says(key, value)
    assert meter.state(key).state == shown
    assert meter.wrong(key) is None


async def test_on_and_off_are_written_directly(meter: Meter) -> None:
    for value, shown in ((True, "on"), (False, "off")):
        assert meter.says("door", value)
        assert meter.state("door").state == shown
        assert meter.wrong("door") is None


class Doubled(FakeValueSensor):
    """Shows twice what it reads."""

    shows = staticmethod(lambda value: value * 2)


class Summed(FakeValueSensor):
    """Shows what two keys come to."""

    @override
    def shown(self) -> Any:
        return self.coordinator.data["power"] + self.coordinator.data["any"]


async def test_what_is_made_of_one_value_is_written_directly_but_not_what_is_made_of_two(
    hass: HomeAssistant, fake: FakeIntegration, monkeypatch: pytest.MonkeyPatch
) -> None:
    meter = Meter(hass, fake, monkeypatch)
    fake.sensors = lambda _part: [Doubled(fake.coordinator, "power"), Summed(fake.coordinator, "any")]
    await meter.set_up()
    assert meter.says("power", 7)
    assert meter.state("power").state == "14"
    assert not meter.says("any", 4)
    assert meter.state("any").state == "11"


async def test_each_change_has_a_context_of_its_own(meter: Meter) -> None:
    seen = set()
    for value in (1, 2, 3):
        assert meter.says("power", value)
        context = meter.state("power").context
        assert (context.user_id, context.parent_id) == (None, None)
        seen.add(context.id)
    assert len(seen) == 3


@pytest.mark.parametrize(("key", "value", "other"), [("power", 7, 8), ("door", True, False), ("any", 0.5, 1.5)])
async def test_the_same_value_again_is_reported(
    hass: HomeAssistant, meter: Meter, freezer: FrozenDateTimeFactory, key: str, value: Any, other: Any
) -> None:
    """As Home Assistant has it: reported now, neither changed nor updated."""
    meter.says(key, value)
    before = meter.state(key)
    changed, updated, context = before.last_changed, before.last_updated, before.context
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    reports: list[str] = []
    hass.bus.async_listen(
        EVENT_STATE_REPORTED,
        callback(lambda event: reports.append(event.data["entity_id"])),
        event_filter=callback(lambda data: data["entity_id"] == before.entity_id),
    )
    freezer.tick(timedelta(seconds=2))
    meter.by_home_assistant.clear()
    meter.tick()
    assert meter.entity_id(key) not in meter.by_home_assistant
    after = meter.state(key)
    assert after.last_reported - updated == timedelta(seconds=2)
    assert (after.last_changed, after.last_updated, after.context) == (changed, updated, context)
    assert reports == [before.entity_id]
    assert changes == []

    freezer.tick(timedelta(seconds=2))
    assert meter.says(key, other)
    assert meter.state(key).last_changed - changed == timedelta(seconds=4)
    assert [event.data["entity_id"] for event in changes] == [before.entity_id]


# What Home Assistant writes ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        ("any", "a text", "a text"),
        ("any", "12", "12"),
        ("any", True, "True"),
        ("power", True, "True"),
        ("power", "12", "12"),
        ("any", "t" * (MAX_LENGTH_STATE_STATE + 1), "unknown"),
        ("any", 10**MAX_LENGTH_STATE_STATE, "unknown"),
        ("power", 10**MAX_LENGTH_STATE_STATE, "unknown"),
        ("any", math.inf, "inf"),
        ("any", math.nan, "nan"),
        ("any", None, "unknown"),
        ("power", None, "unknown"),
        ("door", None, "unknown"),
        ("mode", "boost", "boost"),
        ("moment", DAWN + timedelta(hours=1), "2026-11-21T08:30:00+00:00"),
        ("detailed", 2, "2"),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_everything_else_home_assistant_writes(meter: Meter, key: str, value: Any, shown: str) -> None:
    first = meter.fake.coordinator.data[key]
    assert not meter.says(key, value)
    assert meter.state(key).state == shown
    assert meter.wrong(key) is None
    assert not meter.says(key, first)
    assert meter.wrong(key) is None


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan, 10**400, "a text"], ids=lambda value: str(value)[:6])
async def test_what_home_assistant_refuses_changes_nothing(
    meter: Meter, caplog: pytest.LogCaptureFixture, value: Any
) -> None:
    """Not this state, and nobody else's; what comes next is shown again."""
    before = meter.state("power")
    meter.fake.coordinator.apply({"power": value, "temperature": 21.5, "door": True})
    assert meter.state("power") is before
    assert caplog.text.count("a state could not be written") == 1
    assert (meter.state("temperature").state, meter.state("door").state) == ("21.5", "on")
    caplog.clear()
    meter.says("power", 8)
    assert meter.state("power").state == "8"
    assert meter.wrong("power") is None


async def test_extra_attributes_are_kept(meter: Meter) -> None:
    for value in (2, 3, 4):
        meter.entity("detailed")._attr_extra_state_attributes = {"phase": value}
        assert not meter.says("detailed", value)
        assert meter.state("detailed").attributes["phase"] == value
        assert meter.wrong("detailed") is None


# Who else has a hand in it -----------------------------------------------------------------------


async def test_unavailable_and_back(hass: HomeAssistant, meter: Meter) -> None:
    device = meter.fake.device
    device.refuses = CannotConnect("no route to the device")
    device.end()
    await eventually(lambda: not meter.fake.coordinator.last_update_success)
    for key in ("power", "door"):
        assert meter.state(key).state == "unavailable"
        assert meter.wrong(key) is None
    assert not meter.says("power", 7)
    assert meter.state("power").state == "unavailable"

    reported: list[str] = []
    hass.bus.async_listen(
        EVENT_STATE_REPORTED,
        callback(lambda event: reported.append(event.data["entity_id"])),
        event_filter=callback(lambda _data: True),
    )
    device.full = {**device.full, "power": 8, "door": True}
    device.refuses = None
    await eventually(lambda: meter.fake.coordinator.last_update_success)
    await eventually(lambda: meter.state("power").state == "8" and meter.state("door").state == "on")
    assert reported == [], "each was written once"
    for key, value in (("power", 9), ("door", False)):
        assert meter.wrong(key) is None
        assert meter.says(key, value)
        assert meter.wrong(key) is None


async def test_the_context_of_who_changed_it_holds_for_a_while(meter: Meter, freezer: FrozenDateTimeFactory) -> None:
    context = Context(user_id=USER)
    meter.entity("door").async_set_context(context)
    for value in (True, False):
        assert not meter.says("door", value)
        assert meter.state("door").context is context
    freezer.tick(CONTEXT_RECENT_TIME_SECONDS + 1)
    assert not meter.says("door", True)
    for value in (False, True):
        assert meter.says("door", value)
        assert meter.state("door").context.user_id is None
        assert meter.wrong("door") is None


@pytest.mark.parametrize(("key", "value", "other"), [("power", 7, 8), ("door", True, False)])
async def test_a_state_that_somebody_else_wrote_is_repaired(
    hass: HomeAssistant, meter: Meter, key: str, value: Any, other: Any
) -> None:
    hass.states.async_set(meter.entity_id(key), "nonsense", {"friendly_name": "Nonsense"})
    assert not meter.says(key, value)
    assert meter.wrong(key) is None
    assert meter.says(key, other)
    assert meter.wrong(key) is None


@pytest.mark.parametrize(("key", "value", "other"), [("power", 7, 8), ("door", True, False)])
async def test_a_state_that_somebody_removed_comes_back(
    hass: HomeAssistant, meter: Meter, key: str, value: Any, other: Any
) -> None:
    assert hass.states.async_remove(meter.entity_id(key))
    assert not meter.says(key, value)
    assert meter.wrong(key) is None
    assert meter.says(key, other)
    assert meter.wrong(key) is None


def remove_from_the_registry(hass: HomeAssistant, meter: Meter) -> None:
    er.async_get(hass).async_remove(meter.entity_id("power"))


def remove_from_the_platform(hass: HomeAssistant, meter: Meter) -> None:
    hass.async_create_task(meter.entity("power").async_remove(), eager_start=True)


def disable(hass: HomeAssistant, meter: Meter) -> None:
    er.async_get(hass).async_update_entity(meter.entity_id("power"), disabled_by=er.RegistryEntryDisabler.USER)


@pytest.mark.parametrize("slow", [None, 0.01], ids=["at once", "slowly"])
@pytest.mark.parametrize(
    ("remove", "left"), [(remove_from_the_registry, None), (remove_from_the_platform, "unavailable"), (disable, None)]
)
async def test_an_entity_that_goes_while_others_are_told_writes_nothing_more(
    hass: HomeAssistant,
    meter: Meter,
    remove: Callable[[HomeAssistant, Meter], None],
    left: str | None,
    slow: float | None,
) -> None:
    """Whom a change is told is settled before the first hears of it."""
    coordinator, entity_id = meter.fake.coordinator, meter.entity_id("power")
    meter.entity("power").slow = slow
    own = meter.entity("power")._on_change
    coordinator.untell(("power",), own)
    coordinator.listen(("power",), lambda: remove(hass, meter))
    coordinator.tell(("power",), own)
    changes = async_capture_events(hass, EVENT_STATE_CHANGED)
    coordinator.apply({"power": 7})
    await hass.async_block_till_done()
    states = [event.data["new_state"] for event in changes if event.data["entity_id"] == entity_id]
    assert [state.state if state else None for state in states] == [left]


# The watch over the whole suite ------------------------------------------------------------------


async def test_the_watch_sees_every_direct_write(meter: Meter, value_states: Watch) -> None:
    before = value_states.directly
    meter.says("power", 7)
    meter.says("door", True)
    meter.says("any", "a text")
    assert value_states.directly == before + 2
    assert value_states.wrong == []


async def test_the_watch_notes_what_is_wrong(
    meter: Meter, value_states: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meter.entity("power")._shortcut, "_as_state", lambda _shown: "13")
    meter.says("power", 7)
    monkeypatch.setattr(meter.entity("door"), "_attr_icon", "mdi:door", raising=False)
    meter.says("door", True)
    first, second = value_states.wrong
    value_states.wrong.clear()
    assert first.startswith("sensor.meter_power: ('13', ")
    assert "mdi:door" in second
