"""The webhook: every encoding, bursts, refusals, unknown boards, what it does to polling, its silence."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
import json
import logging
import sys
from time import thread_time
from types import ModuleType, SimpleNamespace
from typing import Any

import aiohttp
import homeassistant.components
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.network import NoURLAvailableError
from homeassistant.setup import async_setup_component
from homeassistant.util.dt import utcnow
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.iottly import repairs, webhook
from custom_components.iottly.api import MAX_BODY_BYTES
from custom_components.iottly.const import CONF_WEBHOOK_SEEN, DOMAIN, HEADER_AUTH, HEADER_DEVICE
from custom_components.iottly.pace import LONGEST_SECONDS, Pace
from simulators.iottly.boards import DOORBELL, GREENHOUSE, METER
from simulators.iottly.cloud import AGENT, IottlyCloud
from simulators.iottly.push import FORM, JSON, PAYLOAD
from tests.waiting import eventually

from .conftest import SECRET, WEBHOOK_ID, both_generations

LOGGER = "custom_components.iottly"
TEMPERATURE = f"{GREENHOUSE}_payload_temperature"


@both_generations
@pytest.mark.parametrize("encoding", [FORM, JSON, PAYLOAD])
async def test_every_encoding(
    hass: HomeAssistant,
    cloud: IottlyCloud,
    loaded: MockConfigEntry,
    webhook_url: str,
    encoding: str,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    headers = {HEADER_DEVICE: GREENHOUSE} if encoding == PAYLOAD else {}
    cloud.do_webhook(webhook_url, encoding, headers)
    cloud.do_message(GREENHOUSE, {"temperature": 28.25, "frost": {"danger": True}})
    await reaches(entity_of("sensor", TEMPERATURE), "28.25")
    await hass.async_block_till_done()
    await reaches(entity_of("binary_sensor", f"{GREENHOUSE}_payload_frost.danger"), "on")
    cloud.do_message(GREENHOUSE, {"connectionstatus": "disconnected"}, AGENT)
    await reaches(entity_of("binary_sensor", f"{GREENHOUSE}_connected"), "off")
    await cloud.pusher.idle()
    assert cloud.pusher.statuses == [200, 200]


async def test_a_bare_payload_names_its_board_in_the_query(
    cloud: IottlyCloud,
    loaded: MockConfigEntry,
    webhook_url: str,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    cloud.do_webhook(f"{webhook_url}?device={METER}", PAYLOAD)
    cloud.do_message(METER, {"power_w": 77})
    await reaches(entity_of("sensor", f"{METER}_payload_power_w"), "77")


async def test_a_burst_loses_nothing_and_blocks_nothing(
    hass: HomeAssistant, cloud: IottlyCloud, pushing: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    seen: list[int] = []
    longest = 0.0

    @callback
    def note(event: Event[Any]) -> None:
        if event.data["entity_id"] == message and event.data["new_state"] is not None:
            payload = event.data["new_state"].attributes.get("payload") or {}
            if "burst" in payload:
                seen.append(payload["burst"]["number"])

    async def watch() -> None:
        nonlocal longest
        while True:
            # This thread's own time: what else the machine does is nobody's fault here.
            before = thread_time()
            await asyncio.sleep(0)
            longest = max(longest, thread_time() - before)

    message = entity_of("event", f"{DOORBELL}_message")
    hass.bus.async_listen("state_changed", note)
    watcher = asyncio.create_task(watch())
    cloud.do_burst(DOORBELL, 1000)
    await eventually(lambda: len(seen) == 1000, 30, lambda: f"{len(seen)} of 1000")
    await cloud.pusher.idle()
    watcher.cancel()
    assert set(seen) == set(range(1000))
    assert cloud.pusher.statuses == [200] * 1000
    await hass.async_block_till_done()
    await asyncio.sleep(0.15)
    state = hass.states.get(entity_of("sensor", f"{DOORBELL}_payload_burst.number"))
    assert state is not None
    assert state.state == "999", "the newest message wins, in whatever order they arrived"
    assert longest < 0.5, "one turn of the loop, simulator and server included"


async def test_pushed_and_polled_are_one_message(
    hass: HomeAssistant, cloud: IottlyCloud, pushing: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    fired: list[Any] = []
    pushing.runtime_data.listen_event(METER, fired.append)
    cloud.do_message(METER, {"power_w": 99})
    await eventually(lambda: len(fired) == 1)
    cloud.record.clear()
    await pushing.runtime_data.async_request_refresh()
    await cloud.record.wait_for("request")
    await asyncio.sleep(0.2)
    assert len(fired) == 1


async def test_a_late_message_changes_nothing_newer(
    hass: HomeAssistant, cloud: IottlyCloud, pushing: MockConfigEntry, entity_of: Callable[[str, str], str]
) -> None:
    message = {"from": GREENHOUSE, "timestamp": "2020-01-01T00:00:00", "payload": {"temperature": -40}}
    cloud.do_post(cloud.pusher.webhooks[0].url, json.dumps({"msg": {**message, "type": "userdefined"}}))
    await cloud.pusher.idle()
    assert cloud.pusher.statuses == [200]
    state = hass.states.get(entity_of("sensor", TEMPERATURE))
    assert state is not None
    assert state.state == "21.5"


async def test_an_unknown_board_causes_one_refresh(
    hass: HomeAssistant,
    cloud: IottlyCloud,
    pushing: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    board = cloud.do_add_board("Shed")
    await cloud.record.wait_for("request", path=f"/v1.0/project/{pushing.unique_id}/messages/{board}")
    await eventually(lambda: board in {part.id for part in pushing.runtime_data.parts})
    await hass.async_block_till_done()
    await reaches(entity_of("binary_sensor", f"{board}_connected"), "on")

    cloud.record.clear()
    for number in range(5):
        message = {"from": f"nobody-{number}", "type": "userdefined", "payload": {}}
        cloud.do_post(cloud.pusher.webhooks[0].url, json.dumps({"msg": message}))
    await cloud.pusher.idle()
    await asyncio.sleep(0.2)
    assert not cloud.record.of("request"), "a refresh was just made; strangers cannot cause one after the other"


@pytest.mark.parametrize(
    ("body", "headers", "status", "reason"),
    [
        ('{"temperature": 99}', {HEADER_DEVICE: GREENHOUSE}, 401, "a wrong or missing secret"),
        ('{"temperature": 99}', {HEADER_DEVICE: GREENHOUSE, HEADER_AUTH: "wröng"}, 401, "a wrong or missing secret"),
        ("{broken", {HEADER_AUTH: SECRET}, 400, "a body without a message"),
        ('{"temperature": 99}', {HEADER_AUTH: SECRET}, 400, "a body without a message"),
        ('{"a": "' + "x" * MAX_BODY_BYTES + '"}', {HEADER_AUTH: SECRET}, 413, "an oversized body"),
    ],
    ids=["no secret", "wrong secret", "broken", "no board", "oversized"],
)
async def test_what_is_refused_changes_nothing_and_is_logged_once(
    hass: HomeAssistant,
    cloud: IottlyCloud,
    entry: MockConfigEntry,
    webhook_url: str,
    body: str,
    headers: dict[str, str],
    status: int,
    reason: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    hass.config_entries.async_update_entry(entry, options={**entry.options, "webhook_secret": SECRET})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    before = dict(entry.runtime_data.data)
    caplog.clear()
    async with aiohttp.ClientSession() as session:
        for _ in range(3):
            async with session.post(webhook_url, data=body.encode(), headers=headers) as response:
                assert response.status == status
    assert entry.runtime_data.data == before
    logged = [record.getMessage() for record in caplog.records if record.name == LOGGER]
    assert logged == [f"Farm: the webhook was called with {reason}; later ones are only counted"]
    assert entry.runtime_data.client.dropped.as_dict()[f"webhook with {reason}"] == 3

    async with (
        aiohttp.ClientSession() as session,
        session.post(
            webhook_url, data=b'{"temperature": 1}', headers={HEADER_DEVICE: GREENHOUSE, HEADER_AUTH: SECRET}
        ) as response,
    ):
        assert response.status == 200


async def test_a_body_that_never_ends(
    hass: HomeAssistant, loaded: MockConfigEntry, webhook_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.iottly.webhook.BODY_SECONDS", 0.2)

    async def drip() -> Any:
        yield b"{"
        await asyncio.sleep(0.6)

    async with aiohttp.ClientSession() as session, session.post(webhook_url, data=drip()) as response:
        assert response.status == 408


async def test_only_post_and_only_while_loaded(
    hass: HomeAssistant, cloud: IottlyCloud, loaded: MockConfigEntry, webhook_url: str
) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.put(webhook_url, data=b"{}") as response:
            assert response.status == 405
        await hass.config_entries.async_unload(loaded.entry_id)
        async with session.post(webhook_url, data=b"{}") as response:
            assert response.status == 200, "Home Assistant's own answer where there is no webhook"
    assert cloud.pusher.statuses == []


async def test_without_a_webhook(
    hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry, webhook_url: str
) -> None:
    hass.config_entries.async_update_entry(entry, options={**entry.options, "webhook": False})
    assert await hass.config_entries.async_setup(entry.entry_id)
    cloud.do_webhook(webhook_url)
    cloud.do_message(METER, {"power_w": 5})
    await cloud.pusher.idle()
    assert entry.runtime_data.pushed == 0


# Pace -----------------------------------------------------------------------------------------------


def test_webhooks_stretch_the_poll_interval_and_their_end_shrinks_it() -> None:
    now = 1000.0
    pace = Pace(lambda: now, 60)
    assert pace.due_in == 60
    for _ in range(100):
        now += 30
        pace.pushed()
        assert pace.due_in <= 60
        if pace.due_in <= 30:
            break
    assert now - 1000 == pytest.approx(LONGEST_SECONDS, abs=60), "however many arrive, it is polled at times"
    pace.polled(missed=0)
    now += 50
    pace.pushed()
    now += 59
    assert pace.due_in == 1, "an interval after the last webhook"
    now += 1
    pace.polled(missed=0)
    assert pace.due_in == 60, "none arrived since"
    now += 50
    pace.pushed()
    pace.polled(missed=3)
    now += 5
    pace.pushed()
    assert pace.due_in == 55, "a webhook that misses messages holds nothing up"


async def test_the_poll_interval_is_kept(hass: HomeAssistant, cloud: IottlyCloud, entry: MockConfigEntry) -> None:
    hass.config_entries.async_update_entry(entry, options={"poll_interval": 0.3})
    assert await hass.config_entries.async_setup(entry.entry_id)
    cloud.record.clear()
    await asyncio.sleep(1.0)
    polls = cloud.record.of("request", path=f"/v1.0/project/{entry.unique_id}/messages/{METER}")
    assert 2 <= len(polls) <= 4
    assert not [one for one in cloud.record.of("request") if one["path"].endswith("/inspect")], "rarely changes"


async def test_more_messages_between_two_polls_than_one_asks_for(cloud: IottlyCloud, loaded: MockConfigEntry) -> None:
    fired: list[Any] = []
    loaded.runtime_data.listen_event(DOORBELL, fired.append)
    cloud.do_burst(DOORBELL, 60)
    await loaded.runtime_data.async_request_refresh()
    await eventually(lambda: len(fired) == 60, 3, lambda: f"{len(fired)}")
    assert [message.payload["burst"]["number"] for message in fired] == list(range(60))


# Silence --------------------------------------------------------------------------------------------


@pytest.fixture
def clock(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Any]:
    """Return a way to let hours pass for the watch over the webhook, and for nothing else."""
    passed = timedelta()
    started = utcnow()
    for module in (repairs, webhook):
        monkeypatch.setattr(module, "dt_util", SimpleNamespace(utcnow=lambda: utcnow() + passed))

    async def advance(hours: int) -> None:
        nonlocal passed
        for _ in range(hours):
            passed += timedelta(hours=1)
            async_fire_time_changed(hass, started + passed + timedelta(seconds=2))
            await asyncio.sleep(0)

    return advance


def issue(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, f"webhook_silent_{entry.entry_id}")


async def test_a_day_of_silence_is_an_issue_until_a_webhook_arrives(
    hass: HomeAssistant, cloud: IottlyCloud, pushing: MockConfigEntry, clock: Callable[[int], Any]
) -> None:
    await clock(25)
    assert issue(hass, pushing) is None, "none has ever arrived: nobody wants one"
    cloud.do_press(DOORBELL)
    await eventually(lambda: pushing.data.get(CONF_WEBHOOK_SEEN))
    await clock(23)
    assert issue(hass, pushing) is None
    await clock(2)
    found = issue(hass, pushing)
    assert found is not None
    assert found.is_fixable
    await asyncio.sleep(0.15)  # the watch hears of webhooks at most ten times a second
    cloud.do_press(DOORBELL)
    await eventually(lambda: issue(hass, pushing) is None)


@pytest.mark.parametrize("way", ["corrected", "switch_off"])
async def test_the_silence_is_repaired(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    clock: Callable[[int], Any],
    way: str,
) -> None:
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_WEBHOOK_SEEN: True})
    assert await async_setup_component(hass, "repairs", {})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await clock(25)
    found = issue(hass, entry)
    assert found is not None

    client = await hass_client()
    response = await client.post("/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": found.issue_id})
    step = await response.json()
    assert step["menu_options"] == ["corrected", "switch_off"]
    assert WEBHOOK_ID in step["description_placeholders"]["url"]
    response = await client.post(f"/api/repairs/issues/fix/{step['flow_id']}", json={"next_step_id": way})
    assert (await response.json())["type"] == "create_entry"
    await hass.async_block_till_done()
    assert issue(hass, entry) is None
    assert entry.options.get("webhook", True) is (way == "corrected")
    await clock(23)
    assert issue(hass, entry) is None


async def test_a_repair_of_a_project_that_is_gone(hass: HomeAssistant) -> None:
    from custom_components.iottly.repairs import async_create_fix_flow

    flow: Any = await async_create_fix_flow(hass, "webhook_silent_x", {"entry_id": "x"})
    flow.hass, flow.handler = hass, DOMAIN
    for step in (flow.async_step_init, flow.async_step_corrected, flow.async_step_switch_off):
        assert (await step())["reason"] == "entry_gone"


@pytest.fixture(autouse=True)
def quiet() -> None:
    """Keep a thousand access log lines out of a failing test's output."""
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)


# Home Assistant Cloud -------------------------------------------------------------------------------


class FakeCloud(ModuleType):
    """Home Assistant Cloud cannot be had in a test: what is asked of it, answered as it would."""

    class CloudNotAvailable(HomeAssistantError):
        """It is not there."""

    def __init__(self) -> None:
        super().__init__("homeassistant.components.cloud")
        self.is_subscribed = True
        self.is_available = True
        self.hooks: set[str] = set()

    def async_active_subscription(self, hass: HomeAssistant) -> bool:
        return self.is_subscribed

    async def async_get_or_create_cloudhook(self, hass: HomeAssistant, webhook_id: str) -> str:
        if not self.is_available:
            raise self.CloudNotAvailable
        self.hooks.add(webhook_id)
        return f"https://hooks.nabu.casa/{webhook_id}"

    async def async_delete_cloudhook(self, hass: HomeAssistant, webhook_id: str) -> None:
        if webhook_id not in self.hooks:
            raise ValueError(webhook_id)
        self.hooks.remove(webhook_id)


@pytest.fixture
def nabu(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> FakeCloud:
    """Set Home Assistant Cloud up."""
    fake = FakeCloud()
    monkeypatch.setitem(sys.modules, "homeassistant.components.cloud", fake)
    monkeypatch.setattr(homeassistant.components, "cloud", fake, raising=False)
    hass.config.components.add("cloud")
    return fake


async def test_the_url_of_home_assistant_cloud(hass: HomeAssistant, nabu: FakeCloud, entry: MockConfigEntry) -> None:
    assert await webhook.async_webhook_url(hass, WEBHOOK_ID) == f"https://hooks.nabu.casa/{WEBHOOK_ID}"
    await hass.config_entries.async_remove(entry.entry_id)
    assert nabu.hooks == set(), "taken back with the entry"


async def test_no_url_of_home_assistant_cloud(hass: HomeAssistant, nabu: FakeCloud, entry: MockConfigEntry) -> None:
    nabu.is_available = False
    assert (await webhook.async_webhook_url(hass, WEBHOOK_ID)).endswith(f"/api/webhook/{WEBHOOK_ID}")
    nabu.is_subscribed = False
    assert (await webhook.async_webhook_url(hass, WEBHOOK_ID)).endswith(f"/api/webhook/{WEBHOOK_ID}")
    await hass.config_entries.async_remove(entry.entry_id)


async def test_no_url_at_all(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: Any) -> str:
        raise NoURLAvailableError

    monkeypatch.setattr("homeassistant.components.webhook.async_generate_url", none)
    assert await webhook.async_webhook_url(hass, WEBHOOK_ID) == f"/api/webhook/{WEBHOOK_ID}"
