"""What a robot tells and what people ask for is checked: pictures, files, addresses, numbers of things."""

from collections.abc import AsyncGenerator, Callable
from pathlib import Path
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
    """Return a way to call an action of the robot."""

    async def run(service: str, **data: Any) -> Any:
        await hass.services.async_call("misty", service, {"device_id": device_id, **data}, blocking=True)

    return run


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes, str], None]:
    """Return a way to make the robot answer each query for a file with these bytes."""

    def answer(content: bytes, told: str) -> None:
        async def file(*_: Any) -> File:
            return File(content, told)

        monkeypatch.setattr(MistyClient, "file", file)

    return answer


# Pictures ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("everything_enabled")
async def test_script_is_not_served_as_a_picture(
    hass: HomeAssistant, call: Call, answers: Callable[[bytes, str], None]
) -> None:
    """What is no picture by its first bytes is an error, and the last picture stays as it was."""
    answers(SVG, "image/jpeg")
    with pytest.raises(HomeAssistantError):
        await call("take_picture")
    assert hass.states.is_state("image.misty_last_picture", "unknown")


@pytest.fixture
async def teller(session: aiohttp.ClientSession) -> AsyncGenerator[Callable[[bytes, str], Any]]:
    """Return a way to ask a server for a file that it calls what it likes."""
    told: dict[str, Any] = {}

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=told["content"], headers={"Content-Type": told["type"]})

    app = web.Application()
    app.router.add_get("/api/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    client = MistyClient(session, f"127.0.0.1:{runner.addresses[0][1]}")

    async def ask(content: bytes, kind: str) -> File:
        told.update(content=content, type=kind)
        return await client.file("images", {"fileName": "x"})

    yield ask
    await runner.cleanup()


async def test_type_of_a_file_is_what_its_bytes_say(teller: Callable[[bytes, str], Any]) -> None:
    """The robot's own word counts for sound and video only."""
    assert (await teller(PNG, "image/svg+xml")).content_type == "image/png"
    assert (await teller(SVG, "image/svg+xml")).content_type == "application/octet-stream"
    assert (await teller(SVG, "text/html")).content_type == "application/octet-stream"
    assert (await teller(b"RIFF", "audio/wav")).content_type == "audio/wav"


@pytest.mark.parametrize("name", ["page.html", "page.svg", "automations.yaml", "picture", "picture.png"])
async def test_picture_is_written_under_a_name_of_its_kind_only(
    hass: HomeAssistant, call: Call, tmp_path: Path, name: str
) -> None:
    """A JPEG is no page, and no PNG."""
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    with pytest.raises(ServiceValidationError) as caught:
        await call("take_picture", path=str(tmp_path / name))
    assert caught.value.translation_key == "not_a_picture"
    assert not (tmp_path / name).exists()


async def test_picture_does_not_replace_another_file(hass: HomeAssistant, call: Call, tmp_path: Path) -> None:
    """A picture may take the place of a picture; a file of another kind stays."""
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


async def test_file_that_cannot_be_written_is_a_text(hass: HomeAssistant, call: Call, tmp_path: Path) -> None:
    """A folder, a folder that is missing, a name that is too long, a NUL inside."""
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    (tmp_path / "folder.jpg").mkdir()
    for name in ("folder.jpg", "missing/a.jpg", f"{'x' * 300}.jpg", "a\x00.jpg"):
        with pytest.raises(ServiceValidationError) as caught:
            await call("take_picture", path=str(tmp_path / name))
        assert caught.value.translation_key in ("cannot_write", "path_not_allowed"), name


# What the robot fetches of Home Assistant ---------------------------------------------------------


@pytest.fixture
async def own_url(hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator, loaded: MockConfigEntry) -> str:
    """Return Home Assistant's address."""
    client = await hass_client_no_auth()
    hass.config.internal_url = f"http://127.0.0.1:{client.server.port}"
    return hass.config.internal_url


@pytest.mark.parametrize(
    "path",
    ["/api/states", "/api/config", "/media/../api/states", "/media/%2e%2e/api/states", "/local/..\\api", "/auth/token",
     "/api/tts_proxy", "/api/states?x=1", "//127.0.0.1/api/states"],
)  # fmt: skip
async def test_robot_gets_no_other_page_of_home_assistant(
    hass: HomeAssistant, call: Call, simulator: MistySimulator, own_url: str, path: str
) -> None:
    """Neither the path nor the whole address is signed for it."""
    for name in (path, f"{own_url}{path}"):
        if name.startswith(f"{own_url}/media/.."):
            continue  # Such an address has no dots left when it is parsed.
        with pytest.raises(ServiceValidationError) as caught:
            await call("play_audio", media_content_id=name)
        assert caught.value.translation_key == "not_a_medium"
    assert not simulator.record.of("played")


async def test_media_are_signed_for_minutes(hass: HomeAssistant, own_url: str) -> None:
    """A day later nobody can use the address that the robot got."""
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


# Numbers of things --------------------------------------------------------------------------------


async def test_a_thousand_events_of_skills_are_one_query(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator
) -> None:
    """The robot is not asked for each."""
    robot = loaded.runtime_data
    await eventually(lambda: "SkillSystemStateChange" in simulator.state()["subscriptions"])
    before = len(simulator.record.of("rest", path="skills"))
    for _ in range(1000):
        robot._take_event(Event("SkillSystemStateChange", "", {"action": "added"}))
    await eventually(lambda: len(simulator.record.of("rest", path="skills")) > before)
    await hass.async_block_till_done()
    assert len(simulator.record.of("rest", path="skills")) <= before + 2


async def test_sensors_without_end_are_not_kept(loaded: MockConfigEntry) -> None:
    """Made-up sensors do not fill the memory."""
    robot = loaded.runtime_data
    before = len(robot.data)
    for number in range(5000):
        robot._take_event(Event("BumpSensor", f"made-up {number}", {"isContacted": True}))
    assert len(robot.data) <= before + coordinator.MAX_SENSORS
    assert any("too many sensors" in text for text in robot.client.dropped.as_dict())


async def test_commands_do_not_pile_up(
    loaded: MockConfigEntry, simulator: MistySimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A storm of key phrases does not leave thousands of commands waiting."""
    robot = loaded.runtime_data
    before = len(simulator.record.of("rest"))
    for _ in range(3000):
        robot.async_send_quietly("led", {"red": 1, "green": 2, "blue": 3})
    await eventually(lambda: robot._waiting == 0)
    assert len(simulator.record.of("rest")) - before <= coordinator.MAX_WAITING + 5


def test_recording_of_hours_is_cut() -> None:
    """Half a minute is more than a robot records."""
    assert len(to_pcm(tone(60))) <= 2 * RATE * MAX_SECONDS + 2


async def test_nothing_is_available_while_the_robot_updates(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    """Only that it updates is known; afterwards the rest is there again."""
    battery, run_state = entity_of("sensor", "battery"), entity_of("sensor", "run_state")
    robot = loaded.runtime_data
    for state in ("updating", "running"):
        robot._take_event(Event("SelfState", "", {"runState": state}))
        await reaches(run_state, state)
        assert hass.states.is_state(battery, STATE_UNAVAILABLE) is (state == "updating")


# Identity ---------------------------------------------------------------------------------------

SERIALS = st.from_regex(r"[A-Za-z0-9.-]{1,64}", fullmatch=True)


@given(SERIALS, st.text(max_size=30))
def test_two_things_never_share_a_unique_id(serial_number: str, key: str) -> None:
    """Both parts can be read from the id, so other parts give another id."""
    assert unique_id_of(serial_number, key).split("_", 1) == [serial_number, key]


@pytest.mark.parametrize("serial", ["", " ", "a_b", "a/b", "x" * 65, "a\nb", 5, None])
def test_text_that_is_no_serial_number_is_no_robot(serial: object) -> None:
    """An identity is checked where it comes in."""
    with pytest.raises(InvalidAnswer):
        parse_device({"serialNumber": serial})


def test_skill_ids_have_a_limit() -> None:
    """A skill whose id is of megabytes gets no entity."""
    rows: list[dict[str, Any]] = [{"uniqueId": "x" * 1_000_000, "name": "a"}, {"uniqueId": "b", "name": "y" * 1000}]
    assert [(skill.unique_id, len(skill.name)) for skill in parse_skills(rows)] == [("b", 255)]


@pytest.mark.parametrize(
    ("told", "mac"),
    [("00-15-5D-C2-00-42", "00:15:5d:c2:00:42"), ("02:00:00:00:00:00", None), ("ff:ff:ff:ff:ff:ff", None), (7, None)],
)
def test_mac_address_is_one_of_a_single_robot(told: object, mac: str | None) -> None:
    """Placeholders and addresses of groups are no identity."""
    networks = [
        {"physicalAddress": "00:15:5d:00:00:01", "ipAddress": "10.0.0.9"},
        {"physicalAddress": told, "ipAddress": "a"},
    ]
    assert parse_networks(networks, "a") == mac
    assert parse_networks(networks, None) is None


def test_hazard_beside_one_without_a_name_counts() -> None:
    """A null name does not hide the others."""
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
def test_pasted_address_is_taken_apart(pasted: str, kept: str) -> None:
    """What a browser's address line has is enough."""
    data: dict[str, Any] = {"host": pasted}
    assert _parse_robot(data) == {}
    assert data["host"] == kept


def test_new_address_keeps_port_and_scheme() -> None:
    """Also that of an address of IPv6."""
    assert _moved("192.0.2.6:8080", "192.0.2.7") == "192.0.2.7:8080"
    assert _moved("https://192.0.2.6", "fe80::1") == "https://[fe80::1]"
    assert _moved("", "192.0.2.7") == "192.0.2.7"


# Passwords --------------------------------------------------------------------------------------

PASSWORDS = ("hunter2&co", "swordfish")


@pytest.mark.usefixtures("everything_enabled")
async def test_passwords_of_a_stream_do_not_come_back(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: MistySimulator,
    call: Call,
    caplog: pytest.LogCaptureFixture,
    hass_client: ClientSessionGenerator,
) -> None:
    """A robot that repeats the passwords of its stream shows them to nobody."""
    caplog.set_level("DEBUG")
    await eventually(lambda: {"RobotCommandMessage", "SerialMessage"} <= set(simulator.state()["subscriptions"]))
    url = "rtmp://camera:hunter2%26co@192.0.2.7/live?key=swordfish"
    with pytest.raises(HomeAssistantError) as refused:
        await call("start_av_stream", url=url, user_name="camera", password="swordfish")
    simulator.set_fault("lossless")
    told = f"streaming to {url} with hunter2&co and swordfish"
    for event_type, message in (
        ("RobotCommandMessage", {"command": "avstreaming/start", "url": url, "password": "swordfish", "text": told}),
        ("CriticalStatusMessage", {"statuscode": "AvStream", "message": told}),
        ("SkillData", {"message": told, "data": {"password": "swordfish", "url": url}}),
        ("SerialMessage", {"message": told}),
        ("UserSkillData", told),
    ):
        simulator.command("event", type=event_type, message=message)
    await eventually(lambda: "192.0.2.7" in str(hass.states.get("event.misty_skill_message")))
    await eventually(lambda: "streaming to" in str(hass.states.get("sensor.misty_last_backpack_message")))
    diagnostics = await get_diagnostics_for_config_entry(hass, hass_client, loaded)
    # Home Assistant's core writes each call of an action into its own debug log; ours is what counts here.
    log = [record.getMessage() for record in caplog.records if record.name.startswith("custom_components.misty")]
    assert log
    seen = "\n".join([*(str(state.as_dict()) for state in hass.states.async_all()), str(diagnostics), *log])
    told_again = [password for password in (*PASSWORDS, "hunter2%26co", "camera:") if password in seen]
    assert told_again == []
    assert not [password for password in PASSWORDS if password in str(refused.value)]


async def test_password_in_a_refusal(call: Call, simulator: MistySimulator, answers_refusal: None) -> None:
    """The robot's own words about a failed command are shown without the command's password."""
    with pytest.raises(HomeAssistantError, match="login as camera with") as refused:
        await call("start_av_stream", url="rtmp://192.0.2.7/live", user_name="camera", password="swordfish")
    assert "swordfish" not in str(refused.value)


@pytest.fixture
def answers_refusal(simulator: MistySimulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the robot name the password in its refusal."""

    def refuse(_robot: Any, given: Any) -> bool:
        raise Failure(f"Cannot login as camera with {given.text('password')}.")

    monkeypatch.setitem(HANDLERS, ("POST", "avstreaming/start"), refuse)


# Answers ----------------------------------------------------------------------------------------


async def test_an_answer_of_very_many_lists_from_the_depth_camera_is_dropped_unread(
    client: MistyClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its numbers need Python's own reader, which had no limit: 16 MB of them took seconds and a gigabyte."""
    body = b'{"status": "Success", "result": [' + b"[]," * 600_000 + b"0]}"

    async def read(*_: Any) -> bytes:
        return body

    monkeypatch.setattr("custom_components.misty.api.client.read_body", read)
    with pytest.raises(InvalidAnswer):
        await client.call("GET", "cameras/depth")
    assert client.dropped.as_dict() == {"frame of too many parts": 1}


async def test_the_answer_to_a_raw_command_holds_no_secrets(
    hass: HomeAssistant, device_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes into traces of automations, which every user may read."""

    async def networks(*_: Any) -> Any:
        return [{"name": "Home", "password": "of the Wi-Fi"}, {"stream": "rtsp://me:planted@192.0.2.7/live?token=x"}]

    monkeypatch.setattr(MistyClient, "call", networks)
    data = {"device_id": device_id, "method": "GET", "endpoint": "networks"}
    answer = await hass.services.async_call("misty", "send_command", data, blocking=True, return_response=True)
    told = [{"name": "Home", "password": "**REDACTED**"}, {"stream": "rtsp://192.0.2.7/live"}]
    assert answer == {"result": told}
