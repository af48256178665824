"""Updates keep unique ids and device identifiers, and can load older entries.

`golden/<vendor>.txt` has the unique ids and device identifiers that the registries of users contain. If a line is
removed or changed, users keep old entities that the integration no longer provides: add a migration, then write the
file again with GOLDEN=write.
"""

import os
from pathlib import Path

from homeassistant.config_entries import HANDLERS, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from chaos.remote_end import RemoteEnd
from chaos.subject import Subject
from harness.vendor import LOOPBACK
from tests.entries import add_entry, set_up

GOLDEN = Path(__file__).parent / "golden"
# Integrations whose entries have a later version than the first. They need `async_migrate_entry` and a test of it.
VERSIONS: dict[str, tuple[int, int]] = {}
FIRST_VERSION = (1, 1)


async def test_unique_ids_and_device_identifiers_do_not_change(
    hass: HomeAssistant, subject: Subject, loaded: MockConfigEntry
) -> None:
    entities = er.async_entries_for_config_entry(er.async_get(hass), loaded.entry_id)
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)
    lines = sorted(f"{entity.domain} {entity.unique_id}" for entity in entities)
    lines += sorted(f"device {identifier}" for device in devices for _, identifier in device.identifiers)
    now = "\n".join(lines).replace(loaded.entry_id, "<entry>") + "\n"
    file = GOLDEN / f"{subject.name}.txt"
    if os.environ.get("GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(now)
    assert file.exists(), f"{file.relative_to(GOLDEN.parents[2])} is missing: run this test with GOLDEN=write"
    gone = sorted(set(file.read_text().splitlines()) - set(now.splitlines()))
    assert gone == [], "users would keep entities that the integration no longer provides"
    assert now.splitlines() == file.read_text().splitlines(), "add new unique ids to the golden file"


async def test_unique_ids_contain_neither_host_nor_secrets(
    hass: HomeAssistant, subject: Subject, loaded: MockConfigEntry
) -> None:
    for entity in er.async_entries_for_config_entry(er.async_get(hass), loaded.entry_id):
        assert "127.0.0.1" not in entity.unique_id
        assert not any(secret in entity.unique_id for secret in subject.endpoint.secrets)


async def test_an_entry_with_a_later_version_has_a_migration(
    hass: HomeAssistant, subject: Subject, loaded: MockConfigEntry
) -> None:
    handler = HANDLERS[subject.domain]
    assert VERSIONS.get(subject.domain, FIRST_VERSION) == (handler.VERSION, handler.MINOR_VERSION)
    if handler.VERSION > 1 or handler.MINOR_VERSION > 1:
        component = __import__(f"custom_components.{subject.domain}", fromlist=["async_migrate_entry"])
        assert hasattr(component, "async_migrate_entry"), "older entries need a migration"


@pytest.mark.parametrize(
    ("version", "state"),
    [
        ((1, 0), ConfigEntryState.LOADED),
        ((1, 99), ConfigEntryState.LOADED),
        ((99, 1), ConfigEntryState.MIGRATION_ERROR),
    ],
    ids=["older", "later minor", "later major"],
)
async def test_setup_of_entries_with_other_versions(
    hass: HomeAssistant, entry: MockConfigEntry, subject: Subject, version: tuple[int, int], state: ConfigEntryState
) -> None:
    """An entry of a later minor version is loaded. An entry of a later major version is not changed."""
    before = dict(entry.data)
    hass.config_entries.async_update_entry(entry, version=version[0], minor_version=version[1])
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is state
    assert {key: entry.data[key] for key in before} == before


async def test_a_device_that_is_added_again_gets_the_same_entity_ids(
    hass: HomeAssistant, subject: Subject, remote: RemoteEnd, loaded: MockConfigEntry
) -> None:
    """The unique ids are the same too, and no entity id ends with `_2`."""
    registry = er.async_get(hass)
    before = {
        (one.domain, one.unique_id): one.entity_id
        for one in er.async_entries_for_config_entry(registry, loaded.entry_id)
    }
    assert await hass.config_entries.async_remove(loaded.entry_id)
    again = await set_up(hass, add_entry(hass, subject.entry(remote.proxy.port, host=LOOPBACK)))
    after = {
        (one.domain, one.unique_id): one.entity_id
        for one in er.async_entries_for_config_entry(registry, again.entry_id)
    }
    assert after == before
