"""Flows of a subentry end with a translated text if the entry or the subentry is removed. It used to be HTTP 500."""

from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import HANDLERS, SOURCE_RECONFIGURE, SOURCE_USER, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from chaos.subject import Subject
from tests.robustness.conftest import SUBJECTS

# The input for the forms of each integration. The board is the first option of its selector.
TYPED: dict[str, dict[str, Any]] = {
    "instathings": {"host": "127.0.0.1", "port": 1, "ssl": False, "verify_ssl": True},
    "iottly": {"name": "x", "cmd_type": "x", "option": "v"},
}
with_subentries = pytest.mark.parametrize(
    "subject",
    [one for one in SUBJECTS if one.name in ("iottly", "instathings_cloud")],
    ids=["iottly", "instathings_cloud"],
)


def typed(subject: Subject, form: Any) -> dict[str, Any]:
    """Return the input for a form."""
    fields = {str(key): selector for key, selector in form["data_schema"].schema.items()}
    values = {name: value for name, value in TYPED[subject.domain].items() if name in fields}
    if "board" in fields:
        values["board"] = fields["board"].config["options"][0]["value"]
    return values


@with_subentries
async def test_adding_a_subentry_aborts_when_the_entry_is_removed_meanwhile(
    hass: HomeAssistant, subject: Subject, loaded: MockConfigEntry
) -> None:
    flows = hass.config_entries.subentries
    kinds = HANDLERS[subject.domain].async_get_supported_subentry_types(loaded)
    forms = [await flows.async_init((loaded.entry_id, kind), context={"source": SOURCE_USER}) for kind in kinds]
    assert forms
    await hass.config_entries.async_remove(loaded.entry_id)
    for form in forms:
        ended = await flows.async_configure(form["flow_id"], typed(subject, form))
        assert (ended["type"], ended["reason"]) == (FlowResultType.ABORT, "entry_gone")


@pytest.mark.parametrize("subject", [one for one in SUBJECTS if one.name == "iottly"], ids=["iottly"])
async def test_changing_a_subentry_aborts_when_it_is_removed_meanwhile(
    hass: HomeAssistant, subject: Subject, loaded: MockConfigEntry
) -> None:
    kind, flows = "command_button", hass.config_entries.subentries
    data = MappingProxyType({"board": loaded.runtime_data.boards[0], "cmd_type": "x"})
    subentry = ConfigSubentry(data=data, subentry_type=kind, title="x", unique_id=None)
    hass.config_entries.async_add_subentry(loaded, subentry)
    form = await flows.async_init(
        (loaded.entry_id, kind), context={"source": SOURCE_RECONFIGURE, "subentry_id": subentry.subentry_id}
    )
    hass.config_entries.async_remove_subentry(loaded, subentry.subentry_id)
    ended = await flows.async_configure(form["flow_id"], typed(subject, form))
    assert (ended["type"], ended["reason"]) == (FlowResultType.ABORT, "entry_gone")
