"""How often is polled: rarely while webhooks arrive."""

import asyncio
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iottly.pace import LONGEST_SECONDS, Pace
from simulators.iottly.boards import DOORBELL, METER
from simulators.iottly.cloud import IottlyCloud
from tests.waiting import eventually


def test_webhooks_stretch_the_poll_interval_and_their_end_shrinks_it() -> None:
    now = 1000.0
    pace = Pace(lambda: now, 60)
    assert pace.due_in == 60
    for _ in range(100):
        now += 30
        pace.pushed()
        assert pace.due_in <= 60
        if pace.due_in <= 30:
            break
    assert now - 1000 == pytest.approx(LONGEST_SECONDS, abs=60), "however many arrive, it is polled at times"
    pace.polled(missed=0)
    now += 50
    pace.pushed()
    now += 59
    assert pace.due_in == 1, "an interval after the last webhook"
    now += 1
    pace.polled(missed=0)
    assert pace.due_in == 60, "none arrived since"
    now += 50
    pace.pushed()
    pace.polled(missed=3)
    now += 5
    pace.pushed()
    assert pace.due_in == 55, "a webhook that misses messages holds nothing up"


async def test_the_poll_interval_is_kept(hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry) -> None:
    hass.config_entries.async_update_entry(entry, options={"poll_interval": 0.3})
    assert await hass.config_entries.async_setup(entry.entry_id)
    cloud.record.clear()
    await asyncio.sleep(1.0)
    polls = cloud.record.of("request", path=f"/v1.0/project/{entry.unique_id}/messages/{METER}")
    assert 2 <= len(polls) <= 4
    assert not [one for one in cloud.record.of("request") if one["path"].endswith("/inspect")], "rarely changes"


async def test_more_messages_between_two_polls_than_one_asks_for(cloud: IottlyCloud, loaded: MockConfigEntry) -> None:
    fired: list[Any] = []
    loaded.runtime_data.subscribe_event(DOORBELL, fired.append)
    cloud.do_burst(DOORBELL, 60)
    await loaded.runtime_data.async_request_refresh()
    await eventually(lambda: len(fired) == 60, 3, lambda: f"{len(fired)}")
    assert [message.payload["burst"]["number"] for message in fired] == list(range(60))
