"""Many entries at once: only one of them works in a turn of the event loop."""

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
    """Entries with the platform sensor. The setup of the one with the title `slow` waits for `let_go`."""

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
    """Register a config flow, without which Home Assistant sets up no entry."""
    with mock_config_flow(DOMAIN, ConfigFlow):
        yield


async def test_each_caller_of_take_turn_has_its_own_turn(hass: HomeAssistant) -> None:
    loop, turn = asyncio.get_running_loop(), 0
    turns_taken: list[int] = []

    def count() -> None:
        nonlocal turn
        turn += 1
        if len(turns_taken) < 5:
            loop.call_soon(count)

    async def unit() -> None:
        await take_turn(hass, DOMAIN)
        turns_taken.append(turn)

    loop.call_soon(count)
    await asyncio.gather(*(unit() for _ in range(5)))

    assert len(set(turns_taken)) == 5


async def test_each_domain_has_its_own_turns(hass: HomeAssistant) -> None:
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


async def test_an_entry_that_hangs_does_not_block_the_others(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("common.push.turns.LONGEST_TURN_SECONDS", 0.01)
    hall = Hall(hass, "slow second")
    await eventually(lambda: hall.done == ["second"])

    hall.let_go.set()
    assert await hall.setup
    assert hall.done == ["second", "slow"]
