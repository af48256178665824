"""Recorded requests of clients, sent to the simulator (docs/protocol/misty.md#recorded-clients)."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from simulators.misty import MistySimulator
from simulators.misty.catalogue import COMMANDS
from simulators.misty.pubsub import REGISTERED, TAKEN

ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in (Path(__file__).parent / "captures" / "client-frames.jsonl").read_text().splitlines()
]
# This version of the SDK uses paths that no Misty II has (docs/protocol/misty.md#recorded-clients).
OLD = "mistyPy-0.0.4"
HTTP = [row for row in ROWS if row["kind"] == "http" and not row["path"].startswith("__")]
FRAMES = [row for row in ROWS if row["kind"] == "ws-recv"]


async def send(simulator: MistySimulator, session: aiohttp.ClientSession, row: dict[str, Any]) -> tuple[int, Any]:
    """Send a recorded request unchanged. Return status and body."""
    headers = {"Content-Type": row["headers"]["Content-Type"]} if "Content-Type" in row["headers"] else {}
    async with session.request(
        row["method"],
        f"http://127.0.0.1:{simulator.port}/api/{row['path']}",
        params=row["query"],
        data=row["body"] or None,
        headers=headers,
        skip_auto_headers=["Content-Type"],
    ) as response:
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        known = COMMANDS.get((row["method"], row["path"]))
        assert response.headers["Misty-Command-Version"] == (known.level if known else "Current")
        if response.content_type != "application/json":
            return response.status, await response.read()
        return response.status, await response.json()


async def test_every_recorded_request_is_answered_in_the_envelope(
    simulator: MistySimulator, session: aiohttp.ClientSession
) -> None:
    """Known commands succeed or fail because of missing arguments. Unknown ones have the status 404."""
    assert len(HTTP) > 200
    for row in HTTP:
        if row["path"] in ("reboot", "system/update", "system/update/component"):
            continue
        status, body = await send(simulator, session, row)
        if (row["method"], row["path"]) not in COMMANDS:
            assert (status, body["status"]) == (404, "Failed"), row
        elif status == 200:
            assert isinstance(body, bytes) or (body["status"] == "Success" and "result" in body), row
        else:
            assert status in (400, 500), row
            assert body["status"] == "Failed", row
            assert "result" not in body, row
    assert simulator.record.of("led", color=(255, 0, 0))
    assert simulator.record.of("led", color=(0, 0, 255))


async def test_form_json_and_text_bodies_are_equivalent(
    simulator: MistySimulator, session: aiohttp.ClientSession
) -> None:
    """All three change the LED."""
    bodies = [row for row in HTTP if row["path"] == "led" and row["client"].startswith(("lightClient", "fetch"))]
    assert len(bodies) == 3
    for row in bodies:
        simulator.record.clear()
        status, body = await send(simulator, session, row)
        assert (status, body) == (200, {"result": True, "status": "Success"})
        assert simulator.record.of("led")


async def test_a_get_request_may_have_arguments_in_its_body(
    simulator: MistySimulator, session: aiohttp.ClientSession
) -> None:
    """The Python SDK sends them so."""
    row = next(row for row in HTTP if row["path"] == "cameras/rgb" and "320" in row["body"])
    status, body = await send(simulator, session, row)
    assert status == 200
    assert body["result"]["width"] == 240
    assert body["result"]["contentType"] == "image/jpeg"


@pytest.mark.parametrize(
    "client", ["py-sdk-0.2.0-ws", "pypi-Misty-SDK-0.1.1", "lightSocket", "tofApp.js", f"{OLD}-wsclient0.52"]
)
async def test_recorded_subscriptions_are_answered(
    simulator: MistySimulator, session: aiohttp.ClientSession, client: str
) -> None:
    """The clients write them in different notations."""
    frames = [row["raw"] for row in FRAMES if row["client"] == client]
    assert frames
    taken: set[str] = set()
    async with session.ws_connect(f"http://127.0.0.1:{simulator.port}/pubsub") as websocket:
        for raw in frames:
            await websocket.send_str(raw)
            frame = next(row for row in FRAMES if row["raw"] == raw)
            name = raw.split("EventName")[1].split("'" if frame["parsed_as"] != "json" else '"')[2]
            if "unsubscribe" in raw:
                taken.discard(name)
                continue
            status = await status_of(websocket, name)
            if "ComputerVision" in raw or "StringMessage" in raw:
                assert status.startswith("Registration Status: ")
                assert status not in (REGISTERED, TAKEN.format(name))
            else:
                assert status == (TAKEN.format(name) if name in taken else REGISTERED)
                taken.add(name)


async def status_of(websocket: aiohttp.ClientWebSocketResponse, name: str) -> str:
    """Return the message of the next status frame of a subscription."""
    async with asyncio.timeout(3):
        while True:
            frame = await websocket.receive_json()
            if frame["eventName"] == name and isinstance(frame["message"], str):
                return str(frame["message"])


async def test_the_second_frame_of_a_subscription_contains_data(
    simulator: MistySimulator, session: aiohttp.ClientSession
) -> None:
    """The SDK drops the first frame, and reads the second one."""
    simulator.command("distance", sensor="toffc", metres=0.4)
    raw = next(row["raw"] for row in FRAMES if row["client"] == "py-sdk-0.2.0-ws" and "TimeOfFlight" in row["raw"])
    async with session.ws_connect(f"http://127.0.0.1:{simulator.port}/pubsub") as websocket, asyncio.timeout(3):
        await websocket.send_str(raw)
        assert (await websocket.receive_json())["message"] == REGISTERED
        message = (await websocket.receive_json())["message"]
    assert (message["sensorPosition"], message["distanceInMeters"]) == ("Center", 0.4)
    assert list(message) == sorted(message)
