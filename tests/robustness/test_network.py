"""The integrations send requests to the configured host only, and close their connections."""

import ast
import asyncio
from pathlib import Path

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from chaos.remote_end import RemoteEnd
from chaos.subject import FIRST, Subject
from tests.robustness.acting import command

ROOT = Path(__file__).resolve().parents[2]
COMPONENTS, COMMON = ROOT / "custom_components", ROOT / "common"
REQUESTS = {"request", "get", "post", "put", "patch", "delete", "head"}


async def redirect(remote: RemoteEnd) -> None:
    remote.proxy.redirect_to = f"http://127.0.0.1:{remote.thief.port}"
    await remote.call(remote.proxy.reset)


async def test_a_redirect_at_the_setup_is_not_followed(
    hass: HomeAssistant, subject: Subject, remote: RemoteEnd, entry: MockConfigEntry
) -> None:
    """Otherwise the other host would receive the request with its token."""
    await redirect(remote)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert remote.thief.received == []


async def test_redirects_of_commands_and_reconnects_are_not_followed(
    hass: HomeAssistant, subject: Subject, remote: RemoteEnd, loaded: MockConfigEntry
) -> None:
    remote.proxy.redirect_to = f"http://127.0.0.1:{remote.thief.port}"
    await command(hass, subject, loaded, FIRST)
    await redirect(remote)
    await command(hass, subject, loaded, FIRST + 1)
    await asyncio.sleep(0.5)
    assert remote.thief.received == []


def test_every_request_sets_allow_redirects_to_false() -> None:
    """WebSockets are opened by `open_websocket`, which does the same."""
    wrong = []
    for file in (*COMPONENTS.rglob("*.py"), *COMMON.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            on_session = ast.unparse(node.func.value).endswith("session")
            place = f"{file.relative_to(ROOT)}:{node.lineno}"
            if on_session and node.func.attr in REQUESTS:
                names = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
                if names.get("allow_redirects") != "False":
                    wrong.append(place)
            elif node.func.attr == "ws_connect" and file != COMMON / "client" / "wire.py":
                wrong.append(place)
    assert wrong == []


@pytest.mark.parametrize("connected", [True, False], ids=["loaded", "refused"])
async def test_the_unload_closes_every_connection(
    hass: HomeAssistant, subject: Subject, remote: RemoteEnd, loaded: MockConfigEntry, connected: bool
) -> None:
    if not connected:
        await remote.call(remote.proxy.refuse)
        await asyncio.sleep(0.2)
    assert await hass.config_entries.async_unload(loaded.entry_id)
    sockets = [one for one in hass.data.get("aiohttp_clientsession", {}).values() if not one.closed]
    in_use = sum(len(one.connector._acquired) for one in sockets if one.connector is not None)
    assert in_use == 0
