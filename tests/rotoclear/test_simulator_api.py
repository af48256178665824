"""The HTTP and WebSocket API of the simulator over real sockets (docs/protocol/rotoclear.md)."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator
import hashlib
import ssl

import aiohttp
import pytest

from simulators.rotoclear import VARIABLES

from .simulator_client import TOKEN, Client, simulator_client

READABLE = {key for key, variable in VARIABLES.items() if variable.readable}


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with simulator_client() as client:
        yield client


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{name}:{password}".encode()).decode()}


# Sign in: docs/protocol/rotoclear.md#sign-in --------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        {"token": TOKEN},
        {"password": TOKEN},
        {"user": "API-User", "token": TOKEN},
        {"user": "admin", "password": "secret"},
        {"user": "admin", "token": "secret"},
    ],
)
async def test_credentials_in_the_query_are_accepted(client: Client, query: dict[str, str]) -> None:
    assert await client.status(query) == 200
    websocket = await client.connect(**query)
    assert (await websocket.receive_json()).keys() == READABLE


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"token": "wrong"},
        {"token": ""},
        {"user": "admin", "token": TOKEN},
        {"user": "nobody", "token": TOKEN},
        {"user": "API-User"},
    ],
)
async def test_wrong_or_missing_credentials_are_status_401(client: Client, query: dict[str, str]) -> None:
    assert await client.status(query) == 401
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await client.session.ws_connect(client.url, params=query)
    assert refused.value.status == 401
    for path in ("camera.jpeg", "camera.mjpeg"):
        async with client.session.get(client.url.replace("api", path), params=query) as answer:
            assert answer.status == 401
    async with client.session.post(client.url, params=query, json={"light0": True}) as answer:
        assert answer.status == 401
    assert client.simulator.unit.values["light0"] is False


async def test_basic_authentication_works_for_http_only(client: Client) -> None:
    assert await client.status({}, basic("API-User", TOKEN)) == 200
    assert await client.status({}, basic("admin", "secret")) == 200
    assert await client.status({}, basic("admin", "wrong")) == 401
    assert await client.status({}, {"Authorization": "Basic ???"}) == 401
    assert await client.status({}, {"Authorization": "Bearer " + TOKEN}) == 401
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await client.session.ws_connect(client.url, headers=basic("API-User", TOKEN))
    assert refused.value.status == 401


async def test_users_with_fewer_rights_read_and_set_fewer_variables(client: Client) -> None:
    client.simulator.command("set_rights", hidden=["macAddr", "light1"], locked=["light0"])
    assert READABLE - (await client.get()).keys() == {"macAddr", "light1"}
    assert await client.get(get="[macAddr,light0]") == {"light0": False}
    assert await client.get(light0="true", light1="true", pip="1") == {"pip": 1}
    websocket = await client.connect()
    assert READABLE - (await websocket.receive_json()).keys() == {"macAddr", "light1"}
    admin = await client.connect(user="admin", password="secret")
    assert (await admin.receive_json()).keys() == READABLE
    await admin.send_json({"light1": True})
    await admin.send_json({"light0": True})
    assert await admin.receive_json() == {"light1": True}
    assert await websocket.receive_json() == {"light0": True}


async def test_a_new_token_closes_the_websockets_with_the_old_one(client: Client) -> None:
    websocket = await client.connect()
    await websocket.receive_json()
    closing = asyncio.create_task(client.simulator.command("change_token", token="new"))
    assert (await websocket.receive()).type is aiohttp.WSMsgType.CLOSE
    await closing
    assert await client.status({"token": TOKEN}) == 401
    assert await client.status({"token": "new"}) == 200


# GET: docs/protocol/rotoclear.md#http-api ----------------------------------------------------------


async def test_get_without_keys_returns_the_full_state(client: Client) -> None:
    state = await client.get()
    assert state.keys() == READABLE
    assert state["psi0"] == "1712mbar"
    assert state["httpPort"] == client.simulator.ports["http"]


async def test_get_returns_the_requested_keys_without_unknown_ones(client: Client) -> None:
    answer = await client.get(get="[light0,record,recordTime,pan0,nonsense,createTag]")
    assert answer == {"light0": False, "record": "stop", "recordTime": 0, "pan0": {"x": 50.0, "y": 50.0}}
    assert await client.get(get="RPM0") == {"RPM0": 4000}
    assert await client.get(get="[]") == {}
    assert await client.get(nonsense="1") == {}


async def test_get_sets_values_converts_them_and_limits_them(client: Client) -> None:
    assert await client.get(light0="true", pip="9", sharpness="-3", saturation="2.5", changeVideoName="1") == {
        "light0": True,
        "pip": 4,
        "sharpness": 1,
        "saturation": 2.5,
        "changeVideoName": "1",
    }
    assert await client.get(pan0='{"x":5}', light0="maybe", RPM0="1") == {
        "pan0": {"x": 50.0, "y": 50.0},
        "light0": True,
    }
    client.simulator.command("unplug_storage")
    assert await client.get(light0="false", record="start") == {"light0": False, "record": "stop"}


async def test_a_query_is_processed_in_its_order(client: Client) -> None:
    pairs = [
        ("token", TOKEN),
        ("exposure", "false"),
        ("gain", "5"),
        ("get", "[gain]"),
        ("exposure", "true"),
        ("gain", "9"),
    ]
    async with client.session.get(client.url, params=pairs) as answer:
        assert await answer.json() == {"exposure": True, "gain": 5}


# POST: docs/protocol/rotoclear.md#post -------------------------------------------------------------


async def test_post_sets_nested_values(client: Client) -> None:
    answer = await client.post({"pan0": {"x": -10.5, "y": -10}, "zoom0": 20000})
    assert answer == {"pan0": {"x": 39.5, "y": 40.0}, "zoom0": 20000}
    assert (await client.post({"zoom0": 100}))["zoom0"] == 20100


async def test_post_is_processed_in_the_order_of_its_keys(client: Client) -> None:
    answer = await client.post({"get": ["light0", "exposure", "nonsense"], "exposure": False, "gain": 3, "nonsense": 1})
    assert answer == {"light0": False, "exposure": False, "gain": 3}
    assert list(answer) == ["light0", "exposure", "gain"]
    assert await client.post({"gain": 4, "exposure": True, "get": ["gain"]}) == {"gain": 4, "exposure": True}
    assert await client.post({"exposure": True, "gain": 9}) == {"exposure": True, "gain": 4}


async def test_post_returns_the_result_of_writes_that_cannot_be_read(client: Client) -> None:
    assert await client.post({"takePicture": True}) == {"takePicture": True}
    answer = await client.post({"createTag": {"title": "a", "creationTime": 5}})
    assert answer == {"createTag": {"title": "a", "note": "", "creationTime": 5}}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"1", b'{"gain": NaN}'])
async def test_post_without_a_json_object_is_status_400(client: Client, body: bytes) -> None:
    async with client.session.post(client.url, params={"token": TOKEN}, data=body) as answer:
        assert answer.status == 400


# WebSocket: docs/protocol/rotoclear.md#websocket ---------------------------------------------------


async def test_websockets_receive_the_full_state_then_all_changes(client: Client) -> None:
    first, second = await client.connect(), await client.connect()
    assert (await first.receive_json()).keys() == READABLE
    await second.receive_json()
    await first.send_json({"light0": True, "zoom1": 500})
    for websocket in (first, second):
        assert await websocket.receive_json() == {"light0": True, "zoom1": 500}
    await client.get(pip="2")
    for websocket in (first, second):
        assert await websocket.receive_json() == {"pip": 2}


async def test_messages_that_change_nothing_are_not_answered(client: Client) -> None:
    websocket = await client.connect()
    await websocket.receive_json()
    for message in ({"light0": False}, {"gain": 9}, {"jpeg": True}, {"RPM0": 7}, {"light0": "on"}, ["light0"], 7):
        await websocket.send_json(message)
    await websocket.send_str("no json")
    await websocket.send_bytes(b'{"light0": true}')
    await websocket.send_json({"pip": 1})
    assert await websocket.receive_json() == {"pip": 1}
    assert client.simulator.record.of("write", key="gain") == [
        {"kind": "write", "key": "gain", "value": 9, "answer": 0, "user": "API-User", "way": "websocket"}
    ]


async def test_websockets_receive_changes_by_commands_of_the_simulator(client: Client) -> None:
    websocket = await client.connect()
    await websocket.receive_json()
    command = client.simulator.command
    command("change", psi0="998mbar", hdmiConnected=False)
    assert await websocket.receive_json() == {"psi0": "998mbar", "hdmiConnected": False}
    command("detach_head", head=1)
    assert (await websocket.receive_json())["cam1Exists"] is False
    command("attach_head", head=1)
    assert (await websocket.receive_json())["cam1Exists"] is True
    command("plug_storage", uuid="u-1", label="Second", gigabytes=32)
    disks = (await websocket.receive_json())["diskStorages"]
    assert disks["u-1"]["name"] == "Second"
    command("plug_storage", uuid="u-2", net=True)
    assert "u-2" in (await websocket.receive_json())["netStorages"]
    command("unplug_storage", uuid="u-1")
    assert "u-1" not in (await websocket.receive_json())["diskStorages"]
    with pytest.raises(ValueError, match="has no command"):
        command("explode")


async def test_the_time_of_a_recording_is_sent_each_second(client: Client) -> None:
    websocket = await client.connect()
    await websocket.receive_json()
    await websocket.send_json({"record": "start"})
    assert await websocket.receive_json() == {"record": "start"}
    assert await websocket.receive_json() == {"recordTime": 1}


async def test_live_values_are_sent() -> None:
    async with simulator_client(live=20) as client:
        websocket = await client.connect()
        await websocket.receive_json()
        received: set[str] = set()
        async with asyncio.timeout(5):
            while not {"oct0", "psi1", "RPM0", "seconds", "time", "fpgaTemp"} <= received:
                received |= (await websocket.receive_json()).keys()


# Servers: docs/protocol/rotoclear.md#web-servers ---------------------------------------------------


async def test_https_serves_the_api_with_a_self_signed_certificate(client: Client) -> None:
    simulator = client.simulator
    url = f"https://127.0.0.1:{simulator.https_port}/api"
    with pytest.raises(aiohttp.ClientConnectorCertificateError):
        await client.session.get(url, params={"token": TOKEN})
    pinned = aiohttp.Fingerprint(bytes.fromhex(simulator.certificate.fingerprint))
    async with client.session.get(url, params={"token": TOKEN}, ssl=pinned) as answer:
        assert (await answer.json())["httpsCertificate"]["fingerprint256"] == simulator.certificate.fingerprint
    pem = await asyncio.to_thread(ssl.get_server_certificate, ("127.0.0.1", simulator.https_port))
    assert hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest() == simulator.certificate.fingerprint
    websocket = await client.open(url, ssl=False)
    await websocket.receive_json()
    await client.get(light0="true")
    assert await websocket.receive_json() == {"light0": True}


async def test_a_server_that_is_switched_off_closes_its_connections(client: Client) -> None:
    simulator = client.simulator
    port = simulator.https_port
    websocket = await client.open(f"https://127.0.0.1:{port}/api", ssl=False)
    await websocket.receive_json()
    watcher = await client.connect()
    await watcher.receive_json()
    assert await client.get(httpsOn="false") == {"httpsOn": False}
    assert await watcher.receive_json() == {"httpsOn": False}
    assert (await watcher.receive_json())["httpsStatus"]["running"] is False
    assert await websocket.receive_json() == {"httpsOn": False}
    assert (await websocket.receive()).type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}
    with pytest.raises(aiohttp.ClientConnectorError):
        await client.session.get(f"https://127.0.0.1:{port}/api", ssl=False)
    await client.get(httpsOn="true")
    assert await watcher.receive_json() == {"httpsOn": True}
    assert (await watcher.receive_json())["httpsStatus"] == {"running": True, "port": port, "error": ""}
    assert simulator.https_port == port


async def test_a_server_moves_to_another_port_or_reports_an_error(client: Client) -> None:
    simulator = client.simulator
    watcher = await client.open(f"https://127.0.0.1:{simulator.https_port}/api", ssl=False)
    old = (await watcher.receive_json())["httpPort"]
    taken = simulator.https_port
    await watcher.send_json({"httpPort": taken})
    assert await watcher.receive_json() == {"httpPort": taken}
    status = (await watcher.receive_json())["httpStatus"]
    assert status["running"] is False
    assert status["error"]
    await watcher.send_json({"httpPort": old})
    assert await watcher.receive_json() == {"httpPort": old}
    assert (await watcher.receive_json())["httpStatus"]["running"] is True
    assert await client.get(get="[httpPort]") == {"httpPort": old}


async def test_the_record_contains_no_credentials(client: Client) -> None:
    await client.get(light0="true")
    await client.post({"pip": 1})
    await client.connect()
    await client.simulator.record.wait_for("connected")
    assert len(client.simulator.record.all()) >= 5
    assert TOKEN not in repr(client.simulator.record.all())
