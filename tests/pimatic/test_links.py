"""The links of device pages to pimatic's frontend."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from pytest_homeassistant_custom_component.common import MockConfigEntry

from simulators.pimatic import PimaticSimulator

SERVER = "pimatic server"


async def test_a_device_links_to_its_page_in_pimatic(
    hass: HomeAssistant, simulator: PimaticSimulator, loaded: MockConfigEntry
) -> None:
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), loaded.entry_id)
    links = {device.model: device.configuration_url for device in devices}
    server = f"http://127.0.0.1:{simulator.port}"
    assert {model: links[model] for model in (SERVER, "Rules", "Variables")} == {
        SERVER: server,
        "Rules": f"{server}/#rules-page",
        "Variables": f"{server}/#variables-page",
    }
    assert {link for model, link in links.items() if model not in (SERVER, "Rules", "Variables")} == {
        f"{server}/#devices-page"
    }
