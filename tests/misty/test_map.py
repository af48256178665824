"""The image entity of the map, with the position of the robot."""

from collections.abc import Callable
import io
from typing import Any

from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from PIL import Image
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.misty.api.model import MAX_CELLS, Cell, Map, parse_map
from custom_components.misty.map_picture import COLORS, ROBOT, WAY, Position, draw
from simulators.misty import MistySimulator
from tests.states import state_of
from tests.waiting import eventually

MAP = "image.misty_map"
GRID = {"grid": [[1, 2, 0], [3, 1, 1]], "isValid": True, "metersPerCell": 0.5, "width": 3, "height": 2}


@pytest.mark.parametrize(
    "change",
    [
        {"isValid": False},
        {"grid": None},
        {"grid": []},
        {"grid": [[]]},
        {"grid": [[1, 2], [1]]},
        {"grid": [[1, 2], 7]},
        {"grid": [[1] * (MAX_CELLS + 1)]},
        {"metersPerCell": 0},
        {"metersPerCell": "0.5"},
        {"metersPerCell": float("nan")},
    ],
)
def test_an_invalid_map_is_none(change: dict[str, Any]) -> None:
    """A robot without a map sends one with `isValid` false."""
    assert parse_map(GRID) == Map(3, 2, 0.5, bytes([1, 2, 0, 3, 1, 1]))
    assert parse_map({**GRID, **change}) is None
    assert parse_map([]) is None


def test_unknown_types_of_cells_are_drawn_as_unknown() -> None:
    """Later software may have more than four types."""
    found = parse_map({**GRID, "grid": [[1, 9, True, "2", -1]]})
    assert found is not None
    assert found.cells == bytes([1, 0, 0, 0, 0])


def test_the_picture_shows_cells_path_and_robot() -> None:
    """Cell 0:0 is at the bottom left."""
    grid = Map(80, 40, 0.1, bytes([Cell.OCCUPIED]) + bytes([Cell.OPEN]) * 3199)
    image = Image.open(io.BytesIO(draw(grid, [Position(10, 10, 0.0), Position(60, 10, 0.0)])))
    assert image.size == (800, 400)
    assert image.getpixel((4, 395)) == COLORS[Cell.OCCUPIED]
    assert image.getpixel((4, 4)) == COLORS[Cell.OPEN]
    assert image.getpixel((300, 295)) == WAY
    assert image.getpixel((595, 295)) == ROBOT
    assert Image.open(io.BytesIO(draw(grid, []))).size == (800, 400)


async def fetch(client: Any) -> Image.Image:
    response = await client.get(f"/api/image_proxy/{MAP}")
    assert (response.status, response.content_type) == (200, "image/png")
    return Image.open(io.BytesIO(await response.read())).convert("RGB")


def count(image: Image.Image, color: tuple[int, int, int]) -> int:
    return sum(number for number, found in image.getcolors(1 << 20) or [] if found == color)


async def test_the_map_is_updated_while_the_robot_drives(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: MistySimulator,
    device_id: str,
    hass_client: ClientSessionGenerator,
    entity_of: Callable[[str, str], str],
) -> None:
    """The known part grows, and the picture shows the path of the robot."""
    simulator.set_fault("lossless")
    client = await hass_client()

    async def send(path: str) -> None:
        data = {"device_id": device_id, "method": "POST", "endpoint": path}
        await hass.services.async_call("misty", "send_command", data, blocking=True)

    await send("slam/map/start")
    await eventually(lambda: state_of(hass, MAP).attributes.get("cell") is not None)
    start = state_of(hass, MAP).attributes["cell"]
    assert state_of(hass, MAP).attributes["metres_per_cell"] == 0.08
    await eventually(lambda: Cell.UNKNOWN in current_map(hass).cells)
    before = await fetch(client)
    assert count(before, ROBOT)
    await hass.services.async_call(
        "misty", "drive", {"device_id": device_id, "linear_velocity": 100, "angular_velocity": 0}, blocking=True
    )
    await eventually(lambda: simulator.robot.body.x > 0.5, 10)
    await hass.services.async_call("button", "press", {ATTR_ENTITY_ID: "button.misty_stop_driving"}, blocking=True)
    await eventually(lambda: state_of(hass, MAP).attributes["cell"] != start)
    after = await fetch(client)
    assert count(after, WAY) > count(before, WAY)
    assert count(after, COLORS[Cell.UNKNOWN]) < count(before, COLORS[Cell.UNKNOWN])
    updated = state_of(hass, MAP).state
    assert updated not in ("unknown", "unavailable")
    await send("slam/reset")
    await eventually(lambda: state_of(hass, MAP).state == "unknown")
    assert (await client.get(f"/api/image_proxy/{MAP}")).status == 500


def current_map(hass: HomeAssistant) -> Map:
    found: Map | None = hass.data["entity_components"]["image"].get_entity(MAP)._map
    assert found is not None
    return found


async def test_many_events_cause_few_queries_for_the_map(
    hass: HomeAssistant, loaded: MockConfigEntry, simulator: MistySimulator
) -> None:
    await eventually(lambda: "SlamStatus" in simulator.state()["subscriptions"])
    await eventually(lambda: bool(simulator.record.of("rest", path="slam/map")))
    simulator.set_fault("lossless")
    simulator.record.clear()
    for _ in range(200):
        simulator.command("event", type="SlamStatus", message={"slamStatus": {"runMode": "Exploring", "status": 4}})
    await eventually(lambda: bool(simulator.record.of("rest", path="slam/map")))
    await hass.async_block_till_done()
    assert len(simulator.record.of("rest", path="slam/map")) <= 3
