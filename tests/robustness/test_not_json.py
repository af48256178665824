"""What users write in actions and JSON has not: it is refused with a text, and nothing is sent."""

import re
from typing import Any

from homeassistant.const import ATTR_ENTITY_ID, ATTR_TEMPERATURE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from chaos.remote_end import RemoteEnd
from custom_components.iottly.common.client.errors import CommandFailed
from custom_components.iottly.common.client.wire import encode_json

# Actions that Home Assistant passes on with NaN: it finds NaN in every range.
WITH_NUMBERS = {
    "number": ("set_value", "value"),
    "climate": ("set_temperature", ATTR_TEMPERATURE),
}
NOT_JSON: dict[str, Any] = {
    "NaN": {"a": [float("nan")]},
    "infinity": {"a": float("-inf")},
    "a number beyond 64 bits": {"a": 2**70},
    "a key that is no text": {1: 2},
    "half of a character": {"a": "\ud800"},
    "a set": {"a": {1, 2}},
}


@pytest.mark.parametrize("value", NOT_JSON.values(), ids=NOT_JSON)
def test_what_is_not_json_is_not_sent(value: Any) -> None:
    with pytest.raises(CommandFailed):
        encode_json(value)
    assert encode_json({"a": [1.5, None, "ü", True]}) == '{"a":[1.5,null,"ü",true]}'.encode()


@pytest.mark.usefixtures("everything_enabled")
@pytest.mark.parametrize("platform", WITH_NUMBERS)
async def test_nan_is_refused_and_not_sent(
    hass: HomeAssistant, remote: RemoteEnd, loaded: MockConfigEntry, platform: str
) -> None:
    action, field = WITH_NUMBERS[platform]
    for entity_id in hass.states.async_entity_ids(platform):
        with pytest.raises(HomeAssistantError):
            await hass.services.async_call(
                platform, action, {ATTR_ENTITY_ID: entity_id, field: float("nan")}, blocking=True
            )
    recorded = await remote.call(lambda: str(remote.simulator.record.all()))
    assert re.search(r"\bnan\b", recorded, re.IGNORECASE) is None
