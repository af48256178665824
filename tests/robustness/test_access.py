"""Permissions: raw actions, files, media for the robot, pictures and the HTTP views of Home Assistant."""

import ast
from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import Context, HomeAssistant, SupportsResponse
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from PIL import Image
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
import yaml

from chaos.remote_end import RemoteEnd
from chaos.subject import Subject
from custom_components.iottly.common.dashboard import SERVICE_GET_DASHBOARD
from tests.robustness.conftest import SUBJECTS

COMPONENTS = Path(__file__).resolve().parents[2] / "custom_components"
# Actions that send arbitrary data, delete something or return a key, with data to call them. Other integrations have
# no such actions.
RAW: dict[str, dict[str, dict[str, Any]]] = {
    "rotoclear": {"set_state": {"values": {"light0": True}}},
    "pimatic": {
        "call_action": {"action": "turnOn"},
        "execute_action": {"text": "turn lamp on"},
        "draft_automations": {},
        "draft_helpers": {},
        "draft_dashboard": {},
    },
    "misty": {
        "send_command": {"method": "POST", "endpoint": "halt"},
        "upload_asset": {"kind": "image", "file_name": "x.png", "media_content_id": "http://127.0.0.1:1/x.png"},
        "delete_asset": {"kind": "image", "file_name": "x.png"},
        "send_serial": {"message": "x"},
        "start_av_stream": {"url": "rtmp://127.0.0.1:1/x", "width": 1, "height": 1},
    },
    "instathings": {
        "set": {"payload": {"state": "ON"}},
        "get_status": {"payload": {}},
        "get_logs": {},
        "delete_device": {},
        "create_certificate": {},
    },
    "iottly": {
        "send_command": {"cmd_type": "echo"},
        "flash_firmware": {},
        "offer_revision": {"revision": "1"},
        "rename_board": {"name": "x"},
    },
}
# Actions with free fields that can do no more than an entity.
HARMLESS = {
    ("iottly", "get_messages"),
    ("misty", "set_hazards"),
    ("misty", "trigger_skill_event"),
    ("pimatic", "set_variable"),
}
ROWS = [(subject, action) for subject in SUBJECTS for action in RAW.get(subject.domain, ())]
of_misty = pytest.mark.parametrize("subject", [one for one in SUBJECTS if one.name == "misty"], ids=["misty"])
all_raw = pytest.mark.parametrize(("subject", "action"), ROWS, ids=[f"{one.name} {action}" for one, action in ROWS])


def png() -> bytes:
    """Return a small picture."""
    with BytesIO() as file:
        Image.new("RGB", (8, 8)).save(file, "PNG")
        return file.getvalue()


PICTURE = png()


# Raw actions -----------------------------------------------------------------------------------------


async def call_as(
    hass: HomeAssistant, user: MockUser, entry: MockConfigEntry, action: str, data: dict[str, Any]
) -> None:
    """Call an action of an entry's first device as a user."""
    device = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)[0]
    await hass.services.async_call(
        entry.domain,
        action,
        {"device_id": device.id, **data},
        blocking=True,
        context=Context(user_id=user.id),
        return_response=hass.services.supports_response(entry.domain, action) is SupportsResponse.ONLY,
    )


@all_raw
async def test_raw_actions_are_refused_for_other_users_than_admins(
    hass: HomeAssistant, subject: Subject, action: str, loaded: MockConfigEntry, hass_read_only_user: MockUser
) -> None:
    with pytest.raises(Unauthorized):
        await call_as(hass, hass_read_only_user, loaded, action, RAW[subject.domain][action])


@all_raw
async def test_raw_actions_are_allowed_for_admins(
    hass: HomeAssistant, subject: Subject, action: str, loaded: MockConfigEntry, hass_admin_user: MockUser
) -> None:
    """The action is done or refused for another reason, because the first device does not support every action."""
    with suppress(HomeAssistantError):
        try:
            await call_as(hass, hass_admin_user, loaded, action, RAW[subject.domain][action])
        except Unauthorized:
            pytest.fail("an admin was refused")


def test_actions_with_free_fields_are_for_admins() -> None:
    """A new action with an object as a field has to be in RAW or in HARMLESS."""
    free = {
        (file.parent.name, name)
        for file in COMPONENTS.glob("*/services.yaml")
        for name, action in yaml.safe_load(file.read_text()).items()
        if any("object" in (field.get("selector") or {}) for field in ((action or {}).get("fields") or {}).values())
    }
    raw = {(domain, name) for domain, actions in RAW.items() for name in actions}
    assert free - raw == HARMLESS


# Files and addresses ---------------------------------------------------------------------------------


def test_only_these_modules_use_files() -> None:
    """A module that reads or writes a file named by a person must ask Home Assistant for permission."""
    calls = {"open", "read_bytes", "read_text", "write_bytes", "write_text", "unlink", "rename", "mkdir"}
    users = {
        str(file.relative_to(COMPONENTS))
        for file in COMPONENTS.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Attribute) and node.func.attr in calls)
            or (isinstance(node.func, ast.Name) and node.func.id == "open")
        )
        # This opens bytes in memory.
        and not ast.unparse(node).startswith("wave.open(io.BytesIO(")
    }
    # The modules of Instathings read their own tables. The one of pimatic writes into one folder of the configuration
    # directory, with file names that no person chooses (tests/pimatic/moving/test_services.py).
    assert users == {
        "misty/actions/files.py",
        "misty/actions/pictures.py",
        "instathings/api/meaning/rules.py",
        "instathings/api/meaning/variants.py",
        "pimatic/moving/output.py",
    }


def outside(tmp_path: Path) -> list[Path]:
    """Return paths to a file outside the allowed directory."""
    (tmp_path / "allowed").mkdir()
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "x.png").write_bytes(PICTURE)
    (tmp_path / "allowed" / "link").symlink_to(tmp_path / "secret")
    paths = ("secret/x.png", "allowed/../secret/x.png", "allowed/link/x.png")
    return [tmp_path / path for path in paths]


@of_misty
@pytest.mark.parametrize("action", ["take_picture", "upload_asset"])
async def test_misty_reads_and_writes_files_only_in_allowed_directories(
    hass: HomeAssistant,
    subject: Subject,
    remote: RemoteEnd,
    loaded: MockConfigEntry,
    hass_admin_user: MockUser,
    action: str,
    tmp_path: Path,
) -> None:
    """Paths beside the directory, with dots and through a symbolic link are refused."""
    fields = {"upload_asset": {"kind": "image", "file_name": "x.png"}}.get(action, {})
    paths = outside(tmp_path)
    hass.config.allowlist_external_dirs = {str(tmp_path / "allowed")}
    for path in paths:
        with pytest.raises(ServiceValidationError) as caught:
            await call_as(hass, hass_admin_user, loaded, action, {**fields, "path": str(path)})
        assert caught.value.translation_key == "path_not_allowed"
    assert paths[0].read_bytes() == PICTURE
    allowed = tmp_path / "allowed" / ("x.jpg" if action == "take_picture" else "x.png")
    allowed.write_bytes(PICTURE)
    await call_as(hass, hass_admin_user, loaded, action, {**fields, "path": str(allowed)})


@of_misty
async def test_misty_fetches_only_from_allowed_urls(
    hass: HomeAssistant, subject: Subject, remote: RemoteEnd, loaded: MockConfigEntry, hass_admin_user: MockUser
) -> None:
    """A redirect from an allowed URL is not followed."""

    async def upload(port: int) -> str | None:
        url = f"http://127.0.0.1:{port}/api/images?fileName=e_Love.jpg&base64=false"
        data = {"kind": "image", "file_name": "x.jpg", "media_content_id": url}
        try:
            await call_as(hass, hass_admin_user, loaded, "upload_asset", data)
        except HomeAssistantError as error:
            errors.append(str(error))
            return error.translation_key
        return None

    errors: list[str] = []
    assert await upload(remote.thief.port) == "url_not_allowed"
    hass.config.allowlist_external_urls = {f"http://127.0.0.1:{remote.simulator.port}/api/"}
    assert await upload(remote.simulator.port) is None
    assert await upload(remote.thief.port) == "url_not_allowed"
    hass.config.allowlist_external_urls = {f"http://127.0.0.1:{remote.proxy.port}/api/"}
    remote.proxy.redirect_to = f"http://127.0.0.1:{remote.thief.port}"
    await remote.call(remote.proxy.reset)
    assert await upload(remote.proxy.port) == "cannot_fetch"
    assert "127.0.0.1" not in "".join(errors)
    assert remote.thief.received == []


@of_misty
async def test_urls_for_the_robot_are_signed_and_expire(
    hass: HomeAssistant,
    subject: Subject,
    remote: RemoteEnd,
    entry: MockConfigEntry,
    hass_client_no_auth: ClientSessionGenerator,
    tmp_path: Path,
    freezer: FrozenDateTimeFactory,
) -> None:
    (tmp_path / "x.png").write_bytes(PICTURE)
    hass.config.media_dirs = {"local": str(tmp_path)}
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    client = await hass_client_no_auth()
    hass.config.internal_url = f"http://127.0.0.1:{client.server.port}"
    device = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)[0]
    data = {"device_id": device.id, "media_content_id": "media-source://media_source/local/x.png"}
    await hass.services.async_call("misty", "display_image", data, blocking=True)
    fetched = await remote.do(remote.simulator.record.wait_for("fetched"))
    assert fetched["status"] == HTTPStatus.OK
    path, _, signature = fetched["url"].removeprefix(str(hass.config.internal_url)).partition("?")
    assert signature.startswith("authSig=")
    assert (await client.get(f"{path}?{signature}")).status == HTTPStatus.OK
    for wrong in (path, f"{path}?{signature[:-4]}AAAA", f"{path.replace('x.png', 'y.png')}?{signature}"):
        assert (await client.get(wrong)).status == HTTPStatus.UNAUTHORIZED, wrong
    freezer.tick(timedelta(days=1, minutes=1))
    assert (await client.get(f"{path}?{signature}")).status == HTTPStatus.UNAUTHORIZED


# Home Assistant's HTTP -------------------------------------------------------------------------------


# Our only view serves files of a robot: tests/misty/test_media_source.py checks that it needs a login.
VIEWS = {"misty/__init__.py", "misty/media_source.py"}


def test_only_these_modules_have_http_views() -> None:
    """Home Assistant's views serve pictures and streams, and need a login. No view switches that off."""
    for file in COMPONENTS.rglob("*.py"):
        text = file.read_text()
        for forbidden in ("requires_auth", "async_register_static_paths"):
            assert forbidden not in text, file
        if str(file.relative_to(COMPONENTS)) not in VIEWS:
            for forbidden in ("HomeAssistantView", "register_view"):
                assert forbidden not in text, file


PROXIES = {
    "camera": ("camera_proxy", "camera_proxy_stream"),
    "image": ("image_proxy",),
    "media_player": ("media_player_proxy",),
}


@pytest.mark.usefixtures("everything_enabled")
async def test_pictures_need_a_login_or_a_token(
    hass: HomeAssistant,
    subject: Subject,
    loaded: MockConfigEntry,
    hass_client_no_auth: ClientSessionGenerator,
    hass_client: ClientSessionGenerator,
) -> None:
    assert await async_setup_component(hass, "http", {})
    anonymous, user = await hass_client_no_auth(), await hass_client()
    found = []
    for entity in er.async_entries_for_config_entry(er.async_get(hass), loaded.entry_id):
        for proxy in PROXIES.get(entity.domain, ()):
            path = f"/api/{proxy}/{entity.entity_id}"
            found.append(proxy)
            assert (await anonymous.get(path)).status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN), path
            assert (await anonymous.get(f"{path}?token=wrong")).status in (
                HTTPStatus.UNAUTHORIZED,
                HTTPStatus.FORBIDDEN,
            ), path
            wrong = {"Authorization": "Bearer wrong"}
            assert (await anonymous.get(path, headers=wrong)).status == HTTPStatus.UNAUTHORIZED, path
    assert set(found) == {
        "rotoclear": {"camera_proxy", "camera_proxy_stream", "image_proxy"},
        "pimatic": {"media_player_proxy"},
        "misty": {"camera_proxy", "camera_proxy_stream", "image_proxy", "media_player_proxy"},
    }.get(subject.domain, set())
    if subject.domain == "rotoclear":
        entity_id = next(iter(hass.states.async_entity_ids("camera")))
        assert (await user.get(f"/api/camera_proxy/{entity_id}")).status == HTTPStatus.OK


async def test_views_of_home_assistant_need_a_login(
    hass: HomeAssistant,
    subject: Subject,
    loaded: MockConfigEntry,
    hass_client_no_auth: ClientSessionGenerator,
    hass_client: ClientSessionGenerator,
    hass_read_only_access_token: str,
) -> None:
    """The views are those of states, actions, flows and diagnostics. The last two are for admins only."""
    for component in ("api", "config", "diagnostics"):
        assert await async_setup_component(hass, component, {})
    await hass.async_block_till_done()
    anonymous = await hass_client_no_auth()
    reader = {"Authorization": f"Bearer {hass_read_only_access_token}"}
    diagnostics = f"/api/diagnostics/config_entry/{loaded.entry_id}"
    flow = {"handler": subject.domain}
    assert (await anonymous.get("/api/states")).status == HTTPStatus.UNAUTHORIZED
    action = f"/api/services/{subject.domain}/{SERVICE_GET_DASHBOARD}"
    assert (await anonymous.post(action, json={})).status == HTTPStatus.UNAUTHORIZED
    assert (await anonymous.post("/api/config/config_entries/flow", json=flow)).status == HTTPStatus.UNAUTHORIZED
    assert (await anonymous.get(diagnostics)).status == HTTPStatus.UNAUTHORIZED
    assert (await anonymous.get(diagnostics, headers=reader)).status == HTTPStatus.UNAUTHORIZED
    assert (
        await anonymous.post("/api/config/config_entries/flow", json=flow, headers=reader)
    ).status == HTTPStatus.UNAUTHORIZED
    assert (await (await hass_client()).get(diagnostics)).status == HTTPStatus.OK


WITH_RAW = [one for one in SUBJECTS if one.endpoint.command and one.domain in RAW]


@pytest.mark.parametrize("subject", WITH_RAW, ids=lambda one: one.name)
async def test_raw_actions_by_http_are_for_admins(
    hass: HomeAssistant,
    subject: Subject,
    loaded: MockConfigEntry,
    hass_client_no_auth: ClientSessionGenerator,
    hass_read_only_access_token: str,
) -> None:
    """Other users get the status 401."""
    assert await async_setup_component(hass, "api", {})
    client = await hass_client_no_auth()
    device = dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)[0]
    for action, fields in RAW[subject.domain].items():
        only = hass.services.supports_response(subject.domain, action) is SupportsResponse.ONLY
        answer = await client.post(
            f"/api/services/{subject.domain}/{action}{'?return_response' if only else ''}",
            json={"device_id": device.id, **fields},
            headers={"Authorization": f"Bearer {hass_read_only_access_token}"},
        )
        assert answer.status == HTTPStatus.UNAUTHORIZED, action
