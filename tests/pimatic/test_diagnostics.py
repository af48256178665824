"""Diagnostics, and the places that must not contain secrets."""

import logging
from typing import Any

from homeassistant.const import CONF_PASSWORD, CONF_PORT, CONF_SSL
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
import orjson
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from harness import what_pimatic
from simulators.pimatic import PimaticSimulator

PASSWORD = "s3cret-pässw+rd&=%/?"


async def test_diagnostics_contain_devices_without_secrets(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    await async_setup_component(hass, "diagnostics", {})
    diagnostics: Any = await get_diagnostics_for_config_entry(hass, hass_client, loaded)
    assert diagnostics["connection"] == {
        "connected": True,
        "pushed": True,
        "attempts": 1,
        "sessions": 1,
        "last_error": None,
        "dropped": {},
    }
    assert diagnostics["user"]["role"] == "admin"
    assert diagnostics["counts"]["devices"] == 22
    assert diagnostics["counts"]["without_plugin"] == 1
    text = orjson.dumps(diagnostics).decode()
    assert [private for private in ("adminpw", "127.0.0.1", "Hello World") if private in text] == []
    # `script/what` can read a device from the diagnostics that a user attaches to an issue.
    thermostat = next(one for one in diagnostics["devices"] if one["id"] == "dummy-thermostat")
    rows = list(what_pimatic.rows(thermostat))
    assert [(row.platform, row.path) for row in rows] == [
        ("climate", "temperatureSetpoint"),
        ("sensor", "valve"),
        ("binary_sensor", "battery"),
        ("binary_sensor", "synced"),
    ]


async def test_logs_errors_states_and_urls_contain_no_password(
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for name in ("", "custom_components.pimatic", "aiohttp", "homeassistant"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    simulator.command("set_password", username="admin", password=PASSWORD)
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_PASSWORD: PASSWORD})
    assert await hass.config_entries.async_setup(entry.entry_id)
    errors: list[str] = []
    coordinator = entry.runtime_data
    for fault, value in (("status", 500), ("no_websocket", True), ("no_such_server", True), ("unauthorized", True)):
        simulator.set_fault(fault, value)
        simulator.drop_connections()
        for call in (
            coordinator.async_act("dummy-switch", "turnOn"),
            coordinator.async_call(coordinator.client.login()),
        ):
            try:
                await call
            except HomeAssistantError as error:
                errors.append(repr(error) + repr(error.__cause__) + repr(error.__context__) + str(error))
        simulator.set_fault(fault, False)
    for change in ({CONF_PORT: 1}, {CONF_PORT: simulator.port, CONF_SSL: True}, {CONF_SSL: False}):
        hass.config_entries.async_update_entry(entry, data={**entry.data, **change})
        await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert errors
    places = {
        "log": caplog.text,
        "errors": "".join(errors),
        "states": str([state.as_dict() for state in hass.states.async_all()]),
        "reason": str(entry.reason),
        "client": repr(entry.runtime_data.client),
    }
    queries = str([one["query"] for one in simulator.record.of("socket")])
    assert [place for place, text in {**places, "urls": queries}.items() if "s3cret" in text] == []
