"""Clients written by somebody else against the simulator (facts section 4, 12).

The vendor's page is not part of this repository. Where it lies beside it, its own Python examples
run here, changed in nothing but address, port and token.
"""

import asyncio
from collections.abc import AsyncIterator
import json
from pathlib import Path
import re
import sys
from typing import Any

from PIL import Image
import pytest
import requests
import websocket

from simulators.rotoclear import SIMULATOR, RotoclearSimulator

PAGE = Path(__file__).parents[3] / "shared" / "vendor-docs" / "rotoclear.txt"
TOKEN = "example-token-1"
needs_page = pytest.mark.skipif(
    not PAGE.exists(),
    reason="the vendor's page is not part of this repository: its two Python examples were not run",
)


@pytest.fixture
async def simulator() -> AsyncIterator[RotoclearSimulator]:
    simulator = SIMULATOR(token=TOKEN)
    await simulator.start()
    yield simulator
    await simulator.stop()


def vendor_examples(port: int) -> list[str]:
    """Return the page's Python examples with another address, port and token."""
    text = PAGE.read_text()
    examples = text[text.index("\nPython3\n\n#!") :].split("#!/usr/bin/python3\n")[1:]
    replacements = (
        (r'^ROTO_CLEAR_IP = ".*"$', 'ROTO_CLEAR_IP = "127.0.0.1"'),
        (r'^ROTO_CLEAR_PORT = ".*"$', f'ROTO_CLEAR_PORT = "{port}"'),
        (r'^MY_API_TOKEN = ".*"$', f'MY_API_TOKEN = "{TOKEN}"'),
    )
    return [replaced(example, replacements) for example in examples]


def replaced(text: str, replacements: tuple[tuple[str, str], ...]) -> str:
    """Replace every pattern, each of which must be there exactly once."""
    for pattern, replacement in replacements:
        text, count = re.subn(pattern, replacement, text, flags=re.MULTILINE)
        assert count == 1
    return text


async def run(script: str, folder: Path) -> str:
    """Run a script as its reader would and return what it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    output, errors = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0, errors.decode()
    return output.decode()


@needs_page
async def test_the_vendors_websocket_example(simulator: RotoclearSimulator, tmp_path: Path) -> None:
    example = vendor_examples(simulator.port)[0]
    printed = await run(example, tmp_path)
    assert "'light0': False" in printed
    assert "'psi0': '1712mbar'" in printed
    await simulator.record.wait_for("message", body={"light0": True})
    assert simulator.unit.values["light0"] is True
    picture = tmp_path / "myCurrentImg.jpg"
    assert Image.open(picture).size == (1280, 720)
    await run(example, tmp_path)
    await simulator.record.wait_for("message", body={"light0": False})
    assert simulator.unit.values["light0"] is False


@needs_page
async def test_the_vendors_websocket_example_without_a_head(simulator: RotoclearSimulator, tmp_path: Path) -> None:
    simulator.command("detach_head", head=0)
    assert "No camera head detected" in await run(vendor_examples(simulator.port)[0], tmp_path)
    assert not (tmp_path / "myCurrentImg.jpg").exists()


@needs_page
async def test_the_vendors_http_example(simulator: RotoclearSimulator, tmp_path: Path) -> None:
    simulator.unit.change({"light0": True})
    first, second = (await run(vendor_examples(simulator.port)[1], tmp_path)).splitlines()
    assert first == "{'light0': True, 'record': 'stop', 'recordTime': 0, 'pan0': {'x': 50.0, 'y': 50.0}}"
    assert json.loads(second.removeprefix("b'").removesuffix("'")) == {"light0": False, "pan0": {"x": 30.0, "y": 20.0}}


@needs_page
def test_the_page_has_two_python_examples() -> None:
    assert len(vendor_examples(8250)) == 2


# Our own, so that clients built on other libraries run wherever this repository does ---------------


async def test_blocking_clients_toggle_the_light_and_take_a_picture(
    simulator: RotoclearSimulator, tmp_path: Path
) -> None:
    def toggle_and_look() -> tuple[dict[str, Any], dict[str, Any], bytes]:
        connection = websocket.create_connection(f"ws://127.0.0.1:{simulator.port}/api?token={TOKEN}", timeout=5)
        try:
            state = json.loads(connection.recv())
            connection.send(json.dumps({"light0": not state["light0"]}))
            change = json.loads(connection.recv())
        finally:
            connection.close()
        url = f"http://127.0.0.1:{simulator.port}/camera.jpeg"
        picture = requests.get(url, params={"user": "API-User", "token": TOKEN}, timeout=5)
        return state, change, picture.content

    state, change, picture = await asyncio.to_thread(toggle_and_look)
    assert state["cam0Exists"] is True
    assert change == {"light0": True}
    (tmp_path / "picture.jpg").write_bytes(picture)
    assert Image.open(tmp_path / "picture.jpg").format == "JPEG"


async def test_a_blocking_http_client_reads_then_sets(simulator: RotoclearSimulator) -> None:
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


async def test_a_wrong_token_is_refused_to_a_blocking_client(simulator: RotoclearSimulator) -> None:
    def connect() -> None:
        websocket.create_connection(f"ws://127.0.0.1:{simulator.port}/api?token=wrong", timeout=5)

    with pytest.raises(websocket.WebSocketBadStatusException, match="401"):
        await asyncio.to_thread(connect)
