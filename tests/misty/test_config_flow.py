"""The config flow: each way in, each error with its recovery."""

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
    """Set up what the integration depends on; the flow itself starts without an entry."""
    await hass.config_entries.async_remove(entry.entry_id)


async def start(hass: HomeAssistant, host: str | None = None) -> ConfigFlowResult:
    """Start the flow as a person does, and type an address where one is given."""
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {}
    return result if host is None else await submit(hass, result, host)


async def submit(hass: HomeAssistant, result: ConfigFlowResult, host: str) -> ConfigFlowResult:
    """Type an address into a form."""
    return await hass.config_entries.flow.async_configure(result["flow_id"], {CONF_HOST: host})


def address(simulator: MistySimulator) -> str:
    """Return where the robot is."""
    return f"127.0.0.1:{simulator.port}"


async def test_user(hass: HomeAssistant, simulator: MistySimulator) -> None:
    """An address is all it takes; the robot's serial number is the unique id."""
    result = await start(hass, f"  {address(simulator)} ")
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Misty 0123"
    assert result["data"] == {CONF_HOST: address(simulator)}
    assert result["result"].unique_id == SERIAL


@pytest.mark.parametrize(
    ("trouble", "error"),
    [("status", "not_misty"), ("silent", "cannot_connect"), ("updating", "updating"), ("off", "cannot_connect")],
)
async def test_errors_and_recovery(
    hass: HomeAssistant, simulator: MistySimulator, trouble: str, error: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each failure is shown at the field, and the same flow continues once it is over."""
    monkeypatch.setattr(client_module, "ANSWER_SECONDS", 0.3)
    robot = simulator.robot.system
    if trouble == "updating":
        robot.run_state = "Updating"
    elif trouble == "off":
        robot.is_on = False
    else:
        simulator.set_fault(trouble, 418 if trouble == "status" else True)
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
async def test_no_host(hass: HomeAssistant, simulator: MistySimulator, host: str) -> None:
    """What is no address is refused before anything is sent, and can be corrected."""
    result = await start(hass, host)
    assert result["errors"] == {CONF_HOST: "invalid_host"}
    assert not simulator.record.of("rest")
    result = await submit(hass, result, address(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


async def test_same_robot_at_a_new_address(hass: HomeAssistant, simulator: MistySimulator) -> None:
    """A robot that is set up is not added twice; its address is taken over."""
    entry = MockConfigEntry(domain=DOMAIN, unique_id=SERIAL, data={CONF_HOST: "127.0.0.1:1"})
    entry.add_to_hass(hass)
    result = await start(hass, address(simulator))
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert entry.data[CONF_HOST] == address(simulator)
    await hass.async_block_till_done()


async def test_reconfigure(hass: HomeAssistant, simulator: MistySimulator) -> None:
    """A new address must lead to the same robot."""
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


async def test_reconfigure_to_another_robot(hass: HomeAssistant, simulator: MistySimulator) -> None:
    """Another robot is refused."""
    entry = MockConfigEntry(domain=DOMAIN, unique_id="another", data={CONF_HOST: "127.0.0.1:1"})
    entry.add_to_hass(hass)
    result = await submit(hass, await entry.start_reconfigure_flow(hass), address(simulator))
    assert result["reason"] == "another_robot"


async def test_options(hass: HomeAssistant, simulator: MistySimulator) -> None:
    """The options are kept and the entry is reloaded with them."""
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
