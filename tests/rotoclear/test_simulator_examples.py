"""Blocking clients with other libraries, as in docs/protocol/rotoclear.md#example-clients."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
import json
from typing import Any

from PIL import Image
import pytest
import requests
import websocket

from simulators.rotoclear import SIMULATOR, RotoclearSimulator

TOKEN = "example-token-1"


@pytest.fixture
async def simulator() -> AsyncIterator[RotoclearSimulator]:
    simulator = SIMULATOR(token=TOKEN)
    await simulator.start()
    yield simulator
    await simulator.stop()


def toggle_and_fetch(port: int) -> tuple[dict[str, Any], bytes]:
    """Switch the light of the first head and fetch a picture. Disconnect before the unit sends the change."""
    connection = websocket.create_connection(f"ws://127.0.0.1:{port}/api?token={TOKEN}", timeout=5)
    try:
        state: dict[str, Any] = json.loads(connection.recv())
        if not state["cam0Exists"]:
            return state, b""
        connection.send(json.dumps({"light0": not state["light0"]}))
        login = {"user": "API-User", "token": TOKEN}
        return state, requests.get(f"http://127.0.0.1:{port}/camera.jpeg", params=login, timeout=5).content
    finally:
        connection.close()


async def test_a_client_switches_the_light_and_fetches_a_picture(simulator: RotoclearSimulator) -> None:
    for lit in (True, False):
        state, picture = await asyncio.to_thread(toggle_and_fetch, simulator.port)
        assert state["light0"] is not lit
        assert state["psi0"] == "1712mbar"
        await simulator.record.wait_for("message", body={"light0": lit})
        assert simulator.unit.values["light0"] is lit
        with Image.open(BytesIO(picture)) as image:
            assert image.format == "JPEG"
            assert image.size == (1280, 720)


async def test_a_client_finds_no_head(simulator: RotoclearSimulator) -> None:
    simulator.command("detach_head", head=0)
    state, picture = await asyncio.to_thread(toggle_and_fetch, simulator.port)
    assert state["cam0Exists"] is False
    assert picture == b""
    assert simulator.record.of("message") == []


async def test_a_request_for_a_picture_over_the_websocket_is_ignored(simulator: RotoclearSimulator) -> None:
    def ask_then_toggle() -> dict[str, Any]:
        connection = websocket.create_connection(f"ws://127.0.0.1:{simulator.port}/api?token={TOKEN}", timeout=5)
        try:
            connection.recv()
            connection.send(json.dumps({"jpeg": True}))
            connection.send(json.dumps({"light0": True}))
            change: dict[str, Any] = json.loads(connection.recv())
        finally:
            connection.close()
        return change

    assert await asyncio.to_thread(ask_then_toggle) == {"light0": True}


async def test_a_blocking_http_client_reads_and_sets(simulator: RotoclearSimulator) -> None:
    url = f"http://127.0.0.1:{simulator.port}/api?user=API-User&token={TOKEN}"

    def read_and_set() -> tuple[Any, Any, Any]:
        read = requests.get(f"{url}&get=[light0,record,recordTime,pan0]", timeout=5).json()
        body = json.dumps({"light0": True, "pan0": {"x": -20.0, "y": -30.0}})
        written = requests.post(url, body, timeout=5).json()
        basic = requests.get(url.partition("?")[0], auth=("API-User", TOKEN), timeout=5).json()
        return read, written, basic

    read, written, basic = await asyncio.to_thread(read_and_set)
    assert list(read) == ["light0", "record", "recordTime", "pan0"]
    assert written == {"light0": True, "pan0": {"x": 30.0, "y": 20.0}}
    assert basic["pan0"] == written["pan0"]
    assert simulator.record.of("post")[0]["body"]["light0"] is True


async def test_a_blocking_client_with_a_wrong_token_is_refused(simulator: RotoclearSimulator) -> None:
    def connect() -> None:
        websocket.create_connection(f"ws://127.0.0.1:{simulator.port}/api?token=wrong", timeout=5)

    with pytest.raises(websocket.WebSocketBadStatusException, match="401"):
        await asyncio.to_thread(connect)
