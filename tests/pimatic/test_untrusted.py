"""What a server repeats of our secrets stays with us, and what it is asked for still arrives."""

from urllib.parse import quote

from homeassistant.const import CONF_PASSWORD
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.pimatic.const import DOMAIN
from simulators.pimatic import PimaticSimulator
from tests.entries import set_up
from tests.waiting import eventually

# A short one, as people have it: ids may hold it by chance.
PASSWORD = "attic"
WRITTEN = f"at http://admin:{PASSWORD}@192.0.2.1/?key={quote(PASSWORD)} {PASSWORD}"


async def test_a_server_that_repeats_the_password(
    hass: HomeAssistant,
    simulator: PimaticSimulator,
    entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
) -> None:
    simulator.command("set_password", username="admin", password=PASSWORD)
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_PASSWORD: PASSWORD})
    house = simulator.house
    house.add_device(
        {
            "id": f"{PASSWORD}-lamp",
            "name": f"Lamp {PASSWORD}",
            "template": "device",
            "attributes": [
                {"name": f"{PASSWORD}Text", "type": "string", "label": f"Text {PASSWORD}", "value": WRITTEN},
                {"name": "later", "type": "string", "label": "Later", "value": ""},
            ],
            "actions": [{"name": "knock"}, {"name": "tell", "returns": {"text": {"type": "string"}}}],
            "config": {"class": "Lamp", "buttons": []},
        }
    )
    house.add_variable("written", "value", WRITTEN, None)
    house.add_variable("alarm-password", "value", "of somebody else", None)
    text = f'when dummy-switch is turned on then log "{PASSWORD}"'
    rule = {"ruleString": text, "name": f"Rule {PASSWORD}", "active": True}
    house.put_rule("written-rule", rule, add=True)
    events = async_capture_events(hass, "state_changed")
    await set_up(hass, entry)
    house.set_attribute(f"{PASSWORD}-lamp", "later", WRITTEN)
    house.set_variable("written", "value", f"again {PASSWORD}", None)
    house.log("error", WRITTEN)
    await eventually(lambda: hass.states.is_state("text.home_variables_written", "again **REDACTED**"))
    await eventually(lambda: any("192.0.2.1" in str(event.data) for event in events))

    lamp = er.async_get(hass).async_get_entity_id(
        "button", DOMAIN, f"{entry.entry_id}/device/{PASSWORD}-lamp/action/knock"
    )
    assert lamp is not None
    shown = {
        "states": [{**state.attributes, "state": state.state} for state in hass.states.async_all()],
        "events": [str(event.data["new_state"].attributes) for event in events if event.data["new_state"]],
        "names": [device.name for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)],
    }
    assert [place for place, found in shown.items() if PASSWORD in str(found).replace(f"{PASSWORD}-lamp", "")] == []
    # A secret that is none of ours is known by its name.
    assert "of somebody else" not in str(shown)
    diagnostics = str(await get_diagnostics_for_config_entry(hass, hass_client, entry))
    assert f"Text {PASSWORD}" not in diagnostics
    # Ids stay what they are: the device can be asked.
    await hass.services.async_call("button", "press", {"entity_id": lamp}, blocking=True)
    assert simulator.record.of("call")[-1]["params"]["deviceId"] == f"{PASSWORD}-lamp"
