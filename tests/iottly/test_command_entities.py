"""Lights, covers and numbers of command subentries: their commands and states."""

from collections.abc import Callable
from functools import partial
from typing import Any

from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.iottly.const import SUBENTRY_COVER, SUBENTRY_LIGHT, SUBENTRY_NUMBER
from custom_components.iottly.reading import as_number, as_whole
from simulators.iottly.boards import GREENHOUSE
from simulators.iottly.cloud import IottlyCloud
from tests.waiting import eventually

from .conftest import sent
from .subentries import COVER, LIGHT, NUMBER, SWITCH, with_command

pytestmark = pytest.mark.usefixtures("short_pauses")


def state_of(hass: HomeAssistant, entity_id: str) -> State:
    state = hass.states.get(entity_id)
    assert state is not None
    return state


def has_position(hass: HomeAssistant, cover: str, position: int) -> bool:
    return state_of(hass, cover).attributes.get("current_position") == position


def without(data: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in names}


async def test_a_dimmable_light_with_reported_state(
    hass: HomeAssistant, cloud: IottlyCloud, loaded_with_webhook: MockConfigEntry
) -> None:
    light = await with_command(hass, loaded_with_webhook, SUBENTRY_LIGHT, LIGHT)
    assert state_of(hass, light).state == "unknown"
    assert "assumed_state" not in state_of(hass, light).attributes
    cloud.do_set(GREENHOUSE, dimmer={"level": 20})
    await eventually(lambda: state_of(hass, light).attributes["brightness"] == 51)
    await hass.services.async_call("light", "turn_on", {"entity_id": light, "brightness": 128}, blocking=True)
    assert state_of(hass, light).attributes["brightness"] == 128, "the state is updated before the action returns"
    await hass.services.async_call("light", "turn_off", {"entity_id": light}, blocking=True)
    assert state_of(hass, light).state == "off"
    await hass.services.async_call("light", "turn_on", {"entity_id": light}, blocking=True)
    assert [command["dimmer"]["level"] for command in sent(cloud)] == [50, 0, 50], (
        "the light is turned on with its previous brightness"
    )


async def test_a_light_without_reported_state(hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry) -> None:
    light = await with_command(hass, loaded, SUBENTRY_LIGHT, without(LIGHT, "level_key"))
    assert state_of(hass, light).attributes["assumed_state"] is True
    await hass.services.async_call("light", "turn_on", {"entity_id": light}, blocking=True)
    assert state_of(hass, light).attributes["brightness"] == 255
    await hass.services.async_call("light", "turn_on", {"entity_id": light, "brightness": 1}, blocking=True)
    await hass.services.async_call("light", "turn_off", {"entity_id": light}, blocking=True)
    assert state_of(hass, light).state == "off"
    assert [command["dimmer"]["level"] for command in sent(cloud)] == [100, 1, 0]


async def test_a_light_that_can_only_be_turned_on_and_off(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    light = await with_command(hass, loaded, SUBENTRY_LIGHT, SWITCH)
    assert state_of(hass, light).attributes["supported_color_modes"] == ["onoff"]
    assert state_of(hass, light).state == "off"
    for wanted in ("on", "off"):
        await hass.services.async_call("light", f"turn_{wanted}", {"entity_id": light}, blocking=True)
        assert state_of(hass, light).state == wanted
    assert sent(cloud) == [{"relay": {"status": "on"}}, {"relay": {"status": "off"}}]


async def test_a_light_with_values_for_on_and_off_and_reported_brightness(
    hass: HomeAssistant, cloud: IottlyCloud, loaded_with_webhook: MockConfigEntry
) -> None:
    data = {**SWITCH, "option": "level", "highest": 255, "level_key": "dimmer.level"}
    light = await with_command(hass, loaded_with_webhook, SUBENTRY_LIGHT, without(data, "state_key"))
    await hass.services.async_call("light", "turn_off", {"entity_id": light}, blocking=False)
    await eventually(lambda: sent(cloud) == [{"relay": {"status": "off"}}])
    cloud.do_set(GREENHOUSE, dimmer={"level": 0})
    await hass.async_block_till_done()
    assert state_of(hass, light).state == "off"


async def test_a_light_whose_board_does_not_respond(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    hass.config_entries.async_update_entry(loaded, options={"answer_seconds": 0.3})
    light = await with_command(hass, loaded, SUBENTRY_LIGHT, LIGHT)
    cloud.set_fault("lose_commands")
    with pytest.raises(HomeAssistantError) as lost:
        await hass.services.async_call("light", "turn_on", {"entity_id": light}, blocking=True)
    assert lost.value.translation_key == "no_answer"
    assert state_of(hass, light).state == "unknown"


async def test_a_cover_with_reported_position(
    hass: HomeAssistant, cloud: IottlyCloud, loaded_with_webhook: MockConfigEntry
) -> None:
    cover = await with_command(hass, loaded_with_webhook, SUBENTRY_COVER, COVER)
    assert state_of(hass, cover).state == "unknown"
    assert state_of(hass, cover).attributes["supported_features"] == 7
    for service, data, position in (
        ("open_cover", {}, 100),
        ("set_cover_position", {"position": 40}, 40),
        ("close_cover", {}, 0),
    ):
        await hass.services.async_call("cover", service, {"entity_id": cover, **data}, blocking=True)
        await eventually(partial(has_position, hass, cover, position))
    assert state_of(hass, cover).state == "closed"
    assert [command["shutter"].get("move") for command in sent(cloud)] == ["open", None, "close"]


async def test_a_cover_that_has_no_position(
    hass: HomeAssistant, cloud: IottlyCloud, loaded_with_webhook: MockConfigEntry, reaches: Callable[..., Any]
) -> None:
    data = {**without(COVER, "option", "level_key"), "values_stop": {"move": "stop"}, "state_key": "gate.state"}
    cover = await with_command(hass, loaded_with_webhook, SUBENTRY_COVER, data)
    assert state_of(hass, cover).attributes["supported_features"] == 11
    cloud.do_set(GREENHOUSE, gate={"state": "open"})
    await reaches(cover, "open")
    cloud.do_set(GREENHOUSE, gate={"state": "stuck"})
    await reaches(cover, "unknown")
    await hass.services.async_call("cover", "stop_cover", {"entity_id": cover}, blocking=True)
    assert sent(cloud)[-1]["shutter"]["move"] == "stop"


async def test_a_cover_without_reported_state(hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry) -> None:
    data = without(COVER, "values_open", "values_close", "level_key")
    cover = await with_command(hass, loaded, SUBENTRY_COVER, data)
    assert state_of(hass, cover).attributes["assumed_state"] is True
    await hass.services.async_call("cover", "open_cover", {"entity_id": cover}, blocking=True)
    assert state_of(hass, cover).state == "open"
    await hass.services.async_call("cover", "close_cover", {"entity_id": cover}, blocking=True)
    assert state_of(hass, cover).state == "closed"
    assert [command["shutter"]["position"] for command in sent(cloud)] == [100, 0]


async def test_a_number_with_reported_value(
    hass: HomeAssistant, cloud: IottlyCloud, loaded_with_webhook: MockConfigEntry
) -> None:
    number = await with_command(hass, loaded_with_webhook, SUBENTRY_NUMBER, NUMBER)
    state = state_of(hass, number)
    assert state.state == "21"
    assert {name: state.attributes[name] for name in ("min", "max", "step", "unit_of_measurement")} == {
        "min": 5.0,
        "max": 30.0,
        "step": 0.5,
        "unit_of_measurement": "°C",
    }
    for value in (22.5, 19):
        await hass.services.async_call("number", "set_value", {"entity_id": number, "value": value}, blocking=True)
        assert float(state_of(hass, number).state) == value
    assert sent(cloud) == [{"setpoint": {"value": 22.5}}, {"setpoint": {"value": 19}}]
    assert isinstance(sent(cloud)[1]["setpoint"]["value"], int)


async def test_a_number_without_reported_value(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    data = {**without(NUMBER, "state_key"), "values": {"pin": 17}}
    number = await with_command(hass, loaded, SUBENTRY_NUMBER, data)
    await hass.services.async_call("number", "set_value", {"entity_id": number, "value": 6}, blocking=True)
    assert state_of(hass, number).state == "6.0"
    assert sent(cloud) == [{"setpoint": {"value": 6, "pin": 17}}]


@pytest.mark.parametrize(
    ("value", "number"), [(1, 1), (2.5, 2.5), ("3.5", 3.5), ("three", None), (True, None), (None, None)]
)
def test_values_that_are_numbers(value: Any, number: float | None) -> None:
    assert as_number(value) == number


def test_an_integer_is_sent_without_a_decimal_point() -> None:
    assert [str(as_whole(number)) for number in (21.0, 21.5)] == ["21", "21.5"]


@pytest.mark.parametrize("text", ["inf", "-Infinity", "1e400", "1_0", "\uff11\uff12", "nan"])
async def test_a_text_that_is_no_number_is_an_unknown_state(
    hass: HomeAssistant,
    cloud: IottlyCloud,
    loaded_with_webhook: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    text: str,
) -> None:
    """An infinite brightness ended in an error for each message, and the state was no longer written."""
    light = await with_command(hass, loaded_with_webhook, SUBENTRY_LIGHT, LIGHT)
    cover = await with_command(hass, loaded_with_webhook, SUBENTRY_COVER, COVER)
    number = await with_command(hass, loaded_with_webhook, SUBENTRY_NUMBER, {**NUMBER, "board": GREENHOUSE})
    cloud.do_set(
        GREENHOUSE, dimmer={"level": text}, shutter={"position": text}, setpoint={"value": text}, mark={"a": 1}
    )
    await eventually(lambda: hass.states.get("sensor.greenhouse_mark_a"))
    await hass.async_block_till_done()
    assert {state_of(hass, entity).state for entity in (light, cover, number)} == {"unknown"}
    assert "could not be written" not in caplog.text


async def test_no_number_is_set_to_nan(
    hass: HomeAssistant, cloud: IottlyCloud, loaded_with_webhook: MockConfigEntry
) -> None:
    number = await with_command(hass, loaded_with_webhook, SUBENTRY_NUMBER, {**NUMBER, "board": GREENHOUSE})
    with pytest.raises(HomeAssistantError) as refused:
        await hass.services.async_call("number", "set_value", {"entity_id": number, "value": "nan"}, blocking=True)
    assert refused.value.translation_domain == "iottly"
    assert sent(cloud) == []
