"""Lists of the robot that are not whole: nobody knows what is gone, so nothing is removed."""

from typing import Any

from homeassistant.const import STATE_OFF, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.misty.const import DOMAIN
from simulators.misty import MistySimulator
from simulators.misty.parameters import Failure
from simulators.misty.registry import HANDLERS
from tests.waiting import eventually

SKILL = {"uniqueId": "new", "name": "New"}


def entities(hass: HomeAssistant, entry: MockConfigEntry) -> set[str]:
    return {one.unique_id for one in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)}


def skills(hass: HomeAssistant, entry: MockConfigEntry) -> set[str]:
    known = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return {one.unique_id for one in known if one.domain == "switch" and "_skill_" in one.unique_id}


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("skills", None),
        ("skills", []),
        ("skills", [{"uniqueId": 7}]),
        ("skills", Failure("Starting")),
        ("help", {"get": [{"endpoint": "device"}]}),
        ("help", {"get": [{"endpoint": "device"}, None], "post": None}),
        ("websockets", [{"class": "SelfState"}]),
        ("websockets", [None]),
    ],
    ids=str,
)
async def test_an_incomplete_list_removes_no_entity(
    hass: HomeAssistant,
    simulator: MistySimulator,
    loaded: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    answer: Any,
) -> None:
    """The names and settings that a person gave to the entities would be lost with them."""
    before = entities(hass, loaded)
    assert skills(hass, loaded)

    def respond(*_: Any) -> Any:
        if isinstance(answer, Failure):
            raise answer
        return answer

    monkeypatch.setitem(HANDLERS, ("GET", path), respond)
    await loaded.runtime_data.async_refresh_slow()
    await hass.async_block_till_done()
    assert entities(hass, loaded) == before
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert entities(hass, loaded) == before


async def test_a_new_skill_in_an_incomplete_list_is_added(
    hass: HomeAssistant, loaded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = skills(hass, loaded)
    monkeypatch.setitem(HANDLERS, ("GET", "skills"), lambda *_: [SKILL, None])
    await loaded.runtime_data.async_refresh_slow()
    await eventually(lambda: skills(hass, loaded) == before | {"20193600123_skill_new"})
    # A whole list removes what it lacks.
    monkeypatch.setitem(HANDLERS, ("GET", "skills"), lambda *_: [SKILL])
    await loaded.runtime_data.async_refresh_slow()
    await eventually(lambda: skills(hass, loaded) == {"20193600123_skill_new"})


@pytest.mark.usefixtures("everything_enabled")
@pytest.mark.parametrize(("answer", "expected"), [([], STATE_OFF), (None, STATE_UNKNOWN), ({}, STATE_UNKNOWN)], ids=str)
async def test_a_skill_is_unknown_if_nobody_knows_which_ones_are_running(
    hass: HomeAssistant, loaded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch, answer: Any, expected: str
) -> None:
    monkeypatch.setitem(HANDLERS, ("GET", "skills/running"), lambda *_: answer)
    await loaded.runtime_data.async_refresh_slow()
    entity_ids = {er.async_get(hass).async_get_entity_id("switch", DOMAIN, one) for one in skills(hass, loaded)}
    assert {state.state for one in entity_ids if one and (state := hass.states.get(one))} == {expected}
