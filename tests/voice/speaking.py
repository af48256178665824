"""Sentences to Home Assistant, and requests of Google Assistant and Alexa."""

from pathlib import Path
import re
from typing import Any
from uuid import uuid4

from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.components.alexa import smart_home
from homeassistant.components.conversation import async_converse
from homeassistant.components.google_assistant import GOOGLE_ASSISTANT_SCHEMA, smart_home as google
from homeassistant.components.google_assistant.http import GoogleConfig
from homeassistant.core import Context, HomeAssistant
from homeassistant.helpers.entityfilter import FILTER_SCHEMA
from homeassistant.helpers.intent import IntentResponse, IntentResponseType
from homeassistant.setup import async_setup_component

DOCS = Path(__file__).parents[2] / "docs"
SENTENCE = re.compile(r"^\| (?P<language>\w\w) \| (?P<sentence>[^|]+) \| (?P<effect>[^|]+) \|$", re.MULTILINE)

# The domains that Google Assistant exposes.
DOMAINS = [
    *("binary_sensor", "button", "camera", "climate", "cover", "light"),
    *("lock", "media_player", "select", "sensor", "switch"),
]


def page_of(vendor: str) -> str:
    """Return the page of a vendor in the docs."""
    return (DOCS / f"{vendor}.md").read_text()


def sentences_of(vendor: str) -> list[tuple[str, str, str]]:
    """Return language, sentence and effect of each row in the section "What you can say" of the page."""
    section = page_of(vendor).partition("### What you can say")[2].partition("\n## ")[0]
    return SENTENCE.findall(section)


async def listen(hass: HomeAssistant) -> None:
    """Set up the integrations that process sentences."""
    for component in ("homeassistant", "conversation", "intent"):
        assert await async_setup_component(hass, component, {})
    await hass.async_block_till_done()


async def say(hass: HomeAssistant, sentence: str, language: str = "en") -> IntentResponse:
    """Process a sentence. Fails if it is not understood or if it ends with an error."""
    result = await async_converse(hass, sentence, None, Context(), language=language)
    response = result.response
    assert response.response_type is not IntentResponseType.ERROR, f"{sentence}: {response.speech}"
    await hass.async_block_till_done()
    return response


def speech(response: IntentResponse) -> str:
    """Return the text of an answer."""
    return str(response.speech["plain"]["speech"])


async def google_devices(hass: HomeAssistant) -> dict[str, str]:
    """Return the types of the devices in Google Assistant by their entity ids."""
    answer = await _google(hass, "action.devices.SYNC", None)
    return {device["id"]: device["type"] for device in answer["devices"]}


async def google_on_off(hass: HomeAssistant, entity_id: str, on: bool) -> None:
    """Switch an entity with Google Assistant."""
    command = {"command": "action.devices.commands.OnOff", "params": {"on": on}}
    payload = {"commands": [{"devices": [{"id": entity_id}], "execution": [command]}]}
    answer = await _google(hass, "action.devices.EXECUTE", payload)
    assert answer["commands"][0]["status"] == "SUCCESS", answer
    await hass.async_block_till_done()


async def _google(hass: HomeAssistant, intent: str, payload: Any) -> dict[str, Any]:
    request = {"intent": intent, **({"payload": payload} if payload else {})}
    config = GoogleConfig(hass, GOOGLE_ASSISTANT_SCHEMA({"project_id": "none", "exposed_domains": DOMAINS}))
    await config.async_initialize()
    message = {"requestId": str(uuid4()), "inputs": [request]}
    user = (await hass.auth.async_create_system_user("Google Assistant", group_ids=[GROUP_ID_ADMIN])).id
    result = await google.async_handle_message(hass, config, user, user, message, "cloud")
    assert result is not None
    payload_out: dict[str, Any] = result["payload"]
    return payload_out


async def alexa_devices(hass: HomeAssistant) -> dict[str, list[str]]:
    """Return the display categories of the devices in Alexa by their entity ids."""
    request = _directive("Alexa.Discovery", "Discover")
    answer = await smart_home.async_handle_message(hass, await _alexa(hass), request)
    endpoints = answer["event"]["payload"]["endpoints"]
    return {endpoint["endpointId"].replace("#", "."): endpoint["displayCategories"] for endpoint in endpoints}


async def alexa_turn_on(hass: HomeAssistant, entity_id: str) -> None:
    """Switch an entity on with Alexa."""
    request = _directive("Alexa.PowerController", "TurnOn")
    request["directive"]["endpoint"] = {"endpointId": entity_id.replace(".", "#"), "cookie": {}, "scope": {}}
    answer = await smart_home.async_handle_message(hass, await _alexa(hass), request)
    assert answer["event"]["header"]["name"] == "Response", answer
    await hass.async_block_till_done()


async def _alexa(hass: HomeAssistant) -> smart_home.AlexaConfig:
    config = smart_home.AlexaConfig(hass, {"filter": FILTER_SCHEMA({}), "locale": "en-US"})
    await config.async_initialize()
    return config


def _directive(namespace: str, name: str) -> dict[str, Any]:
    header = {"namespace": namespace, "name": name, "messageId": str(uuid4()), "payloadVersion": "3"}
    return {"directive": {"header": header, "payload": {}}}
