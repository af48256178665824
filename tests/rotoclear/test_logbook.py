"""Tags of the action `create_tag` in Activity."""

from typing import Any

from homeassistant.components.recorder import Recorder
from homeassistant.const import CONF_DEVICE_ID
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.rotoclear.const import DOMAIN

from .conftest import MAC


def device(hass: HomeAssistant, entry: MockConfigEntry, identifier: str) -> str:
    found = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, identifier), entry.entry_id)
    assert found is not None
    return found.id


@pytest.mark.parametrize(
    ("tag", "row"),
    [
        ({"title": "Tool broken", "note": "T12"}, "Tool broken: T12"),
        ({"title": "Tool broken"}, "Tool broken"),
        ({"note": "T12", "creation_time": "2026-11-21T10:00:00+00:00"}, "T12"),
        ({}, None),
    ],
)
async def test_a_tag_with_a_text_has_a_row_in_activity(
    recorder_mock: Recorder,
    hass: HomeAssistant,
    unit: Any,
    loaded: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    tag: dict[str, str],
    row: str | None,
) -> None:
    assert await async_setup_component(hass, "logbook", {})
    begin = dt_util.utcnow()
    data = {CONF_DEVICE_ID: device(hass, loaded, f"{MAC}_head0"), **tag}
    await hass.services.async_call(DOMAIN, "create_tag", data, blocking=True)
    assert unit.record.of("write", key="createTag")
    await async_wait_recording_done(hass)

    # The row is at the unit, although the target was a head.
    client = await hass_ws_client()
    await client.send_json_auto_id(
        {
            "type": "logbook/get_events",
            "start_time": begin.isoformat(),
            "device_ids": [device(hass, loaded, MAC)],
        }
    )
    answer = await client.receive_json()
    rows = [(one["name"], one["message"]) for one in answer["result"] if one.get("domain") == DOMAIN]
    assert rows == ([("Mill 1", row)] if row else [])
