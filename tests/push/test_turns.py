"""Many devices at once: none waits for a turn of the event loop that another one fills."""

import asyncio
from collections.abc import Callable, Generator
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigFlow
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    MockPlatform,
    mock_config_flow,
    mock_integration,
    mock_platform,
)

from common.push.turns import async_forward_in_turn, take_turn
from tests.waiting import eventually

DOMAIN = "hall"


class Hall:
    """Entries that set up the platform sensor; the one with the title `slow` takes until it is let go."""

    def __init__(self, hass: HomeAssistant, titles: str) -> None:
        self.done: list[str] = []
        self.let_go = asyncio.Event()
        self.entries = [MockConfigEntry(domain=DOMAIN, title=title) for title in titles.split()]
        mock_integration(hass, MockModule(DOMAIN, async_setup_entry=self._set_up))
        mock_platform(hass, f"{DOMAIN}.config_flow")
        mock_platform(hass, f"{DOMAIN}.sensor", MockPlatform(async_setup_entry=self._set_up_sensors))
        for entry in self.entries:
            entry.add_to_hass(hass)
        self.setup = hass.async_create_task(async_setup_component(hass, DOMAIN, {}))

    async def _set_up(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
        await async_forward_in_turn(hass, entry, ("sensor",))
        return True

    async def _set_up_sensors(self, _hass: HomeAssistant, entry: ConfigEntry[Any], _add: Callable[..., Any]) -> None:
        if entry.title == "slow":
            await self.let_go.wait()
        self.done.append(entry.title)


@pytest.fixture(autouse=True)
def flow() -> Generator[None]:
    """Home Assistant wants a flow for every entry."""
    with mock_config_flow(DOMAIN, ConfigFlow):
        yield


async def test_each_goes_on_in_a_turn_of_its_own(hass: HomeAssistant) -> None:
    loop, turn = asyncio.get_running_loop(), 0
    went_on: list[int] = []

    def count() -> None:
        nonlocal turn
        turn += 1
        if len(went_on) < 5:
            loop.call_soon(count)

    async def unit() -> None:
        await take_turn(hass, DOMAIN)
        went_on.append(turn)

    loop.call_soon(count)
    await asyncio.gather(*(unit() for _ in range(5)))

    assert len(set(went_on)) == 5


async def test_other_domains_have_turns_of_their_own(hass: HomeAssistant) -> None:
    waiting = [asyncio.create_task(take_turn(hass, DOMAIN)) for _ in range(50)]
    other = asyncio.create_task(take_turn(hass, "another"))
    await other
    assert not all(task.done() for task in waiting)
    await asyncio.gather(*waiting)


async def test_entries_add_their_entities_one_after_the_other(hass: HomeAssistant) -> None:
    hall = Hall(hass, "slow second third")
    for _ in range(20):
        await asyncio.sleep(0)
    assert hall.done == []

    hall.let_go.set()
    assert await hall.setup
    assert hall.done == ["slow", "second", "third"]


async def test_who_hangs_keeps_no_other_waiting(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.push.turns.LONGEST_TURN_SECONDS", 0.01)
    hall = Hall(hass, "slow second")
    await eventually(lambda: hall.done == ["second"])

    hall.let_go.set()
    assert await hall.setup
    assert hall.done == ["second", "slow"]
