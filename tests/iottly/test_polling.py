"""The interval of polls, which is longer while webhooks are received."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iottly.polling import LONGEST_SECONDS, PollSchedule
from simulators.iottly.boards import DOORBELL, METER
from simulators.iottly.cloud import IottlyCloud
from tests.waiting import eventually


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
