"""Commands: the last of many wins, the unit confirms each one, and a failure raises an error. Also the actions."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
import random
from typing import Any

from homeassistant.const import CONF_DEVICE_ID
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
import voluptuous as vol

from custom_components.rotoclear.const import DOMAIN
from tests.states import state_of
from tests.waiting import eventually

from .conftest import MAC


@pytest.fixture
def device_of(hass: HomeAssistant, loaded: MockConfigEntry) -> Callable[[str], str]:
    """Return a function that finds the device id of a part of the unit."""

    def find(part: str) -> str:
        identifier = (DOMAIN, MAC if part == "unit" else f"{MAC}_{part}")
        device = dr.async_get(hass).async_get_device_by_identifier(identifier, loaded.entry_id)
        assert device is not None
        return device.id

    return find


# Views ------------------------------------------------------------------------------------------


async def test_zoom_ends_at_the_last_of_many_targets(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    """The unit accepts differences only, and adds them up."""
    targets = [random.randint(0, 1000) / 10 for _ in range(50)]
    entity_id = entity_of("number", "zoom0")
    moves = [
        hass.services.async_call("number", "set_value", {"entity_id": entity_id, "value": target}, blocking=True)
        for target in targets
    ]
    await asyncio.gather(*moves)
    assert unit.state()["zoom0"] == round(targets[-1] * 314.24)
    await eventually(lambda: float(state_of(hass, entity_id).state) == targets[-1])


async def test_pan_ends_at_the_last_of_many_targets_on_both_axes(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    await loaded.runtime_data.async_set({"zoom0": 15000})
    moves = []
    for target in range(20, 70):
        axis = "x" if target % 2 else "y"
        data = {"entity_id": entity_of("number", f"pan0_{axis}"), "value": target}
        moves.append(hass.services.async_call("number", "set_value", data, blocking=True))
    await asyncio.gather(*moves)
    assert unit.state()["pan0"] == pytest.approx({"x": 69, "y": 68})


async def test_zoom_reaches_its_target_when_another_client_moves_it(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry
) -> None:
    coordinator = loaded.runtime_data
    coordinator.data["zoom0"] = 500  # another client has moved it, but the message has not arrived yet
    await coordinator.async_view_to("zoom0", 2000)
    assert unit.state()["zoom0"] == 2000


async def test_a_refused_move_raises_an_error(hass: HomeAssistant, unit: Any, loaded: MockConfigEntry) -> None:
    unit.command("set_rights", locked=["zoom0"])
    with pytest.raises(HomeAssistantError, match="did not accept zoom0"):
        await loaded.runtime_data.async_view_to("zoom0", 2000)


async def test_a_view_with_unknown_position_is_not_moved(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry
) -> None:
    loaded.runtime_data.data["zoom0"] = None
    with pytest.raises(HomeAssistantError, match="did not accept zoom0"):
        await loaded.runtime_data.async_view_to("zoom0", 2000)
    assert not unit.record.of("write")


# Commands that fail -----------------------------------------------------------------------------


async def turn_on(hass: HomeAssistant, entity_of: Callable[[str, str], str]) -> None:
    await hass.services.async_call("light", "turn_on", {"entity_id": entity_of("light", "light0")}, blocking=True)


async def test_a_slow_answer_confirms_the_command(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    unit.set_fault("delay", 0.5)
    await turn_on(hass, entity_of)
    assert unit.state()["light0"] is True


async def test_a_missing_answer_raises_an_error(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("custom_components.rotoclear.api.client.COMMAND_SECONDS", 0.2)
    unit.set_fault("silent")
    with pytest.raises(HomeAssistantError, match="did not answer in time"):
        await turn_on(hass, entity_of)
    unit.set_fault("silent", False)


async def test_a_command_without_connection_raises_an_error(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    await unit.power_off()
    await eventually(lambda: not loaded.runtime_data.last_update_success)
    with pytest.raises(HomeAssistantError, match="not connected; nothing was sent"):
        await loaded.runtime_data.async_set({"light0": True})


@pytest.mark.parametrize("status", [500, 302])
async def test_a_server_error_raises_an_error(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    status: int,
) -> None:
    unit.set_fault("status", status)
    with pytest.raises(HomeAssistantError, match="answers, but does not take commands"):
        await turn_on(hass, entity_of)


async def test_reauthentication_starts_when_a_command_is_refused_the_token(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    unit.set_fault("unauthorized")
    with pytest.raises(HomeAssistantError, match="refused the user or the token"):
        await turn_on(hass, entity_of)
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reauth"]


async def test_the_websocket_confirms_a_command_when_the_answer_lacks_the_key(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    coordinator = loaded.runtime_data

    async def without_key(_: Any) -> dict[str, Any]:
        hass.loop.call_later(0.05, lambda: unit.command("change", light0=True))
        return {}

    monkeypatch.setattr(coordinator.client, "set_values", without_key)
    await coordinator.async_set({"light0": True})
    assert coordinator.data["light0"] is True


async def test_a_command_that_nothing_confirms_raises_an_error(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.rotoclear.coordinator.ECHO_SECONDS", 0.1)
    unit.command("set_rights", locked=["light0"])
    with pytest.raises(HomeAssistantError, match="did not accept light0"):
        await loaded.runtime_data.async_set({"light0": True})


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"sharpness": 16}, "sharpness must be a number from 1 to 15"),
        ({"sharpness": 1.5}, "sharpness must be a whole number"),
        ({"contrast": "much"}, "contrast must be a number from 1 to 2.5"),
        ({"light0": "maybe"}, "light0 must be true or false"),
        ({"record": "go"}, "record must be one of start, pause, release, stop"),
        ({"zoom0": 40000}, "zoom0 must be a number from -31424 to 31424"),
        ({"pan0": {"z": 1}}, "pan0 must be an object with x and y"),
        ({"pan0": {"x": 101}}, "pan0 must be a number from -100 to 100"),
        ({"changeVideoName": 5}, "changeVideoName must be a text of at most 255 characters"),
        ({"recordingStorage": ""}, "recordingStorage must be the UUID of a storage"),
        ({"createTag": {"colour": 1}}, "createTag must be an object with creationTime, title and note"),
        ({"userAuthentication": 1}, "userAuthentication must be an object"),
        ({"RPM0": 1}, "no variable RPM0 that can be set"),
        ({"unknownKey": 1}, "no variable unknownKey that can be set"),
    ],
)
async def test_invalid_values_are_refused_and_not_sent(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, values: dict[str, Any], text: str
) -> None:
    with pytest.raises(ServiceValidationError, match=text):
        await loaded.runtime_data.async_set(values)
    assert not unit.record.of("write")


# Actions ----------------------------------------------------------------------------------------


async def test_create_tag(hass: HomeAssistant, unit: Any, device_of: Callable[[str], str]) -> None:
    moment = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    data = {CONF_DEVICE_ID: device_of("unit"), "title": "Tool broken", "note": "T12", "creation_time": moment}
    await hass.services.async_call(DOMAIN, "create_tag", data, blocking=True)
    assert unit.record.of("write", key="createTag")[-1]["value"] == {
        "title": "Tool broken",
        "note": "T12",
        "creationTime": int(moment.timestamp()),
    }


async def test_move_view_with_an_entity_as_target(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    """A dashboard has entity ids, but no device ids."""
    data = {"entity_id": entity_of("select", "view1"), "x": -10, "y": 5, "zoom": 100}
    await hass.services.async_call(DOMAIN, "move_view", data, blocking=True)
    assert unit.state()["pan1"] == {"x": 40, "y": 55}
    assert unit.state()["zoom1"] == 100
    with pytest.raises(ServiceValidationError, match="Choose the device of a camera head"):
        await hass.services.async_call(
            DOMAIN, "move_view", {"entity_id": entity_of("select", "cameraSwitch"), "x": 1}, blocking=True
        )
    with pytest.raises(ServiceValidationError, match="Choose a Rotoclear device"):
        await hass.services.async_call(DOMAIN, "move_view", {"entity_id": "light.nowhere", "x": 1}, blocking=True)


async def test_set_state_responds_with_the_new_values(
    hass: HomeAssistant, unit: Any, device_of: Callable[[str], str]
) -> None:
    data = {CONF_DEVICE_ID: device_of("head0"), "values": {"light0": True, "sharpness": 8}}
    answer = await hass.services.async_call(DOMAIN, "set_state", data, blocking=True, return_response=True)
    assert answer == {"values": {"light0": True, "sharpness": 8}}
    assert unit.state()["sharpness"] == 8
    await hass.services.async_call(DOMAIN, "set_state", data, blocking=True)


async def test_set_state_is_for_admins_only(
    hass: HomeAssistant, unit: Any, device_of: Callable[[str], str], hass_read_only_user: MockUser
) -> None:
    data = {CONF_DEVICE_ID: device_of("unit"), "values": {"light0": True}}
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            DOMAIN, "set_state", data, blocking=True, context=Context(user_id=hass_read_only_user.id)
        )
    assert unit.state()["light0"] is False


async def test_get_state(hass: HomeAssistant, unit: Any, device_of: Callable[[str], str]) -> None:
    data: dict[str, Any] = {CONF_DEVICE_ID: device_of("unit"), "keys": ["light0", "pan0", "seconds"]}
    answer = await hass.services.async_call(DOMAIN, "get_state", data, blocking=True, return_response=True)
    assert answer is not None
    values: Any = answer["values"]
    assert values["light0"] is False
    assert values["pan0"] == {"x": 50, "y": 50}
    assert datetime.fromisoformat(values["seconds"])
    everything = await hass.services.async_call(
        DOMAIN, "get_state", {CONF_DEVICE_ID: device_of("unit")}, blocking=True, return_response=True
    )
    assert everything is not None
    whole: Any = everything["values"]
    assert len(whole) > 100


async def test_move_view(hass: HomeAssistant, unit: Any, device_of: Callable[[str], str]) -> None:
    data = {CONF_DEVICE_ID: device_of("head1"), "x": -10, "zoom": 20000}
    await hass.services.async_call(DOMAIN, "move_view", data, blocking=True)
    written = [(entry["key"], entry["value"]) for entry in unit.record.of("write")]
    assert written == [("pan1", {"x": -10, "y": 0}), ("zoom1", 20000)]


async def test_move_view_needs_a_head_and_a_move(
    hass: HomeAssistant, unit: Any, device_of: Callable[[str], str]
) -> None:
    with pytest.raises(ServiceValidationError, match="device of a camera head"):
        await hass.services.async_call(DOMAIN, "move_view", {CONF_DEVICE_ID: device_of("unit"), "x": 1}, blocking=True)
    with pytest.raises(vol.Invalid):
        await hass.services.async_call(DOMAIN, "move_view", {CONF_DEVICE_ID: device_of("head0")}, blocking=True)


async def test_actions_need_a_rotoclear_device_of_a_loaded_entry(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, device_of: Callable[[str], str]
) -> None:
    with pytest.raises(ServiceValidationError, match="Choose a Rotoclear device"):
        await hass.services.async_call(DOMAIN, "create_tag", {CONF_DEVICE_ID: "nothing"}, blocking=True)
    device_id = device_of("unit")
    await hass.config_entries.async_unload(loaded.entry_id)
    with pytest.raises(ServiceValidationError, match="not set up right now"):
        await hass.services.async_call(DOMAIN, "create_tag", {CONF_DEVICE_ID: device_id}, blocking=True)


@pytest.mark.parametrize(
    "values",
    [
        {"ntpHost": "half a pair \ud83d"},
        {"createTag": {"creationTime": 2**64}},
        {"userAuthentication": {"x": float("nan")}},
        {"userAuthentication": {1: 2}},
    ],
    ids=ascii,
)
async def test_a_value_that_is_not_json_is_refused(
    hass: HomeAssistant, unit: Any, device_of: Callable[[str], str], values: dict[str, Any]
) -> None:
    """A template can make such a value. The error names the variable, and the unit gets nothing."""
    unit.record.clear()
    with pytest.raises(ServiceValidationError) as caught:
        await hass.services.async_call(
            DOMAIN, "set_state", {CONF_DEVICE_ID: device_of("unit"), "values": values}, blocking=True
        )
    assert caught.value.translation_key == "not_sendable"
    assert caught.value.translation_placeholders == {"variable": next(iter(values))}
    with pytest.raises(vol.Invalid):
        await hass.services.async_call(
            DOMAIN,
            "get_state",
            {CONF_DEVICE_ID: device_of("unit"), "keys": ["half a pair \ud83d"]},
            blocking=True,
            return_response=True,
        )
    assert not unit.record.of("post")
