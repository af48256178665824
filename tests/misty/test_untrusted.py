"""Hostile data of a robot, and inputs of users: pictures, files, URLs, limits and passwords."""

from collections.abc import AsyncGenerator, Callable
from pathlib import Path
import threading
from typing import Any

import aiohttp
from aiohttp import web
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from hypothesis import given, strategies as st
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.misty import coordinator
from custom_components.misty.api import Event, File, MistyClient
from custom_components.misty.api.events import in_hazard
from custom_components.misty.api.model import parse_device, parse_networks, parse_skills
from custom_components.misty.common.client.errors import InvalidAnswer
from custom_components.misty.config_flow import _moved, _parse_robot
from custom_components.misty.entity import unique_id_of
from custom_components.misty.playback import async_url_for
from custom_components.misty.recording import MAX_SECONDS, RATE, to_pcm
from simulators.misty import MistySimulator
from simulators.misty.parameters import Failure
from simulators.misty.registry import HANDLERS
from simulators.misty.store import tone
from tests.waiting import eventually

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)

type Call = Callable[..., Any]


@pytest.fixture
def call(hass: HomeAssistant, device_id: str) -> Call:
    """Return a function that calls an action of the robot."""

    async def run(service: str, **data: Any) -> Any:
        await hass.services.async_call("misty", service, {"device_id": device_id, **data}, blocking=True)

    return run


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes, str], None]:
    """Return a function that sets the answer of the robot to each request for a file."""

    def answer(content: bytes, content_type: str) -> None:
        async def file(*_: Any) -> File:
            return File(content, content_type)

        monkeypatch.setattr(MistyClient, "file", file)

    return answer


# Pictures ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("everything_enabled")
async def test_a_script_is_not_shown_as_a_picture(
    hass: HomeAssistant, call: Call, answers: Callable[[bytes, str], None]
) -> None:
    """The first bytes decide. The last picture stays the same."""
    answers(SVG, "image/jpeg")
    with pytest.raises(HomeAssistantError):
        await call("take_picture")
    assert hass.states.is_state("image.misty_last_picture", "unknown")


@pytest.fixture
async def ask_server(session: aiohttp.ClientSession) -> AsyncGenerator[Callable[[bytes, str], Any]]:
    """Return a function that gets a file from a server with any content and content type."""
    answered: dict[str, Any] = {}

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=answered["content"], headers={"Content-Type": answered["type"]})

    app = web.Application()
    app.router.add_get("/api/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    client = MistyClient(session, f"127.0.0.1:{runner.addresses[0][1]}")

    async def ask(content: bytes, kind: str) -> File:
        answered.update(content=content, type=kind)
        return await client.file("images", {"fileName": "x"})

    yield ask
    await runner.cleanup()


async def test_the_content_type_of_a_picture_is_read_from_its_bytes(ask_server: Callable[[bytes, str], Any]) -> None:
    """The content type that the robot sends is used for sound and video only."""
    assert (await ask_server(PNG, "image/svg+xml")).content_type == "image/png"
    assert (await ask_server(SVG, "image/svg+xml")).content_type == "application/octet-stream"
    assert (await ask_server(SVG, "text/html")).content_type == "application/octet-stream"
    assert (await ask_server(b"RIFF", "audio/wav")).content_type == "audio/wav"


@pytest.mark.parametrize("name", ["page.html", "page.svg", "automations.yaml", "picture", "picture.png"])
async def test_a_picture_is_written_only_to_a_jpeg_file(
    hass: HomeAssistant, call: Call, tmp_path: Path, name: str
) -> None:
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    with pytest.raises(ServiceValidationError) as caught:
        await call("take_picture", path=str(tmp_path / name))
    assert caught.value.translation_key == "not_a_picture"
    assert not (tmp_path / name).exists()


async def test_a_picture_replaces_only_a_picture(hass: HomeAssistant, call: Call, tmp_path: Path) -> None:
    """The first bytes of the old file decide."""
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    notes, picture = tmp_path / "notes.jpg", tmp_path / "picture.jpg"
    notes.write_text("remember")
    with pytest.raises(ServiceValidationError) as caught:
        await call("take_picture", path=str(notes))
    assert caught.value.translation_key == "not_a_picture"
    assert notes.read_text() == "remember"
    picture.write_bytes(PNG)
    await call("take_picture", path=str(picture))
    assert picture.read_bytes().startswith(b"\xff\xd8\xff")


async def test_a_file_that_cannot_be_written_raises_a_translated_error(
    hass: HomeAssistant, call: Call, tmp_path: Path
) -> None:
    """These are a folder, a missing folder, a long name and a NUL character."""
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    (tmp_path / "folder.jpg").mkdir()
    for name in ("folder.jpg", "missing/a.jpg", f"{'x' * 300}.jpg", "a\x00.jpg"):
        with pytest.raises(ServiceValidationError) as caught:
            await call("take_picture", path=str(tmp_path / name))
        assert caught.value.translation_key in ("cannot_write", "path_not_allowed"), name


# Requests of the robot to Home Assistant ----------------------------------------------------------


@pytest.fixture
async def own_url(hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator, loaded: MockConfigEntry) -> str:
    """Return the internal URL of Home Assistant."""
    client = await hass_client_no_auth()
    hass.config.internal_url = f"http://127.0.0.1:{client.server.port}"
    return hass.config.internal_url


@pytest.mark.parametrize(
    "path",
    ["/api/states", "/api/config", "/media/../api/states", "/media/%2e%2e/api/states", "/local/..\\api", "/auth/token",
     "/api/tts_proxy", "/api/states?x=1", "//127.0.0.1/api/states", "//192.0.2.1/media/x"],
)  # fmt: skip
async def test_only_urls_of_media_are_signed_for_the_robot(
    hass: HomeAssistant, call: Call, simulator: MistySimulator, own_url: str, path: str
) -> None:
    for name in (path, f"{own_url}{path}"):
        if name.startswith(f"{own_url}/media/.."):
            continue  # The dots are removed when such a URL is parsed.
        with pytest.raises(ServiceValidationError) as caught:
            await call("play_audio", media_content_id=name)
        assert caught.value.translation_key == "not_a_medium"
    with pytest.raises(ServiceValidationError):
        await call("play_audio", media_content_id="media-source://")
    assert not simulator.record.of("played")


async def test_signatures_of_media_expire_after_ten_minutes(hass: HomeAssistant, own_url: str) -> None:
    import jwt
    from yarl import URL

    for path in ("/media/local/a b.mp3", "/api/camera_proxy/camera.door", f"{own_url}/api/image_proxy/image.x"):
        url = URL(await async_url_for(hass, path))
        assert str(url.origin()) == own_url
        claims = jwt.decode(url.query["authSig"], options={"verify_signature": False})
        assert claims["exp"] - claims["iat"] <= 600
        assert claims["path"] == url.path
    assert await async_url_for(hass, "/local/x.mp3") == f"{own_url}/local/x.mp3"
    assert await async_url_for(hass, "http://192.0.2.1/x.mp3") == "http://192.0.2.1/x.mp3"


# Limits -------------------------------------------------------------------------------------------


async def test_many_events_of_skills_cause_few_queries(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator
) -> None:
    robot = loaded.runtime_data
    await eventually(lambda: "SkillSystemStateChange" in simulator.state()["subscriptions"])
    before = len(simulator.record.of("rest", path="skills"))
    for _ in range(1000):
        robot._take_event(Event("SkillSystemStateChange", "", {"action": "added"}))
    await eventually(lambda: len(simulator.record.of("rest", path="skills")) > before)
    await hass.async_block_till_done()
    assert len(simulator.record.of("rest", path="skills")) <= before + 2


async def test_the_number_of_sensors_is_limited(loaded: MockConfigEntry) -> None:
    robot = loaded.runtime_data
    before = len(robot.data)
    for number in range(5000):
        robot._take_event(Event("BumpSensor", f"invented {number}", {"isContacted": True}))
    assert len(robot.data) <= before + coordinator.MAX_SENSORS
    assert any("too many sensors" in text for text in robot.client.dropped.as_dict())


async def test_the_number_of_waiting_commands_is_limited(
    loaded: MockConfigEntry, simulator: MistySimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot = loaded.runtime_data
    before = len(simulator.record.of("rest"))
    for _ in range(3000):
        robot.async_send_quietly("led", {"red": 1, "green": 2, "blue": 3})
    await eventually(lambda: robot._waiting == 0)
    assert len(simulator.record.of("rest")) - before <= coordinator.MAX_WAITING + 5


def test_a_long_recording_is_cut_off() -> None:
    """A robot records less than half a minute."""
    assert len(to_pcm(tone(60))) <= 2 * RATE * MAX_SECONDS + 2


async def test_entities_are_unavailable_while_the_robot_updates(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    """Only the run state is available."""
    battery, run_state = entity_of("sensor", "battery"), entity_of("sensor", "run_state")
    robot = loaded.runtime_data
    for state in ("updating", "running"):
        robot._take_event(Event("SelfState", "", {"runState": state}))
        await reaches(run_state, state)
        assert hass.states.is_state(battery, STATE_UNAVAILABLE) is (state == "updating")


# Identity ---------------------------------------------------------------------------------------

SERIALS = st.from_regex(r"[A-Za-z0-9.-]{1,64}", fullmatch=True)


@given(SERIALS, st.text(max_size=30))
def test_different_parts_have_different_unique_ids(serial_number: str, key: str) -> None:
    """The id can be split into its parts."""
    assert unique_id_of(serial_number, key).split("_", 1) == [serial_number, key]


@pytest.mark.parametrize("serial", ["", " ", "a_b", "a/b", "x" * 65, "a\nb", 5, None])
def test_an_invalid_serial_number_is_refused(serial: object) -> None:
    with pytest.raises(InvalidAnswer):
        parse_device({"serialNumber": serial})


def test_skills_have_limits_for_id_and_name() -> None:
    """A skill with a long id gets no entity. A long name is cut off."""
    rows: list[dict[str, Any]] = [{"uniqueId": "x" * 1_000_000, "name": "a"}, {"uniqueId": "b", "name": "y" * 1000}]
    assert [(name, len(skill.name)) for name, skill in parse_skills(rows).found.items()] == [("b", 255)]


@pytest.mark.parametrize(
    ("address", "mac"),
    [("00-15-5D-C2-00-42", "00:15:5d:c2:00:42"), ("02:00:00:00:00:00", None), ("ff:ff:ff:ff:ff:ff", None), (7, None)],
)
def test_an_invalid_mac_address_is_ignored(address: object, mac: str | None) -> None:
    """Placeholders and multicast addresses are invalid."""
    networks = [
        {"physicalAddress": "00:15:5d:00:00:01", "ipAddress": "10.0.0.9"},
        {"physicalAddress": address, "ipAddress": "a"},
    ]
    assert parse_networks(networks, "a") == mac
    assert parse_networks(networks, None) is None


def test_a_hazard_without_a_name_does_not_hide_the_others() -> None:
    rows = [{"inHazard": False, "sensorName": None}, {"inHazard": True, "sensorName": "TOF_Right"}]
    assert in_hazard(rows) == in_hazard(rows[1:])
    assert len(in_hazard(rows)) == 1


# Addresses --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        (" http://192.0.2.1/ ", "192.0.2.1"),
        ("HTTP://Misty.local:8080/api/device?x=y#z", "misty.local:8080"),
        ("::1", "[::1]"),
        ("[::1]:81", "[::1]:81"),
        ("fe80::1%eth0", "[fe80::1%eth0]"),
        ("https://misty.example/", "https://misty.example"),
    ],
)
def test_a_pasted_address_is_parsed(pasted: str, kept: str) -> None:
    data: dict[str, Any] = {"host": pasted}
    assert _parse_robot(data) == {}
    assert data["host"] == kept


def test_a_new_address_keeps_port_and_scheme() -> None:
    assert _moved("192.0.2.6:8080", "192.0.2.7") == "192.0.2.7:8080"
    assert _moved("https://192.0.2.6", "fe80::1") == "https://[fe80::1]"
    assert _moved("", "192.0.2.7") == "192.0.2.7"


# Passwords --------------------------------------------------------------------------------------

PASSWORDS = ("hunter2&co", "swordfish")


@pytest.mark.usefixtures("everything_enabled")
async def test_passwords_of_a_stream_are_redacted_in_messages_of_the_robot(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: MistySimulator,
    call: Call,
    caplog: pytest.LogCaptureFixture,
    hass_client: ClientSessionGenerator,
) -> None:
    caplog.set_level("DEBUG")
    await eventually(lambda: {"RobotCommandMessage", "SerialMessage"} <= set(simulator.state()["subscriptions"]))
    url = "rtmp://camera:hunter2%26co@192.0.2.7/live?key=swordfish"
    with pytest.raises(HomeAssistantError) as refused:
        await call("start_av_stream", url=url, user_name="camera", password="swordfish")
    simulator.set_fault("lossless")
    text = f"streaming to {url} with hunter2&co and swordfish"
    for event_type, message in (
        ("RobotCommandMessage", {"command": "avstreaming/start", "url": url, "password": "swordfish", "text": text}),
        ("CriticalStatusMessage", {"statuscode": "AvStream", "message": text}),
        ("SkillData", {"message": text, "data": {"password": "swordfish", "url": url}}),
        ("SerialMessage", {"message": text}),
        ("UserSkillData", text),
    ):
        simulator.command("event", type=event_type, message=message)
    await eventually(lambda: "192.0.2.7" in str(hass.states.get("event.misty_skill_message")))
    await eventually(lambda: "streaming to" in str(hass.states.get("sensor.misty_last_backpack_message")))
    diagnostics = await get_diagnostics_for_config_entry(hass, hass_client, loaded)
    # Home Assistant logs each action with its data at debug level, so only our own messages are searched.
    log = [record.getMessage() for record in caplog.records if record.name.startswith("custom_components.misty")]
    assert log
    output = "\n".join([*(str(state.as_dict()) for state in hass.states.async_all()), str(diagnostics), *log])
    leaked = [password for password in (*PASSWORDS, "hunter2%26co", "camera:") if password in output]
    assert leaked == []
    assert not [password for password in PASSWORDS if password in str(refused.value)]


async def test_the_password_is_redacted_in_an_error_of_the_robot(
    call: Call, simulator: MistySimulator, refusal_with_password: None
) -> None:
    """The text of the robot is part of the error."""
    with pytest.raises(HomeAssistantError, match="login as camera with") as refused:
        await call("start_av_stream", url="rtmp://192.0.2.7/live", user_name="camera", password="swordfish")
    assert "swordfish" not in str(refused.value)


@pytest.fixture
def refusal_with_password(simulator: MistySimulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the robot refuse the command with the password in its text."""

    def refuse(_robot: Any, given: Any) -> bool:
        raise Failure(f"Cannot login as camera with {given.text('password')}.")

    monkeypatch.setitem(HANDLERS, ("POST", "avstreaming/start"), refuse)


# Answers ----------------------------------------------------------------------------------------


async def test_an_answer_with_too_many_lists_from_the_depth_camera_is_dropped(
    client: MistyClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read by Python's own parser because of NaN, which would need seconds and a gigabyte of memory."""
    body = b'{"status": "Success", "result": [' + b"[]," * 600_000 + b"0]}"

    async def read(*_: Any) -> bytes:
        return body

    monkeypatch.setattr("custom_components.misty.api.client.read_body", read)
    with pytest.raises(InvalidAnswer):
        await client.call("GET", "cameras/depth")
    assert client.dropped.as_dict() == {"frame of too many parts": 1}


async def test_secrets_are_redacted_in_the_response_of_send_command(
    hass: HomeAssistant, device_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is stored in traces of automations, which every user can read."""

    async def networks(*_: Any) -> Any:
        return [{"name": "Home", "password": "of the Wi-Fi"}, {"stream": "rtsp://me:planted@192.0.2.7/live?token=x"}]

    monkeypatch.setattr(MistyClient, "call", networks)
    data = {"device_id": device_id, "method": "GET", "endpoint": "networks"}
    answer = await hass.services.async_call("misty", "send_command", data, blocking=True, return_response=True)
    redacted = [{"name": "Home", "password": "**REDACTED**"}, {"stream": "rtsp://192.0.2.7/live"}]
    assert answer == {"result": redacted}


async def test_a_nested_answer_with_nan_is_dropped(client: MistyClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's own parser reads many thousands of levels, which no other function could handle."""

    async def read(*_: Any) -> bytes:
        return b'{"status": "Success", "result": ' + b"[" * 5000 + b"]" * 5000 + b"}"

    monkeypatch.setattr("custom_components.misty.api.client.read_body", read)
    with pytest.raises(InvalidAnswer):
        await client.call("GET", "cameras/depth")
    assert client.dropped.as_dict() == {"too deeply nested": 1}


async def test_a_number_without_end_in_a_map_is_unknown(client: MistyClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def read(*_: Any) -> bytes:
        return b'{"status": "Success", "result": [NaN, -Infinity, 1e999, 1.5]}'

    monkeypatch.setattr("custom_components.misty.api.client.read_body", read)
    assert await client.call("GET", "cameras/depth") == [None, None, None, 1.5]


async def test_a_long_answer_is_parsed_outside_the_event_loop(
    client: MistyClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []

    def decode(*_: Any, **__: Any) -> Any:
        threads.append(threading.get_ident())
        return {"status": "Success", "result": []}

    bodies = [b"x" * 200_000, b"x"]

    async def read(*_: Any) -> bytes:
        return bodies.pop(0)

    monkeypatch.setattr("custom_components.misty.api.client.decode_json", decode)
    monkeypatch.setattr("custom_components.misty.api.client.read_body", read)
    for _ in range(2):
        await client.call("GET", "skills")
    assert threads[0] != threads[1] == threading.get_ident()
