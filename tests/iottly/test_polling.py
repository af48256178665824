"""The interval of polls, which is longer while webhooks are received."""

import asyncio
from datetime import datetime, timedelta, tzinfo
import time
from typing import Any, Self

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iottly.api import Message
from custom_components.iottly.api.message import parse_message
from custom_components.iottly.common.client.wire import DropCounter
from custom_components.iottly.coordinator import POLL_MESSAGES
from custom_components.iottly.message_store import Key
from custom_components.iottly.polling import LONGEST_SECONDS, PollSchedule
from simulators.iottly.boards import DOORBELL, GREENHOUSE, METER
from simulators.iottly.cloud import IottlyCloud
from tests.entries import set_up
from tests.waiting import eventually

from .test_untrusted import refresh


def test_webhooks_postpone_the_next_poll() -> None:
    now = 1000.0
    schedule = PollSchedule(lambda: now, 60)
    assert schedule.due_in == 60
    for _ in range(100):
        now += 30
        schedule.pushed()
        assert schedule.due_in <= 60
        if schedule.due_in <= 30:
            break
    assert now - 1000 == pytest.approx(LONGEST_SECONDS, abs=60), "the project is polled in spite of many webhooks"
    schedule.polled(missed=0)
    now += 50
    schedule.pushed()
    now += 59
    assert schedule.due_in == 1, "the poll is due one interval after the last webhook"
    now += 1
    schedule.polled(missed=0)
    assert schedule.due_in == 60, "no webhook was received since the poll"
    now += 50
    schedule.pushed()
    schedule.polled(missed=3)
    now += 5
    schedule.pushed()
    assert schedule.due_in == 55, "webhooks do not postpone the poll if messages were missed"


async def test_the_project_is_polled_at_the_interval(
    hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(entry, options={"poll_interval": 0.1})
    begin = hass.loop.time()
    assert await hass.config_entries.async_setup(entry.entry_id)
    path = f"/v1.0/project/{entry.unique_id}/messages/{METER}"
    await eventually(lambda: len(cloud.record.of("request", path=path)) == 4)
    assert hass.loop.time() - begin >= 0.3
    inspections = [one for one in cloud.record.of("request") if one["path"].endswith("/inspect")]
    assert len(inspections) == 1, "the project is read only once"


async def test_a_poll_reads_more_messages_than_one_page(cloud: IottlyCloud, loaded: MockConfigEntry) -> None:
    fired: list[Any] = []
    loaded.runtime_data.subscribe_event(DOORBELL, fired.append)
    cloud.do_burst(DOORBELL, 60)
    await loaded.runtime_data.async_request_refresh()
    await eventually(lambda: len(fired) == 60, 3, lambda: f"{len(fired)}")
    assert [message.payload["burst"]["number"] for message in fired] == list(range(60))


@pytest.mark.parametrize("hours", [6, -6])
async def test_messages_are_events_after_the_clock_was_wrong_at_the_start(
    hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    """With a clock that was ahead, no polled message was an event for as long as that."""

    class WrongClock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            wrong = datetime.now(tz) + timedelta(hours=hours)
            return cls.fromtimestamp(wrong.timestamp(), tz)

    with monkeypatch.context() as wrong:
        wrong.setattr("custom_components.iottly.coordinator.datetime", WrongClock)
        await set_up(hass, entry)
    fired: list[str] = []
    entry.runtime_data.subscribe_event(GREENHOUSE, lambda message: fired.append(message.name))
    cloud.do_message(GREENHOUSE, {"old": {"a": 1}}, hours_ago=1)
    cloud.do_message(GREENHOUSE, {"new": {"a": 1}})
    await refresh(hass, entry, cloud)
    assert fired == ["new"]


async def test_a_poll_of_thousands_of_messages_does_not_block_home_assistant(loaded: MockConfigEntry) -> None:
    """A value that the webhook brings meanwhile is not replaced by an older one of the poll."""
    coordinator = loaded.runtime_data
    state = await coordinator._async_poll(POLL_MESSAGES)
    now = dt_util.utcnow()

    def sent(seconds_ago: int, power: int) -> Message:
        row = {"from": METER, "timestamp": (now - timedelta(seconds=seconds_ago)).isoformat(), "power": power}
        message = parse_message(row, now, DropCounter())
        assert message is not None
        return message

    old = [sent(5000 - number, number) for number in range(3000)]
    composing = asyncio.create_task(coordinator._async_compose(state._replace(messages={**state.messages, METER: old})))
    longest, turns = 0.0, 0
    while not composing.done():
        began = time.thread_time()
        await asyncio.sleep(0)
        longest, turns = max(longest, time.thread_time() - began), turns + 1
        if turns == 2:
            coordinator.async_take(sent(0, 7777), now)
    full, new = composing.result()
    assert turns > 5
    assert longest < 0.05
    assert len(new) == 3000
    assert full[Key(METER, "power")] == 7777
