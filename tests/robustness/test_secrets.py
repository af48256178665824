"""Secrets are in no output: the entries have marked secrets, and the test searches all outputs for them."""

import asyncio
import json
import logging
from typing import Any

from homeassistant.config_entries import SOURCE_REAUTH, SOURCE_RECONFIGURE, SOURCE_USER, ConfigFlowContext
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.data_entry_flow import InvalidData, UnknownFlow, section
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from chaos.remote_end import RemoteEnd
from chaos.subject import FIRST, Subject
from tests.robustness.acting import command
from tests.robustness.conftest import with_secrets

LOGGERS = ("", "custom_components", "aiohttp", "homeassistant", "asyncio")


async def faults(remote: RemoteEnd) -> Any:
    """Start one fault after the other, and yield its name."""
    proxy, simulator = remote.proxy, remote.simulator
    # This fault comes first: later, a command is not sent if the loss of the connection was detected.
    await remote.call(simulator.set_fault, "status", 500)
    yield "answers"
    await remote.call(simulator.set_fault, "status", False)
    for fault, value in (("status", 500), ("status", 429), ("status", 302), ("unauthorized", True)):
        await remote.call(simulator.set_fault, fault, value)
        await remote.call(proxy.reset)
        yield fault
        await remote.call(simulator.set_fault, fault, False)
    proxy.corrupt = True
    await remote.call(proxy.reset)
    yield "corrupt"
    proxy.corrupt = False
    proxy.redirect_to = f"http://127.0.0.1:{remote.thief.port}"
    await remote.call(proxy.reset)
    yield "redirect"
    proxy.redirect_to = None
    await remote.call(proxy.refuse)
    yield "refused"
    await remote.do(proxy.accept_again())


async def flows(hass: HomeAssistant, entry: MockConfigEntry) -> list[Any]:
    """Go through every flow of the entry, with its data in the forms. Return the texts that a person sees."""
    texts: list[Any] = []
    contexts: list[tuple[ConfigFlowContext, Any]] = [
        ({"source": SOURCE_USER}, None),
        ({"source": SOURCE_REAUTH, "entry_id": entry.entry_id}, dict(entry.data)),
        ({"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}, None),
    ]
    for context, data in contexts:
        try:
            result: Any = await hass.config_entries.flow.async_init(entry.domain, context=context, data=data)
        except UnknownFlow:
            continue
        for _ in range(3):
            texts.append(shown(result))
            if result["type"] not in ("form", "menu"):
                break
            try:
                result = await hass.config_entries.flow.async_configure(result["flow_id"], filled(result, entry))
            except InvalidData as error:
                texts.append(str(error.schema_errors))
                break
        else:
            hass.config_entries.flow.async_abort(result["flow_id"])
    return texts


def filled(result: Any, entry: MockConfigEntry) -> dict[str, Any]:
    """Return the input for a step, from the data of the entry."""
    if result["type"] == "menu":
        return {"next_step_id": entry.data.get("connection", result["menu_options"][0])}
    return typed(result["data_schema"].schema, entry) if result["data_schema"] else {}


def typed(schema: Any, entry: MockConfigEntry) -> dict[str, Any]:
    """Return the values of the entry for the fields of a form and of its sections."""
    values = {str(key): entry.data[str(key)] for key in schema if str(key) in entry.data}
    sections = {str(key): inner.schema.schema for key, inner in schema.items() if isinstance(inner, section)}
    return values | {name: typed(inner, entry) for name, inner in sections.items()}


def shown(result: Any) -> str:
    """Return the texts of a step, without the suggested values, which the user typed."""
    kept = ("type", "step_id", "errors", "reason", "description_placeholders", "title")
    return str({key: result.get(key) for key in kept})


@with_secrets
async def test_no_output_contains_a_secret(
    hass: HomeAssistant,
    subject: Subject,
    remote: RemoteEnd,
    loaded: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    hass_client: ClientSessionGenerator,
) -> None:
    for component in ("diagnostics", "repairs"):
        assert await async_setup_component(hass, component, {})
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.DEBUG)
    events: list[str] = []

    @callback
    def note(event: Event) -> None:
        events.append(str(event.as_dict()))

    for kind in ("state_changed", "call_service", "entity_registry_updated", "repairs_issue_registry_updated"):
        hass.bus.async_listen(kind, note)
    outputs: dict[str, str] = {"errors": "", "flows": "", "reasons": "", "states": "", "diagnostics": ""}
    n = FIRST
    async for fault in faults(remote):
        outputs["errors"] += await command(hass, subject, loaded, n)
        await asyncio.sleep(0.15)
        outputs["errors"] += await command(hass, subject, loaded, n + 1)
        outputs["flows"] += str(await flows(hass, loaded))
        outputs["states"] += str([state.as_dict() for state in hass.states.async_all()])
        if fault in ("status", "corrupt", "refused"):
            await hass.config_entries.async_reload(loaded.entry_id)
            outputs["reasons"] += f"{loaded.reason} {loaded.error_reason_translation_placeholders}"
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    outputs["diagnostics"] += json.dumps(await get_diagnostics_for_config_entry(hass, hass_client, loaded))
    for device in dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id):
        outputs["devices"] = outputs.get("devices", "") + str(device.dict_repr)
        try:
            outputs["diagnostics"] += json.dumps(await get_diagnostics_for_device(hass, hass_client, loaded, device))
        except AssertionError:
            break  # this integration has no diagnostics of devices
    outputs["issues"] = str([(one.data, one.translation_placeholders) for one in ir.async_get(hass).issues.values()])
    outputs["entities"] = str([one.extended_dict for one in er.async_get(hass).entities.values()])
    outputs["events"] = "".join(events)
    outputs["log"] = caplog.text
    outputs["entry"] = repr(loaded.runtime_data.__dict__) if loaded.state.recoverable else ""
    assert outputs["errors"], "no command failed, so that no error was searched"
    assert outputs["events"]
    leaks = [
        (output, secret, around(text, secret))
        for output, text in outputs.items()
        for secret in subject.endpoint.secrets
        if secret in text
    ]
    assert leaks == []
    assert not any(secret.encode() in sent for sent in remote.thief.received for secret in subject.endpoint.secrets)


def around(text: str, secret: str) -> str:
    at = text.index(secret)
    return text[max(at - 150, 0) : at + 80]
