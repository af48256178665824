"""Saved views of the heads: they can be shown, renamed and deleted, and are kept over a restart."""

from collections.abc import Callable
from typing import Any

from homeassistant.components.button import DOMAIN as BUTTON
from homeassistant.components.select import DOMAIN as SELECT
from homeassistant.const import CONF_DEVICE_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.rotoclear.const import DOMAIN
from custom_components.rotoclear.coordinator import RotoclearCoordinator
from custom_components.rotoclear.views import MAX_VIEWS
from tests.states import state_of
from tests.waiting import eventually

from .conftest import MAC

TOOL = {"zoom0": 12345, "pan0": {"x": 33.3, "y": 71.7}}


@pytest.fixture
def head(hass: HomeAssistant, loaded: MockConfigEntry) -> str:
    """Return the device id of the first head."""
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, f"{MAC}_head0"), loaded.entry_id)
    assert device is not None
    return device.id


@pytest.fixture
def act(hass: HomeAssistant, head: str) -> Callable[..., Any]:
    """Return a function that calls an action for views of the first head."""

    async def call(action: str, **data: str) -> None:
        await hass.services.async_call(DOMAIN, action, {CONF_DEVICE_ID: head, **data}, blocking=True)
        await hass.async_block_till_done()

    return call


async def show(hass: HomeAssistant, entity_id: str, view: str) -> None:
    await hass.services.async_call(SELECT, "select_option", {"entity_id": entity_id, "option": view}, blocking=True)


def button_of(hass: HomeAssistant, name: str) -> str:
    """Return the entity id of the button for a view of the first head."""
    registry = er.async_get(hass)
    found = [
        entry.entity_id
        for entry in registry.entities.values()
        if entry.unique_id.startswith(f"{MAC}_view0_") and entry.original_name == f"View {name}"
    ]
    assert len(found) == 1, f"the buttons of {name} are {found}"
    return found[0]


async def test_a_view_is_saved_by_a_button_and_shown_by_select_and_button(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    select = entity_of(SELECT, "view0")
    assert state_of(hass, select).state == "whole_picture"
    unit.command("change", **TOOL)
    await reaches(select, "unknown")
    await hass.services.async_call(BUTTON, "press", {"entity_id": entity_of(BUTTON, "save_view0")}, blocking=True)
    await reaches(select, "1")
    await eventually(lambda: hass.states.get("button.mill_1_head_1_view_1") is not None)

    await show(hass, select, "whole_picture")
    assert (unit.state()["zoom0"], unit.state()["pan0"]) == (0, {"x": 50, "y": 50})
    await show(hass, select, "1")
    assert unit.state()["zoom0"] == TOOL["zoom0"]
    assert unit.state()["pan0"] == pytest.approx(TOOL["pan0"], abs=1e-6)
    await reaches(select, "1")

    unit.command("change", zoom0=5, pan0={"x": 0, "y": 100})
    await reaches(select, "unknown")
    button = {"entity_id": button_of(hass, "1")}
    await hass.services.async_call(BUTTON, "press", button, blocking=True)
    assert unit.state()["zoom0"] == TOOL["zoom0"]
    assert unit.state()["pan0"] == pytest.approx(TOOL["pan0"], abs=1e-6)
    # The other head has its own views.
    assert state_of(hass, entity_of(SELECT, "view1")).attributes["options"] == ["whole_picture"]


async def test_a_view_is_shown_exactly_after_many_moves(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    act: Callable[..., Any],
    entity_of: Callable[[str, str], str],
) -> None:
    """The unit accepts differences only, so that errors could add up."""
    unit.command("change", **TOOL)
    await eventually(lambda: loaded.runtime_data.data["zoom0"] == TOOL["zoom0"])
    await act("save_view", name="Tool changer")
    select = entity_of(SELECT, "view0")
    for step in range(20):
        moved = {CONF_DEVICE_ID: _head_of(hass, loaded), "x": 0.1 * step, "y": -0.7, "zoom": 17 * step}
        await hass.services.async_call(DOMAIN, "move_view", moved, blocking=True)
        await show(hass, select, "Tool changer")
        assert unit.state()["zoom0"] == TOOL["zoom0"]
        assert unit.state()["pan0"] == pytest.approx(TOOL["pan0"], abs=1e-6)


def _head_of(hass: HomeAssistant, entry: MockConfigEntry) -> str:
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, f"{MAC}_head0"), entry.entry_id)
    assert device is not None
    return device.id


async def test_the_last_of_many_selected_views_is_shown(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, act: Callable[..., Any]
) -> None:
    coordinator: RotoclearCoordinator = loaded.runtime_data
    unit.command("change", **TOOL)
    await eventually(lambda: coordinator.data["zoom0"] == TOOL["zoom0"])
    await act("save_view", name="Tool changer")
    names = ["whole_picture", "Tool changer"] * 5
    for name in names:
        hass.async_create_task(coordinator.async_show_view(0, coordinator.views.find(0, name)))
    await hass.async_block_till_done()
    assert unit.state()["zoom0"] == TOOL["zoom0"]
    assert unit.state()["pan0"] == pytest.approx(TOOL["pan0"], abs=1e-6)


async def test_a_view_is_renamed_saved_again_and_deleted(
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    act: Callable[..., Any],
    entity_of: Callable[[str, str], str],
) -> None:
    select = entity_of(SELECT, "view0")
    await act("save_view", name=" Door ")
    button = button_of(hass, "Door")
    await act("rename_view", name="Door", new_name="Tür")
    assert button_of(hass, "Tür") == button, "the button has another entity id"
    assert state_of(hass, button).name == "Mill 1 head 1 View Tür"
    assert state_of(hass, select).attributes["options"] == ["whole_picture", "Tür"]

    unit.command("change", zoom0=77)
    await eventually(lambda: loaded.runtime_data.data["zoom0"] == 77)
    await act("save_view", name="Tür")
    assert button_of(hass, "Tür") == button
    assert state_of(hass, select).state == "Tür"

    await act("delete_view", name="Tür")
    assert hass.states.get(button) is None
    assert er.async_get(hass).async_get(button) is None
    assert state_of(hass, select).attributes["options"] == ["whole_picture"]


@pytest.mark.parametrize(
    ("action", "data", "text"),
    [
        ("save_view", {"name": " "}, "A name of a view has 1 to 64 characters"),
        ("save_view", {"name": "x" * 65}, "A name of a view"),
        ("save_view", {"name": "two\nlines"}, "A name of a view"),
        ("save_view", {"name": "whole_picture"}, "not that of the whole picture"),
        ("rename_view", {"name": "Door", "new_name": ""}, "A name of a view"),
        ("rename_view", {"name": "Door", "new_name": "Tool"}, "has a view called Tool already"),
        ("rename_view", {"name": "Gate", "new_name": "Tool"}, "has no view called Gate"),
        ("delete_view", {"name": "Gate"}, "has no view called Gate"),
        ("delete_view", {"name": "whole_picture"}, "has no view called whole_picture"),
    ],
)
async def test_an_invalid_action_for_a_view_raises_an_error(
    hass: HomeAssistant, loaded: MockConfigEntry, act: Callable[..., Any], action: str, data: dict[str, str], text: str
) -> None:
    await act("save_view", name="Door")
    await act("save_view", name="Tool")
    before = loaded.runtime_data.views.of(0)
    with pytest.raises(ServiceValidationError, match=text):
        await act(action, **data)
    assert loaded.runtime_data.views.of(0) == before


async def test_the_number_of_views_is_limited(
    hass: HomeAssistant, loaded: MockConfigEntry, act: Callable[..., Any]
) -> None:
    coordinator: RotoclearCoordinator = loaded.runtime_data
    for _ in range(MAX_VIEWS):
        await coordinator.async_save_view(0, coordinator.views.next_name(0))
    with pytest.raises(ServiceValidationError, match=f"a head can have {MAX_VIEWS} views"):
        await coordinator.async_save_view(0, coordinator.views.next_name(0))
    await coordinator.async_save_view(0, "1")
    assert len(coordinator.views.of(0)) == MAX_VIEWS


async def test_an_unknown_position_cannot_be_saved(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, act: Callable[..., Any]
) -> None:
    unit.command("change", pan0="nowhere")
    await eventually(lambda: loaded.runtime_data.data["pan0"] is None)
    with pytest.raises(ServiceValidationError, match="does not say where this head looks"):
        await act("save_view", name="Door")


async def test_the_unit_itself_has_no_views(hass: HomeAssistant, loaded: MockConfigEntry) -> None:
    hub = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, MAC), loaded.entry_id)
    assert hub is not None
    with pytest.raises(ServiceValidationError, match="Choose the device of a camera head"):
        await hass.services.async_call(DOMAIN, "save_view", {CONF_DEVICE_ID: hub.id, "name": "Door"}, blocking=True)


async def test_views_are_kept_over_a_restart_and_removed_with_the_entry(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    unit: Any,
    loaded: MockConfigEntry,
    act: Callable[..., Any],
    entity_of: Callable[[str, str], str],
) -> None:
    key = f"{DOMAIN}.views.{loaded.entry_id}"
    unit.command("change", **TOOL)
    await eventually(lambda: loaded.runtime_data.data["zoom0"] == TOOL["zoom0"])
    await act("save_view", name="Tool changer")
    button = button_of(hass, "Tool changer")
    assert await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert [view["name"] for view in hass_storage[key]["data"]["0"]] == ["Tool changer"]
    assert state_of(hass, entity_of(SELECT, "view0")).state == "Tool changer"
    assert button_of(hass, "Tool changer") == button
    assert state_of(hass, button).state != "unavailable"

    assert await hass.config_entries.async_unload(loaded.entry_id)
    hass_storage[key]["data"]["0"][0]["new_field"] = 1
    assert await hass.config_entries.async_setup(loaded.entry_id)
    assert state_of(hass, button).state == "unavailable", "a view in an unknown format is loaded"

    await hass.config_entries.async_remove(loaded.entry_id)
    assert key not in hass_storage


async def test_the_buttons_of_views_are_removed_and_added_with_their_head(
    hass: HomeAssistant, unit: Any, loaded: MockConfigEntry, act: Callable[..., Any]
) -> None:
    await act("save_view", name="Door")
    button = button_of(hass, "Door")
    unit.command("detach_head", head=0)
    await eventually(lambda: hass.states.get(button) is None)
    unit.command("attach_head", head=0)
    await eventually(lambda: hass.states.get(button) is not None)
    device = er.async_get(hass).async_get(button)
    assert device is not None
    assert device.device_id == _head_of(hass, loaded)
    await hass.services.async_call(DOMAIN, "move_view", {CONF_DEVICE_ID: device.device_id, "x": 1}, blocking=True)
