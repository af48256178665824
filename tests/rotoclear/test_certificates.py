"""Certificates that change while the unit is connected, and change back."""

from collections.abc import Callable
from typing import Any

from homeassistant.const import CONF_PORT, CONF_SSL
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.rotoclear.const import CONF_FINGERPRINT, DOMAIN
from simulators.rotoclear.certificate import Certificate, self_signed
from tests.entries import set_up
from tests.waiting import eventually

FIX = "/api/repairs/issues/fix"


def plain(fingerprint: str) -> str:
    return fingerprint.replace(":", "").lower()


async def use_certificate(unit: Any, certificate: Certificate) -> None:
    """Restart the servers of the unit with a certificate."""
    await unit.power_off()
    unit.certificate = certificate
    await unit.power_on()


@pytest.fixture
async def pinned(
    hass: HomeAssistant, unit: Any, entry: MockConfigEntry, refused_handshakes: None, monkeypatch: pytest.MonkeyPatch
) -> MockConfigEntry:
    """Return the loaded entry, which trusts the certificate of the unit."""
    monkeypatch.setattr("custom_components.rotoclear.common.client.backoff.BACKOFF_FIRST", 0.1)
    monkeypatch.setattr("custom_components.rotoclear.common.client.backoff.BACKOFF_LONGEST", 0.3)
    fingerprint = plain(unit.certificate.fingerprint)
    data = {**entry.data, CONF_SSL: True, CONF_PORT: unit.https_port, CONF_FINGERPRINT: fingerprint}
    hass.config_entries.async_update_entry(entry, data=data)
    return await set_up(hass, entry)


def issue_of(hass: HomeAssistant, entry: MockConfigEntry) -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, f"certificate_changed_{entry.entry_id}")


async def test_the_repair_disappears_when_the_unit_has_its_certificate_again(
    hass: HomeAssistant,
    unit: Any,
    pinned: MockConfigEntry,
    entity_of: Callable[[str, str], str],
    reaches: Callable[..., Any],
) -> None:
    light, own = entity_of("light", "light1"), unit.certificate
    for _ in range(2):
        unit.record.clear()
        await use_certificate(unit, self_signed("rotoclear"))
        await eventually(lambda: issue_of(hass, pinned))
        await reaches(light, "unavailable")
        assert unit.record.all() == [], "the token was sent to another server"
        await use_certificate(unit, own)
        await reaches(light, "off", 10)
        assert issue_of(hass, pinned) is None


async def test_the_repair_trusts_only_the_certificate_that_it_showed(
    hass: HomeAssistant, unit: Any, pinned: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    """A confirmation used to trust the other certificate, although the unit had its own again."""
    await async_setup_component(hass, "repairs", {})
    own, other = unit.certificate, self_signed("rotoclear")
    await use_certificate(unit, other)
    await eventually(lambda: issue_of(hass, pinned))
    client = await hass_client()
    begun = {"handler": DOMAIN, "issue_id": f"certificate_changed_{pinned.entry_id}"}
    flow = await (await client.post(FIX, json=begun)).json()
    assert plain(flow["description_placeholders"]["fingerprint"]) == plain(other.fingerprint)

    await use_certificate(unit, own)
    flow = await (await client.post(f"{FIX}/{flow['flow_id']}", json={})).json()
    assert (flow["type"], flow["step_id"]) == ("form", "confirm")
    assert plain(flow["description_placeholders"]["fingerprint"]) == plain(own.fingerprint)
    assert pinned.data[CONF_FINGERPRINT] == plain(own.fingerprint)
