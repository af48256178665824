"""The config flows, with each error and a successful second try."""

from homeassistant.config_entries import SOURCE_USER, ConfigFlowResult
from homeassistant.const import CONF_HOST
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.misty.api import client as client_module
from custom_components.misty.const import DOMAIN, OPTION_FEEDBACK, OPTION_LONGEST, OPTION_SILENCE
from simulators.misty import MistySimulator

SERIAL = "20193600123"


@pytest.fixture(autouse=True)
async def core(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Remove the entry of the fixture, whose dependencies stay set up."""
    await hass.config_entries.async_remove(entry.entry_id)


async def start(hass: HomeAssistant, host: str | None = None) -> ConfigFlowResult:
    """Start the flow as a person does, and submit an address if there is one."""
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {}
    return result if host is None else await submit(hass, result, host)


async def submit(hass: HomeAssistant, result: ConfigFlowResult, host: str) -> ConfigFlowResult:
    """Submit an address."""
    return await hass.config_entries.flow.async_configure(result["flow_id"], {CONF_HOST: host})


def address(simulator: MistySimulator) -> str:
    """Return the address of the robot."""
    return f"127.0.0.1:{simulator.port}"


async def test_user_step(hass: HomeAssistant, simulator: MistySimulator) -> None:
    """The form needs the address only. The serial number of the robot is the unique id."""
    result = await start(hass, f"  {address(simulator)} ")
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Misty 0123"
    assert result["data"] == {CONF_HOST: address(simulator)}
    assert result["result"].unique_id == SERIAL


@pytest.mark.parametrize(
    ("fault", "error"),
    [("status", "not_misty"), ("silent", "cannot_connect"), ("updating", "updating"), ("off", "cannot_connect")],
)
async def test_user_step_succeeds_after_an_error(
    hass: HomeAssistant, simulator: MistySimulator, fault: str, error: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "ANSWER_SECONDS", 0.3)
    robot = simulator.robot.system
    if fault == "updating":
        robot.run_state = "Updating"
    elif fault == "off":
        robot.is_on = False
    else:
        simulator.set_fault(fault, 418 if fault == "status" else True)
    result = await start(hass, address(simulator))
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {CONF_HOST: error}
    simulator.faults.clear()
    robot.run_state, robot.is_on = "Running", True
    result = await submit(hass, result, address(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


@pytest.mark.parametrize(
    "host",
    [
        "a b",
        "",
        "a..b",
        "two\nlines",
        "127.0.0.1:0",
        "http://user:secret@127.0.0.1/",
        "user:secret@host",
        "ftp://x",
        "é" * 60,
    ],
)
async def test_an_invalid_address_is_an_error_at_the_field_host(
    hass: HomeAssistant, simulator: MistySimulator, host: str
) -> None:
    """No request is sent to it."""
    result = await start(hass, host)
    assert result["errors"] == {CONF_HOST: "invalid_host"}
    assert not simulator.record.of("rest")
    result = await submit(hass, result, address(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


async def test_user_step_updates_the_address_of_a_configured_robot(
    hass: HomeAssistant, simulator: MistySimulator
) -> None:
    entry = MockConfigEntry(domain=DOMAIN, unique_id=SERIAL, data={CONF_HOST: "127.0.0.1:1"})
    entry.add_to_hass(hass)
    result = await start(hass, address(simulator))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert entry.data[CONF_HOST] == address(simulator)
    await hass.async_block_till_done()


async def test_reconfiguration(hass: HomeAssistant, simulator: MistySimulator) -> None:
    """The robot at the new address must be the same one."""
    entry = MockConfigEntry(domain=DOMAIN, unique_id=SERIAL, data={CONF_HOST: "127.0.0.1:1"})
    entry.add_to_hass(hass)
    result = await entry.start_reconfigure_flow(hass)
    assert result["step_id"] == "reconfigure"
    result = await submit(hass, result, "127.0.0.1:1")
    assert result["errors"] == {CONF_HOST: "cannot_connect"}
    result = await submit(hass, result, address(simulator))
    assert result["reason"] == "reconfigure_successful"
    assert entry.data[CONF_HOST] == address(simulator)
    await hass.async_block_till_done()


async def test_reconfiguration_aborts_at_another_robot(hass: HomeAssistant, simulator: MistySimulator) -> None:
    entry = MockConfigEntry(domain=DOMAIN, unique_id="another", data={CONF_HOST: "127.0.0.1:1"})
    entry.add_to_hass(hass)
    result = await submit(hass, await entry.start_reconfigure_flow(hass), address(simulator))
    assert result["reason"] == "another_robot"


async def test_options_flow(hass: HomeAssistant, simulator: MistySimulator) -> None:
    """The options are stored, and the entry is reloaded."""
    entry = MockConfigEntry(domain=DOMAIN, unique_id=SERIAL, data={CONF_HOST: address(simulator)})
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    result = await hass.config_entries.options.async_init(entry.entry_id)
    llm = {"enabled": True, "tools": ["speak", "move"], "max_speed": 30, "max_duration": 2.0}
    options = {OPTION_FEEDBACK: False, OPTION_SILENCE: 2.0, OPTION_LONGEST: 4.0, "llm": llm}
    result = await hass.config_entries.options.async_configure(result["flow_id"], options)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == options
    await hass.async_block_till_done()
