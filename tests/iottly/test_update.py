"""Update entities of groups: the offered revision, and the progress and end of a deployment."""

import asyncio
from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant, State
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, mock_restore_cache

from custom_components.iottly.api import DeploymentGroup
from custom_components.iottly.message_store import Fact, Key
from simulators.iottly.boards import METER
from simulators.iottly.cloud import PAGE, IottlyCloud
from simulators.iottly.project import FIELD_GROUP, Group
from tests.entries import set_up
from tests.waiting import eventually

pytestmark = pytest.mark.parametrize("cloud", [PAGE], indirect=True)

PRODUCTION = "7c0f3a86-51a5-4f0e-9d51-0e3f6b1c2d4e"
PROGRESS = Key(FIELD_GROUP, Fact.DEPLOYMENT)
UPDATE = "update.deployment_group_field_firmware"


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Poll often."""
    monkeypatch.setattr("custom_components.iottly.deployer.POLL_PAUSE", 0.05)


@pytest.fixture
def offered(hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry) -> None:
    """Offer a revision to the field group."""
    loaded.runtime_data.async_offer(group_of(loaded), "9d8e7f6")


def group_of(entry: MockConfigEntry) -> DeploymentGroup:
    found: list[DeploymentGroup] = [one for one in entry.runtime_data.data.values() if isinstance(one, DeploymentGroup)]
    return next(one for one in found if one.id == FIELD_GROUP)


def shown(hass: HomeAssistant) -> State:
    state = hass.states.get(UPDATE)
    assert state is not None
    return state


async def install(hass: HomeAssistant) -> None:
    await hass.services.async_call("update", "install", {"entity_id": UPDATE}, blocking=True)


@pytest.mark.usefixtures("offered")
@pytest.mark.parametrize("is_pushed", [True, False])
async def test_a_deployment_ends_when_the_boards_have_restarted(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, webhook_url: str, is_pushed: bool
) -> None:
    if is_pushed:
        cloud.do_webhook(webhook_url)
    assert shown(hass).state == "on"
    assert shown(hass).attributes["installed_version"] == "3f2a91c"
    assert shown(hass).attributes["latest_version"] == "9d8e7f6"
    assert shown(hass).attributes["title"] == "master"
    cloud.project.flash_seconds = 0.3
    progress: list[Any] = []
    loaded.runtime_data.subscribe((PROGRESS,), lambda: progress.append(loaded.runtime_data.data[PROGRESS]))
    await install(hass)
    assert [one["group"] for one in cloud.record.of("flash")] == [FIELD_GROUP]
    assert progress[0] == 0
    assert progress[-1] is None
    assert progress[:-1] == sorted(progress[:-1])
    assert 67 in progress, "the progress is shown"
    revision = cloud.project.groups[1].revision
    await eventually(lambda: shown(hass).attributes["installed_version"] == revision)
    assert shown(hass).state == "off", "the deployed revision is the latest one of the branch"
    assert shown(hass).attributes["in_progress"] is False


@pytest.mark.usefixtures("offered")
async def test_a_deployment_fails_when_a_board_cannot_load_it(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    cloud.set_fault("flash_fails")
    with pytest.raises(HomeAssistantError) as failed:
        await install(hass)
    assert failed.value.translation_key == "deployment_failed"
    assert failed.value.translation_placeholders is not None
    assert failed.value.translation_placeholders["reason"] == "failed"
    assert shown(hass).state == "on"
    assert shown(hass).attributes["in_progress"] is False


@pytest.mark.usefixtures("offered")
async def test_a_deployment_fails_when_the_boards_do_not_reconnect(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.iottly.deployer.LONGEST_SILENCE", 2.0)
    cloud.set_fault("flash_hangs")
    running = hass.async_create_task(install(hass))
    await eventually(lambda: shown(hass).attributes["update_percentage"] == 67)
    with pytest.raises(HomeAssistantError) as second:
        await loaded.runtime_data.deployer.start(FIELD_GROUP)
    assert second.value.translation_key == "deployment_running"
    with pytest.raises(HomeAssistantError) as silent:
        await running
    assert silent.value.translation_key == "deployment_silent"
    assert silent.value.translation_placeholders == {"boards": "a2792ce8, 3781de91"}
    assert shown(hass).attributes["in_progress"] is False


@pytest.mark.usefixtures("offered")
async def test_a_refused_deployment_raises_an_error(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    cloud.project.groups.clear()
    with pytest.raises(HomeAssistantError):
        await install(hass)
    assert shown(hass).attributes["in_progress"] is False
    assert shown(hass).state == "on"


@pytest.mark.usefixtures("offered")
async def test_unloading_the_entry_ends_a_deployment(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry
) -> None:
    cloud.set_fault("flash_hangs")
    running = hass.async_create_task(install(hass))
    await eventually(lambda: shown(hass).attributes["in_progress"] is True)
    assert await hass.config_entries.async_unload(loaded.entry_id)
    with pytest.raises(HomeAssistantError) as interrupted:
        await running
    assert interrupted.value.translation_key == "deployment_interrupted"


async def test_a_revision_of_one_group_is_offered_to_the_others(
    hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry
) -> None:
    cloud.project.groups.append(Group(PRODUCTION, "production", [METER], "deployed", "master", "3f2a91c"))
    cloud.project.groups[1].boards.remove(METER)
    await set_up(hass, entry)
    production = "update.deployment_group_production_firmware"
    state = hass.states.get(production)
    assert state is not None
    assert state.state == "off", "there is no newer revision"
    cloud.project.groups[1].revision = "9d8e7f6"
    await entry.runtime_data.async_request_refresh()

    def is_offered() -> bool:
        state = hass.states.get(production)
        return state is not None and state.state == "on" and state.attributes["latest_version"] == "9d8e7f6"

    await eventually(is_offered)
    assert shown(hass).state == "off"


async def test_offer_revision_offers_a_revision_to_a_group_with_a_branch(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, act: Callable[..., Any]
) -> None:
    assert shown(hass).state == "off"
    await act("offer_revision", f"group_{FIELD_GROUP}", response=False, revision="9d8e7f6")
    assert shown(hass).state == "on"
    cloud.project.groups[1].branch = ""
    await loaded.runtime_data.async_request_refresh()
    await eventually(lambda: group_of(loaded).branch is None)
    with pytest.raises(HomeAssistantError) as nowhere:
        await act("offer_revision", f"group_{FIELD_GROUP}", response=False, revision="9d8e7f6")
    assert nowhere.value.translation_key == "no_branch"


@pytest.mark.parametrize(("installed", "state"), [("3f2a91c", "on"), ("1111111", "off")])
async def test_an_offered_revision_is_restored_after_a_restart(
    hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry, installed: str, state: str
) -> None:
    attributes = {"installed_version": installed, "latest_version": "9d8e7f6"}
    mock_restore_cache(hass, [State(UPDATE, "on", attributes)])
    await set_up(hass, entry)
    assert shown(hass).state == state, "something else was deployed meanwhile" if state == "off" else ""


async def test_the_second_of_two_concurrent_deployments_is_refused(cloud: IottlyCloud, loaded: MockConfigEntry) -> None:
    """Otherwise both would be sent, and the end of the second would be logged as an error."""
    deployer = loaded.runtime_data.deployer
    results = await asyncio.gather(*(deployer.start(FIELD_GROUP) for _ in range(2)), return_exceptions=True)
    refused = [one for one in results if one is not None]
    assert [getattr(one, "translation_key", one) for one in refused] == ["deployment_running"]
    assert len(cloud.record.of("flash")) == 1
    await deployer.idle()
