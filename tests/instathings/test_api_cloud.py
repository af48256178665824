"""The cloud client with the simulated cloud."""

import asyncio
from datetime import UTC, datetime, timedelta
import time
from unittest.mock import Mock

import aiohttp
import pytest

from custom_components.instathings.api import cloud as cloud_module
from custom_components.instathings.api.cloud import CloudClient
from custom_components.instathings.api.errors import NoStatus, NotFound, RateLimited, Refused, Unavailable
from custom_components.instathings.api.http_commands import Request
from custom_components.instathings.api.token import lifetime
from custom_components.instathings.common.client.errors import AuthFailed, InvalidAnswer
from custom_components.instathings.common.client.wire import DropCounter
from simulators.instathings.access import Access
from simulators.instathings.cloud import CloudSimulator
from simulators.instathings.house import GATEWAY

from .conftest import url_of


async def test_the_client_reads_devices_and_device_types(client: CloudClient) -> None:
    devices = {device.id: device for device in await client.devices()}
    gateway, lamp, virtual = devices[GATEWAY], devices["zbBulb001"], devices["virtual01"]
    assert gateway.is_gateway
    assert gateway.connected is True
    assert gateway.versions == (("gate", "instathings/gate:1.9.1"),)
    assert lamp.parent == GATEWAY
    assert lamp.connected is None
    assert lamp.pairing == "paired"
    assert virtual.is_virtual
    assert virtual.demo_active is True
    assert virtual.frequency == 60
    one = await client.device(GATEWAY)
    assert one == gateway
    kinds = {kind.id: kind for kind in await client.types()}
    assert lamp.type_id is not None
    assert kinds[lamp.type_id].manufacturer == "Philips"
    assert await client.type(lamp.type_id) == kinds[lamp.type_id]
    protocol = await client.protocol(kinds[lamp.type_id].protocols[0])
    assert (protocol.name, protocol.slug) == ("Zigbee", "zigbee")


async def test_stored_data_is_read_by_page_and_period(client: CloudClient, cloud: CloudSimulator) -> None:
    noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    for hour in range(25):
        cloud.store.add("knxRain01", {"data": hour}, round((noon + timedelta(hours=hour)).timestamp() * 1000))
    page = await client.data("knxRain01", start=noon, end=noon + timedelta(hours=23), page=2, per_page=10)
    assert page.total == 24
    assert [reading.values["data"] for reading in page.readings] == list(range(13, 3, -1))
    assert page.readings[0].time == noon + timedelta(hours=13)


async def test_the_client_renames_and_deletes(client: CloudClient, cloud: CloudSimulator) -> None:
    await client.patch("virtual01", name="Counter", frequency=30, demo_active=False)
    assert cloud.record.of("patch")[-1]["body"] == {"name": "Counter", "frequency": 30, "demoActive": False}
    with pytest.raises(Refused):
        await client.patch("virtual01", frequency=10)
    await client.delete_sub_device(GATEWAY, "zbPlug001")
    assert cloud.record.of("delete")[-1]["how"] == "sub_device"
    cloud.set_fault("no_sub_device_path")
    await client.delete_sub_device(GATEWAY, "zbDoor001")
    assert cloud.record.of("delete")[-1]["how"] == "device"
    await client.delete("virtual01")
    with pytest.raises(NotFound):
        await client.delete("virtual01")
    with pytest.raises(Refused):
        await client.device("../types")


async def test_a_certificate_is_read_in_both_modes(
    client: CloudClient, cloud: CloudSimulator, dropped: DropCounter
) -> None:
    assert "privateKey" in (await client.certificate(GATEWAY)).json(dropped)["credentials"]
    cloud.set_fault("live_mode")
    answer = await client.certificate(GATEWAY)
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.body.startswith(b"PK")


async def test_set_sends_all_arguments(client: CloudClient, cloud: CloudSimulator) -> None:
    await client.set("zbBulb001", {"state": "TOGGLE"})
    assert cloud.record.of("set")[-1]["body"] == {"state": "TOGGLE"}
    await client.set("httpPlug1", {}, Request("/relay/0", {"turn": "on"}))
    sent = cloud.record.of("set")[-1]
    assert (sent["path"], sent["method"], sent["query"]) == ("/relay/0", "GET", {"turn": "on"})
    with pytest.raises(Refused):
        await client.set("httpPlug1", {})
    with pytest.raises(Refused):
        await client.set("httpPlug1", {}, Request("/relay/0\r\nX: y"))


@pytest.mark.parametrize("fault", [None, "not_ready_is_empty"])
async def test_a_status_is_fetched_when_it_is_available(
    client: CloudClient, cloud: CloudSimulator, fault: str | None
) -> None:
    cloud.set_fault("status_seconds", 0.4)
    if fault:
        cloud.set_fault(fault)
    status = await client.status("httpPlug1", request=Request("/status"))
    assert status.device_id == "httpPlug1"
    assert status.is_http
    assert status.values["relays.0.ison"] is False
    assert len(cloud.record.of("fetch", found=False)) >= 1


async def test_a_missing_status_times_out(
    client: CloudClient, cloud: CloudSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cloud_module, "STATUS_SECONDS", 0.5)
    cloud.set_fault("never_answers")
    with pytest.raises(NoStatus):
        await client.status("zbBulb001", {"state": ""})


async def test_the_client_reads_logs(client: CloudClient, cloud: CloudSimulator) -> None:
    cloud.command("log", message="Connecting...", kind="LOG")
    cloud.command("log", message="failed", kind="ERR")
    lines = await client.logs(GATEWAY, "gate")
    assert [(line.kind, line.message) for line in lines] == [("LOG", "Connecting..."), ("ERR", "failed")]
    now = datetime.now(UTC)
    assert await client.logs(GATEWAY, "gate", start=now + timedelta(hours=1), end=now + timedelta(hours=2)) == ()
    with pytest.raises(Refused):
        await client.logs(GATEWAY, "nonsense")


async def test_a_token_is_used_until_it_is_refused(client: CloudClient, cloud: CloudSimulator) -> None:
    await asyncio.gather(*(client.types() for _ in range(10)))
    assert client.tokens.renewals == 1
    cloud.command("end_tokens")
    await asyncio.gather(*(client.set("zbBulb001", {"state": "TOGGLE"}) for _ in range(20)))
    assert client.tokens.renewals == 2
    assert len(cloud.record.of("set")) == 20


async def test_a_token_is_renewed_before_it_expires(
    session: aiohttp.ClientSession, dropped: DropCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr("custom_components.instathings.api.token.time", Mock(monotonic=lambda: now))
    cloud = CloudSimulator(token_seconds=100)
    await cloud.start()
    client = CloudClient(session, url_of(cloud), "demo-client", "demo-secret", dropped)
    for seconds, renewals in ((0, 1), (89, 1), (2, 2), (89, 2), (2, 3)):
        now += seconds
        await client.set("zbBulb001", {"state": "TOGGLE"})
        assert client.tokens.renewals == renewals
    # The cloud refused no request.
    assert len(cloud.record.of("request")) == len(cloud.record.of("set"))
    await cloud.stop()


def test_the_lifetime_of_a_token() -> None:
    good = Access("a", "b", 100).token_for("a", "b")
    endless = Access("a", "b", 0).token_for("a", "b")
    assert good is not None
    assert endless is not None
    assert lifetime(good) == pytest.approx(100)
    for token in (endless, "abc", "a.b.c", "a.e30.c", "..", "a.WzFd.c"):
        assert lifetime(token) == float("inf")


async def test_a_failed_login_raises_the_matching_error(client: CloudClient, cloud: CloudSimulator) -> None:
    for status, error in (
        (500, Unavailable),
        (503, Unavailable),
        (429, RateLimited),
        (400, AuthFailed),
        (401, AuthFailed),
        (403, AuthFailed),
        (302, InvalidAnswer),
        (200, InvalidAnswer),
        (404, InvalidAnswer),
    ):
        cloud.set_fault("token_status", status)
        with pytest.raises(error):
            await client.devices()
    cloud.set_fault("token_status", None)
    assert await client.devices()
    cloud.set_fault("unauthorized")
    with pytest.raises(AuthFailed):
        await client.devices()


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Refused),
        (403, Refused),
        (404, NotFound),
        (405, Refused),
        (406, Refused),
        (500, Unavailable),
        (503, Unavailable),
        (302, Refused),
    ],
)
async def test_documented_errors_are_raised(
    client: CloudClient, cloud: CloudSimulator, status: int, error: type[Exception]
) -> None:
    await client.tokens.get()
    cloud.set_fault("status", status)
    with pytest.raises(error) as raised:
        await client.devices()
    assert "127.0.0.1" not in str(raised.value)


async def test_a_refused_new_token_is_no_authentication_error(client: CloudClient, cloud: CloudSimulator) -> None:
    cloud.set_fault("tokens_refused")
    with pytest.raises(Unavailable):
        await client.devices()
    assert client.tokens.renewals == 2


@pytest.mark.timing(reason="the repetitions may take two seconds at most")
async def test_status_429_is_retried_after_the_given_time(client: CloudClient, cloud: CloudSimulator) -> None:
    cloud.set_fault("too_many", 2)
    cloud.set_fault("retry_after", 0.3)
    started = time.monotonic()
    await client.set("zbBulb001", {"state": "ON"})
    assert 0.55 < time.monotonic() - started < 2
    assert len(cloud.record.of("set")) == 1


async def test_repeated_status_429_raises_an_error(
    client: CloudClient, cloud: CloudSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cloud_module, "BACKOFF_FIRST", 0.01)
    cloud.set_fault("too_many", 10_000)
    results = await asyncio.gather(
        *(client.set("zbBulb001", {"state": "ON"}) for _ in range(20)), return_exceptions=True
    )
    assert all(isinstance(result, RateLimited) for result in results)
    assert cloud.record.of("set") == []
    cloud.set_fault("too_many", 1)
    cloud.set_fault("retry_after", 500)
    with pytest.raises(RateLimited):
        await client.set("zbBulb001", {"state": "ON"})


async def test_timeouts_and_oversized_responses_raise_an_error(
    client: CloudClient, cloud: CloudSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    await client.tokens.get()
    monkeypatch.setattr(cloud_module, "REQUEST_SECONDS", 0.2)
    cloud.set_fault("silent")
    with pytest.raises(Unavailable):
        await client.devices()
    cloud.set_fault("silent", None)
    monkeypatch.setattr("custom_components.instathings.api.http.MAX_ANSWER_BYTES", 100)
    with pytest.raises(Unavailable):
        await client.devices()


async def test_invalid_responses_raise_an_error(
    client: CloudClient, cloud: CloudSimulator, dropped: DropCounter
) -> None:
    await client.tokens.get()
    cloud.set_fault("status", 200)  # the body is no JSON
    for call in (
        client.devices(),
        client.device("a"),
        client.types(),
        client.type("a"),
        client.protocol("a"),
        client.data("a"),
    ):
        with pytest.raises(InvalidAnswer):
            await call
    with pytest.raises(InvalidAnswer):
        await client.request_status("a")
    assert dropped.as_dict()["broken JSON"] >= 5
