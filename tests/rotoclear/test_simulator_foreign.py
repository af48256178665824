"""The second simulator (foreign_unit.py) follows the protocol."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from simulators.rotoclear import VARIABLES

from .foreign_unit import BOTH, READABLE, WRITABLE, ForeignUnit, foreign_unit


@pytest.fixture
async def unit() -> AsyncIterator[ForeignUnit]:
    async with foreign_unit() as unit:
        yield unit


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        yield session


def url(unit: ForeignUnit, path: str = "api") -> str:
    return f"http://127.0.0.1:{unit.port}/{path}"


def test_both_simulators_have_the_same_variables() -> None:
    assert set(READABLE) == {key for key, variable in VARIABLES.items() if variable.readable}
    assert set(WRITABLE) == {key for key, variable in VARIABLES.items() if variable.writable}
    assert set(BOTH) == set(READABLE) & set(WRITABLE)


async def test_answers_are_chunked_and_have_no_server_header(unit: ForeignUnit, session: aiohttp.ClientSession) -> None:
    query = {"token": unit.token, "light0": "true", "recordingStorage": "disk-b", "takePicture": "true", "foo": "1"}
    async with session.get(url(unit), params=query) as answer:
        assert answer.headers["Transfer-Encoding"] == "chunked"
        assert "Server" not in answer.headers
        body = await answer.json(content_type=None)
    assert list(body) == ["recordingStorage", "light0"]
    assert body["light0"] == 1
    assert body["recordingStorage"]["name"] == "Stick B"
    assert unit.written_to("takePicture") == [True]
    async with session.post(
        url(unit), params={"token": unit.token}, json={"get": ["pip"], "pan1": {"x": -5}}
    ) as answer:
        assert await answer.json(content_type=None) == {"pip": "0", "pan1": {"x": 70, "y": 25.5}}


@pytest.mark.parametrize("path", ["api", "camera.jpeg", "camera.mjpeg"])
async def test_requests_without_a_valid_token_are_status_401(
    unit: ForeignUnit, session: aiohttp.ClientSession, path: str
) -> None:
    for query in ({}, {"token": "wrong"}, {"token": unit.token, "user": "other"}):
        async with session.get(url(unit, path), params=query) as answer:
            assert answer.status == 401
    async with session.get(url(unit, path), params={"password": unit.token}) as answer:
        assert answer.status == 200


async def test_a_websocket_message_has_one_key(unit: ForeignUnit, session: aiohttp.ClientSession) -> None:
    async with session.ws_connect(url(unit), params={"token": unit.token}) as websocket:
        assert (await websocket.receive_json()).keys() == READABLE.keys()
        await websocket.send_json({"gain": 3, "light0": True, "zoom0": 40000, "sharpness": 99})
        assert [await websocket.receive_json() for _ in range(3)] == [
            {"zoom0": 31424},
            {"sharpness": "15"},
            {"light0": 1},
        ]
        assert await unit.wait_written("gain") == 3
        await unit.change("oct0", "12.5 °C")
        assert await websocket.receive_json() == {"oct0": "12.5 °C"}
        assert unit.connections == 1


async def test_the_light_changes_the_picture(unit: ForeignUnit, session: aiohttp.ClientSession) -> None:
    pictures = []
    for light in (0, 1):
        await unit.change("light0", light)
        async with session.get(url(unit, "camera.jpeg"), params={"token": unit.token}) as answer:
            pictures.append(await answer.read())
    assert pictures[0] != pictures[1]
    assert pictures[0].startswith(b"\xff\xd8")
