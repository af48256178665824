"""Drawing of the map with the robot and its way, by Pillow, which Home Assistant requires itself."""

from collections.abc import Sequence
import io
import math
from typing import NamedTuple

from PIL import Image, ImageDraw

from .api import Cell, Map

# The longer side in pixels; a cell has a whole number of pixels.
SIDE = 800
COLORS = {
    Cell.UNKNOWN: (226, 228, 232),
    Cell.OPEN: (255, 255, 255),
    Cell.OCCUPIED: (72, 80, 92),
    Cell.COVERED: (203, 222, 245),
}
WAY, ROBOT, EDGE = (46, 134, 222), (225, 82, 61), (255, 255, 255)


class Position(NamedTuple):
    """The cell of the robot, and its heading in radians, from the x axis to the y axis."""

    x: int
    y: int
    yaw: float


def draw(grid: Map, way: Sequence[Position]) -> bytes:
    """Return a PNG of the map; the robot is at the last position of the way. Cell 0:0 is at the bottom left."""
    palette = [part for cell in Cell for part in COLORS[cell]]
    picture = Image.frombytes("P", (grid.width, grid.height), grid.cells)
    picture.putpalette(palette)
    scale = max(1, SIDE // max(grid.width, grid.height))
    size = (grid.width * scale, grid.height * scale)
    image = picture.convert("RGB").transpose(Image.Transpose.FLIP_TOP_BOTTOM).resize(size, Image.Resampling.NEAREST)
    points = [((place.x + 0.5) * scale, size[1] - (place.y + 0.5) * scale) for place in way]
    canvas = ImageDraw.Draw(image)
    if len(points) > 1:
        canvas.line(points, WAY, max(2, scale // 3), joint="curve")
    if points:
        _draw_robot(canvas, points[-1], way[-1].yaw, max(6.0, 1.5 * scale))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _draw_robot(canvas: ImageDraw.ImageDraw, place: tuple[float, float], yaw: float, radius: float) -> None:
    x, y = place
    canvas.ellipse((x - radius, y - radius, x + radius, y + radius), ROBOT, EDGE, 2)
    canvas.line((x, y, x + 1.6 * radius * math.cos(yaw), y - 1.6 * radius * math.sin(yaw)), EDGE, 3)
