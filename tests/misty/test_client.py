"""The REST client: answers, errors, files, and the features of a robot."""

from typing import Any

from aiohttp import web
import pytest

from custom_components.misty.api import (
    File,
    InvalidArgument,
    MistyClient,
    UnknownCommand,
    Updating,
    base_url,
    client as client_module,
)
from custom_components.misty.api.model import (
    COMMANDS_OF_ALL,
    Skill,
    Skills,
    parse_assets,
    parse_battery,
    parse_flag,
    parse_help,
    parse_skills,
    parse_volume,
)
from custom_components.misty.common.client.errors import CannotConnect, CommandFailed, InvalidAnswer, NoAnswer
from custom_components.misty.common.client.wire import DropCounter
from custom_components.misty.polling import SLOW_QUERIES
from simulators.misty import MistySimulator


async def test_answers_are_typed(client: MistyClient, simulator: MistySimulator) -> None:
    device = await client.device()
    assert device.serial_number == simulator.robot.serial
    assert device.model == "Misty II Standard (white)"
    assert device.network == "InternetAccess"
    assert (await client.battery())["chargePercent"] == 82
    images = await client.assets("images/list")
    assert len([image for image in images if image.is_system]) == 45
    assert len(await client.assets("audio/list")) == 64
    assert [skill.name for skill in (await client.skills()).found.values()] == ["HelloWorld", "Wander"]
    assert await client.running_skills() == ()
    assert parse_volume(await client.value("audio/volume")) == 100
    assert parse_flag(await client.value("services/avstreaming")) is False
    assert await client.value("websocket/version") == "Current"


async def test_features_are_those_that_the_robot_lists(client: MistyClient, simulator: MistySimulator) -> None:
    """A Basic robot does not list SLAM. A robot without a list has all features."""
    simulator.set_fault("no_help")
    await client.learn_features()
    assert client.features.endpoints is None
    assert client.features.has("GET", "slam/map")
    simulator.set_fault("no_help", False)
    simulator.robot.edition = "basic"
    await client.learn_features()
    assert not client.features.has("GET", "slam/map")
    assert client.features.has("POST", "led")
    assert not client.features.sends("SlamStatus")
    assert client.features.sends("BumpSensor")


async def test_the_old_path_is_used_when_the_robot_lists_only_that(
    client: MistyClient, simulator: MistySimulator
) -> None:
    client.features = type(client.features)(frozenset({("POST", "video/record/start")}), None)
    await client.call("POST", "videos/recordings/start", {"duration": 1})
    assert simulator.record.of("rest", path="video/record/start")
    client.features = type(client.features)(frozenset(), None)
    await client.call("POST", "text/error/clear")
    assert simulator.record.of("rest", path="text/error/clear")


async def test_a_result_that_is_a_text_is_no_error(client: MistyClient, simulator: MistySimulator) -> None:
    """The robot receives the arguments unchanged."""
    await client.call("POST", "led", {"red": 1, "green": 2, "blue": 3})
    assert simulator.state()["led_asked"] == (1, 2, 3)
    assert await client.call("POST", "drive/hdt", {"heading": 0, "distance": 1, "timeMs": 200}) == "true"
    await client.call("DELETE", "faces", {"faceId": "Ada"})
    assert await client.value("faces") == ["Linus"]


@pytest.mark.parametrize("ok_status", [False, True])
async def test_a_failed_command_raises_an_error_for_either_http_status(
    client: MistyClient, simulator: MistySimulator, ok_status: bool
) -> None:
    """The HTTP status of a failed command can be 200."""
    simulator.set_fault("failed_with_200", ok_status)
    with pytest.raises(CommandFailed, match="There is no sound"):
        await client.call("POST", "audio/play", {"fileName": "missing.wav"})


async def test_each_reason_of_a_missing_answer_has_its_own_error(
    client: MistyClient, simulator: MistySimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No error contains the address."""
    simulator.robot.edition = "basic"
    with pytest.raises(UnknownCommand):
        await client.call("GET", "slam/map")
    simulator.robot.system.run_state = "Updating"
    with pytest.raises(Updating):
        await client.call("POST", "led", {"red": 1, "green": 2, "blue": 3})
    with pytest.raises(Updating):
        await client.value("services/audio")
    await client.call("POST", "halt")
    await client.call("POST", "drive/stop")
    monkeypatch.setattr(client_module, "ANSWER_SECONDS", 0.1)
    simulator.set_fault("silent")
    with pytest.raises(NoAnswer):
        await client.device()
    await simulator.stop()
    with pytest.raises(CannotConnect) as caught:
        await client.device()
    assert "127.0.0.1" not in str(caught.value)


async def test_files_are_read_with_their_content_type(client: MistyClient, simulator: MistySimulator) -> None:
    picture = await client.file("cameras/rgb", {"width": 320, "height": 240})
    assert picture.content_type == "image/jpeg"
    assert picture.content.startswith(b"\xff\xd8")
    answer = await client.call("GET", "cameras/rgb", {"base64": True, "width": 320, "height": 240})
    assert (answer["width"], answer["height"]) == (240, 320)
    with pytest.raises(InvalidArgument):
        await client.file("cameras/rgb", {"width": 1})
    simulator.robot.store.audio.saved["a.wav"] = b"RIFF1234"
    assert await client.file("audio", {"fileName": "a.wav"}) == File(b"RIFF1234", "audio/wav")


async def test_nan_of_the_depth_camera_becomes_none(client: MistyClient) -> None:
    depth = await client.call("GET", "cameras/depth")
    assert depth["image"][:2] == [1200.5, None]


ANSWERS: list[tuple[dict[str, Any], type[Exception]]] = [
    ({"text": "not json"}, InvalidAnswer),
    ({"text": "[1,2]"}, InvalidAnswer),
    ({"text": '{"result": 1}'}, InvalidAnswer),
    ({"text": '{"status": "Failed"}'}, CommandFailed),
    ({"text": '{"status": "Failed", "error": "see http://10.0.0.1/x"}'}, CommandFailed),
    ({"text": '{"status": "Success", "result": {"serialNumber": 5}}'}, InvalidAnswer),
    ({"text": '{"status": "Success", "result": {"serialNumber": " "}}'}, InvalidAnswer),
    ({"text": "oops", "status": 500}, CommandFailed),
    ({"text": "", "status": 302, "headers": {"Location": "/elsewhere"}}, InvalidAnswer),
    ({"body": b"x" * 200_000}, InvalidAnswer),
]


@pytest.mark.parametrize(("answer", "error"), ANSWERS)
async def test_answers_of_other_servers_raise_an_error(
    session: Any, answer: dict[str, Any], error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The texts of the errors contain no address."""
    monkeypatch.setattr(client_module, "MAX_ANSWER_BYTES", 100_000)
    application = web.Application()

    async def handle(_request: web.Request) -> web.Response:
        return web.Response(**answer)

    application.router.add_get("/api/device", handle)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    client = MistyClient(session, f"127.0.0.1:{runner.addresses[0][1]}")
    with pytest.raises(error) as caught:
        await client.device()
    assert "://" not in str(caught.value)
    await runner.cleanup()


@pytest.mark.parametrize("host", ["", "http://", "a/b", "user@host", "ftp://host", "a b", "host:99999", "h?x=1"])
def test_an_invalid_address_is_refused(host: str) -> None:
    with pytest.raises(ValueError):
        base_url(host)


@pytest.mark.parametrize("host", ["10.0.0.5", "misty.local:8350", "http://misty", "[fe80::1]"])
def test_an_address_may_have_a_port_and_a_scheme(host: str) -> None:
    assert base_url(host).scheme == "http"


def test_undocumented_formats_are_parsed_or_unknown() -> None:
    """The vendor does not document the format of these answers. Likely formats are parsed."""
    assert [parse_volume(answer) for answer in (55, 54.6, {"volume": 7}, True, "7", 101, None)] == [
        55,
        55,
        7,
        None,
        None,
        None,
        None,
    ]
    assert [parse_flag(answer) for answer in (True, "True", "false", 1, None)] == [True, True, False, None, None]
    assert parse_help("a text") is None
    whole = {
        "get": [{"endpoint": "battery"}, {"endpoint": "/API/Device"}],
        "post": [{"endpoint": "halt"}, {"endpoint": "drive/stop"}],
    }
    assert parse_help(whole) == COMMANDS_OF_ALL
    for part in ({"get": whole["get"]}, {**whole, "post": "x"}, {**whole, "put": [5]}, {**whole, "put": [{}]}):
        assert parse_help(part) is None
    assert [asset.name for asset in parse_assets(["a", {"name": "b"}, 5, {}])] == ["a", "b"]
    assert parse_skills([{"UniqueId": "u", "Name": "n"}, {"name": "x"}, 3]) == Skills({"u": Skill("u", "n")}, False)
    assert parse_assets(None) == []
    assert parse_skills("x") == Skills({}, False)
    with pytest.raises(InvalidAnswer):
        parse_battery([], DropCounter())


@pytest.mark.parametrize("query", SLOW_QUERIES, ids=lambda query: query.path)
@pytest.mark.parametrize("answer", [None, "x", 5, [], {}, {"local": 5, "bumpSensors": 3, "openEyeMinMs": "x"}])
def test_an_unexpected_answer_to_a_query_is_unknown(query: Any, answer: Any) -> None:
    assert set(query.parse(answer).values()) <= {None, False, 5}


async def test_a_file_as_base64_in_the_envelope_is_read(session: Any) -> None:
    """The client requests the file itself. Other answers raise an error."""
    answers: list[Any] = [{"base64": "aGk=", "contentType": "audio/wav"}, {"base64": "%%%"}, {"name": "x"}]

    async def handle(_request: web.Request) -> web.Response:
        return web.json_response({"status": "Success", "result": answers.pop(0)})

    application = web.Application()
    application.router.add_get("/api/audio", handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    client = MistyClient(session, f"127.0.0.1:{runner.addresses[0][1]}")
    assert await client.file("audio", {"fileName": "x.wav"}) == File(b"hi", "audio/wav")
    for _ in range(2):
        with pytest.raises(InvalidAnswer):
            await client.file("audio", {"fileName": "x.wav"})
    await runner.cleanup()
