"""The files of the robot in the media browser of Home Assistant, and their upload and deletion."""

from collections.abc import Callable
from typing import Any

import aiohttp
from homeassistant.auth.const import GROUP_ID_READ_ONLY, GROUP_ID_USER
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from custom_components.misty.api import client as client_module
from simulators.misty import MistySimulator
from simulators.misty.store import tone
from tests.states import state_of
from tests.waiting import eventually

type Ask = Callable[..., Any]

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
async def ask(hass: HomeAssistant, loaded: MockConfigEntry, hass_ws_client: WebSocketGenerator) -> Ask:
    """Return a function that sends commands like the media browser."""
    client = await hass_ws_client()

    async def send(command: str, place: str = "") -> Any:
        media_id = f"media-source://misty/{place}" if place else "media-source://misty"
        await client.send_json_auto_id({"type": f"media_source/{command}", "media_content_id": media_id})
        answer = await client.receive_json()
        return answer["result"] if answer["success"] else answer["error"]

    return send


@pytest.fixture
async def http(hass: HomeAssistant, loaded: MockConfigEntry, hass_client_no_auth: ClientSessionGenerator) -> Any:
    """Return a client without a login."""
    return await hass_client_no_auth()


def titles(folder: Any) -> list[str]:
    assert "children" in folder, folder
    return [child["title"] for child in folder["children"]]


async def test_each_robot_has_folders_with_its_files(
    ask: Ask, loaded: MockConfigEntry, simulator: MistySimulator
) -> None:
    """Files that were added by users come first."""
    store = simulator.robot.store
    store.images.saved["zoo.png"] = store.content(store.images, "e_Joy.jpg")
    store.audio.saved |= {"capture_HeyMisty.wav": tone(0.1), "bell.wav": tone(0.1)}
    store.videos.saved["party.mp4"] = b"\0\0\0\x18ftypmp42"
    store.recordings["misty_video"] = b"\0\0\0\x18ftypmp42"
    assert titles(await ask("browse_media")) == [loaded.title]
    robot = await ask("browse_media", loaded.entry_id)
    assert titles(robot) == ["Pictures", "Sounds", "Voice recordings", "Videos", "Video recordings"]
    folders = {folder["title"]: await ask("browse_media", folder["media_content_id"].removeprefix("media-source://misty/"))
               for folder in robot["children"]}  # fmt: skip
    assert titles(folders["Pictures"])[:2] == ["zoo", "Admiration"]
    assert titles(folders["Sounds"])[:2] == ["bell", "Acceptance"]
    assert titles(folders["Voice recordings"]) == ["capture_HeyMisty"]
    assert titles(folders["Videos"]) == ["party"]
    assert titles(folders["Video recordings"]) == ["misty_video"]
    assert folders["Pictures"]["children"][0]["thumbnail"].startswith("/api/misty/file/")


async def test_names_of_folders_are_translated(hass: HomeAssistant, ask: Ask, loaded: MockConfigEntry) -> None:
    hass.config.language = "de"
    assert titles(await ask("browse_media", loaded.entry_id))[2] == "Sprachaufnahmen"


@pytest.mark.parametrize(
    ("folder", "name", "content", "kind"),
    [
        ("pictures", "my cat.png", PNG, "image/png"),
        ("sounds", "bell.wav", tone(0.2), "audio/wav"),
        ("voice", "capture_Dialogue.wav", tone(0.3), "audio/wav"),
        ("videos", "party.mp4", b"\0\0\0\x18ftypmp42" + bytes(300_000), "video/mp4"),
        ("recordings", "misty_video", b"\0\0\0\x18ftypmp42" + bytes(300_000), "video/mp4"),
    ],
    ids=("picture", "sound", "voice", "video", "recording"),
)
async def test_files_are_served_with_a_signed_url(
    ask: Ask,
    http: Any,
    loaded: MockConfigEntry,
    simulator: MistySimulator,
    folder: str,
    name: str,
    content: bytes,
    kind: str,
) -> None:
    """The content is unchanged. The URL without the signature needs a login."""
    store = simulator.robot.store
    files = {"pictures": store.images.saved, "videos": store.videos.saved, "recordings": store.recordings}
    files.get(folder, store.audio.saved)[name] = content
    media = await ask("resolve_media", f"{loaded.entry_id}/{folder}/{name}")
    assert media["mime_type"] == (kind if folder != "pictures" else "image/png")
    response = await http.get(media["url"])
    assert (response.status, response.content_type) == (200, kind)
    assert await response.read() == content
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert (await http.get(media["url"].split("?")[0])).status == 401


async def test_unsuitable_files_and_paths_are_not_served(
    ask: Ask, http: Any, hass_client: ClientSessionGenerator, loaded: MockConfigEntry, simulator: MistySimulator
) -> None:
    """These are scripts as pictures, paths outside the folders, and robots that do not exist."""
    simulator.robot.store.images.saved["evil.jpg"] = SVG
    client = await hass_client()
    base = f"/api/misty/file/{loaded.entry_id}"
    assert (await client.get(f"{base}/pictures/evil.jpg")).status == 415
    assert (await client.get(f"{base}/pictures/a%2Fb.jpg")).status == 404
    assert (await client.get(f"{base}/logs/today")).status == 404
    assert (await client.get("/api/misty/file/unknown/pictures/e_Joy.jpg")).status == 404
    assert (await client.get(f"{base}/sounds/none.wav")).status == 502
    for place in (f"{loaded.entry_id}/sounds/../x", f"{loaded.entry_id}/sounds", "unknown/sounds/s_Joy.wav"):
        assert (await ask("resolve_media", place))["code"] == "resolve_media_failed"
    for place in ("unknown", f"{loaded.entry_id}/logs"):
        assert (await ask("browse_media", place))["code"] == "browse_media_failed"
    simulator.set_fault("status", 500)
    assert (await ask("browse_media", f"{loaded.entry_id}/sounds"))["code"] == "browse_media_failed"


async def test_a_file_that_is_too_large_is_cut_off(
    hass_client: ClientSessionGenerator,
    loaded: MockConfigEntry,
    simulator: MistySimulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The client gets an error."""
    simulator.robot.store.recordings["long"] = bytes(1_000_000)
    monkeypatch.setattr(client_module, "MAX_FILE_BYTES", 500_000)
    client = await hass_client()
    response = await client.get(f"/api/misty/file/{loaded.entry_id}/recordings/long")
    with pytest.raises(aiohttp.ClientError):
        await response.read()


async def test_the_robot_plays_its_own_sounds_by_file_name(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator
) -> None:
    """It does not fetch them from Home Assistant."""
    media_id = f"media-source://misty/{loaded.entry_id}/sounds/s_Joy.wav"
    sound = {"media_content_type": "audio/wav", "media_content_id": media_id}
    player = {"entity_id": "media_player.misty_speaker"}
    await hass.services.async_call("media_player", "play_media", player | sound, blocking=True)
    assert simulator.record.of("played", name="s_Joy.wav")


async def test_files_are_uploaded_and_deleted(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator, device_id: str, tmp_path: Any
) -> None:
    """The options of the select of the face are updated. System files cannot be deleted."""

    async def call(service: str, **data: Any) -> None:
        await hass.services.async_call("misty", service, {"device_id": device_id, **data}, blocking=True)

    def faces() -> list[str]:
        return list(state_of(hass, "select.misty_face").attributes["options"])

    store = simulator.robot.store
    file = tmp_path / "cat.jpg"
    file.write_bytes(store.content(store.images, "e_Joy.jpg"))
    hass.config.allowlist_external_dirs = {str(tmp_path)}
    await call("upload_asset", kind="image", file_name="cat.jpg", path=str(file))
    await eventually(lambda: "cat" in faces())
    await call("delete_asset", media_content_id=f"media-source://misty/{loaded.entry_id}/pictures/cat.jpg")
    await eventually(lambda: "cat" not in faces())
    store.recordings["party"] = b"x"
    await call("delete_asset", kind="recording", file_name="party")
    assert not store.recordings
    with pytest.raises(HomeAssistantError, match="system file"):
        await call("delete_asset", kind="audio", file_name="s_Joy.wav")
    for data, key in (
        ({}, "no_file"),
        ({"file_name": "x"}, "no_file"),
        ({"media_content_id": "media-source://misty/another/sounds/s_Joy.wav"}, "no_such_file"),
        ({"media_content_id": f"media-source://misty/{loaded.entry_id}/sounds"}, "no_such_file"),
    ):
        with pytest.raises(ServiceValidationError) as caught:
            await call("delete_asset", **data)
        assert caught.value.translation_key == key


@pytest.mark.parametrize("group", [GROUP_ID_USER, GROUP_ID_READ_ONLY])
@pytest.mark.parametrize("service", ["upload_asset", "delete_asset"])
async def test_only_admins_can_change_files(
    hass: HomeAssistant, loaded: MockConfigEntry, device_id: str, group: str, service: str
) -> None:
    await hass.auth.async_create_user("Owner")  # The first user is the owner, who may do everything.
    user = await hass.auth.async_create_user("Other user", group_ids=[group])
    data = {"device_id": device_id, "kind": "audio", "file_name": "x.wav"}
    with pytest.raises(Unauthorized):
        await hass.services.async_call("misty", service, data, blocking=True, context=Context(user_id=user.id))
