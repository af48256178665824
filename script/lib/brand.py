"""Draws the brand images of all integrations. The motifs are neutral and contain no trademarks.

Home Assistant and HACS use `icon.png` and `logo.png` (256 pixels high), `@2x` for twice the resolution, and `dark_` for
a dark background. The canvas of a motif is 100 by 100 units.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import cos, pi, sin
from pathlib import Path

from PIL import Image, ImageDraw

ROOT = Path(__file__).resolve().parents[2]

# Images are drawn this many times larger and scaled down for smooth edges.
SUPERSAMPLING = 4
FULL_SIZE = 512

type Point = tuple[float, float]
type Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Palette:
    """The three colours of a picture."""

    ink: Colour
    accent: Colour
    soft: Colour

    @property
    def shade(self) -> Colour:
        """The darkest of them, for pupils."""
        return min(self.ink, self.soft, key=sum)

    @property
    def glint(self) -> Colour:
        """The brightest of them, for reflections."""
        return max(self.ink, self.soft, key=sum)


class Canvas:
    """An image of 100 by `width` units."""

    def __init__(self, width: float, palette: Palette) -> None:
        """Initialize with a transparent image."""
        self.palette = palette
        self._scale = FULL_SIZE * SUPERSAMPLING / 100
        size = (round(width * self._scale), round(100 * self._scale))
        self._image = Image.new("RGBA", size, (*palette.ink, 0))
        self._draw = ImageDraw.Draw(self._image)

    def picture(self, height: int) -> Image.Image:
        """Return the image with this height in pixels."""
        width = round(self._image.width * height / self._image.height)
        return self._image.resize((width, height), Image.Resampling.LANCZOS)

    def disc(self, centre: Point, radius: float, colour: Colour) -> None:
        """Fill a circle."""
        self._draw.ellipse(self._around(centre, radius), fill=colour)

    def ring(self, centre: Point, radius: float, thickness: float, colour: Colour) -> None:
        """Draw a circle; the radius is that of the middle of its line."""
        self._draw.ellipse(
            self._around(centre, radius + thickness / 2), outline=colour, width=round(thickness * self._scale)
        )

    def arc(self, centre: Point, radius: float, degrees: tuple[float, float], thickness: float, colour: Colour) -> None:
        """Draw an arc with round ends; degrees are clockwise from the right."""
        first, last = degrees
        steps = max(2, round(abs(last - first)))
        self.line(
            [polar(centre, radius, first + (last - first) * step / steps) for step in range(steps + 1)],
            thickness,
            colour,
        )

    def line(self, points: Iterable[Point], thickness: float, colour: Colour) -> None:
        """Draw a line with round joints and ends."""
        scaled = [self._point(point) for point in points]
        self._draw.line(scaled, fill=colour, width=round(thickness * self._scale))
        radius = thickness * self._scale / 2
        for x, y in scaled:
            self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)

    def polygon(self, points: Iterable[Point], colour: Colour) -> None:
        """Fill a polygon."""
        self._draw.polygon([self._point(point) for point in points], fill=colour)

    def box(self, corner: Point, opposite: Point, radius: float, colour: Colour) -> None:
        """Fill a rectangle with rounded corners."""
        self._draw.rounded_rectangle(
            (*self._point(corner), *self._point(opposite)), radius=radius * self._scale, fill=colour
        )

    def frame(self, corner: Point, opposite: Point, radius: float, thickness: float, colour: Colour) -> None:
        """Draw the outline of a rectangle with rounded corners."""
        self._draw.rounded_rectangle(
            (*self._point(corner), *self._point(opposite)),
            radius=radius * self._scale,
            outline=colour,
            width=round(thickness * self._scale),
        )

    def _point(self, point: Point) -> Point:
        return point[0] * self._scale, point[1] * self._scale

    def _around(self, centre: Point, radius: float) -> tuple[float, float, float, float]:
        x, y = self._point(centre)
        return x - radius * self._scale, y - radius * self._scale, x + radius * self._scale, y + radius * self._scale


def polar(centre: Point, radius: float, degrees: float) -> Point:
    """Return the point at this distance and angle."""
    return centre[0] + radius * cos(degrees * pi / 180), centre[1] + radius * sin(degrees * pi / 180)


# Motifs -----------------------------------------------------------------------------------------


def camera(canvas: Canvas) -> None:
    """Draw a lens behind a rotating disk."""
    colours, centre = canvas.palette, (50.0, 50.0)
    canvas.disc(centre, 44, colours.ink)
    canvas.disc(centre, 37.5, colours.soft)
    for blade in range(6):
        angle = blade * 60.0
        canvas.line(
            [polar(centre, 19 + 18.5 * step / 12, angle + 34 * step / 12) for step in range(13)], 2.6, colours.ink
        )
    canvas.disc(centre, 20.5, colours.ink)
    canvas.disc(centre, 15.5, colours.accent)
    canvas.disc((45.5, 44.5), 4.4, colours.glint)
    canvas.disc((56.5, 56.0), 1.9, colours.glint)
    for degrees in ((-112.0, -68.0), (8.0, 52.0), (128.0, 172.0)):
        canvas.arc(centre, 40.8, degrees, 2.6, colours.accent)


def house(canvas: Canvas) -> None:
    """Draw a house with a pulse line."""
    colours = canvas.palette
    canvas.polygon([(50, 12), (89, 47), (80, 47), (80, 86), (20, 86), (20, 47), (11, 47)], colours.soft)
    canvas.line([(9, 49), (50, 12), (91, 49)], 7.5, colours.ink)
    canvas.line([(20, 42), (20, 86), (80, 86), (80, 42)], 7.5, colours.ink)
    canvas.line([(69, 15), (69, 27)], 7.5, colours.ink)
    canvas.line([(29, 62), (38, 62), (44, 47), (54, 75), (60, 62), (71, 62)], 5, colours.accent)


def robot(canvas: Canvas) -> None:
    """Draw a robot's head with big eyes and round ears."""
    colours = canvas.palette
    canvas.line([(50, 22), (50, 13)], 4.5, colours.ink)
    canvas.disc((50, 11.5), 5.5, colours.accent)
    for ear in ((9.5, 17.5), (82.5, 90.5)):
        canvas.box((ear[0], 42), (ear[1], 68), 4, colours.ink)
    canvas.box((14.5, 20), (85.5, 90), 25, colours.ink)
    canvas.box((21, 30), (79, 80), 18, colours.soft)
    for eye in (37.5, 62.5):
        canvas.disc((eye, 53), 11.5, colours.ink)
        canvas.disc((eye, 53), 8.6, colours.accent)
        canvas.disc((eye, 53), 4.4, colours.shade)
        canvas.disc((eye - 3.2, 49.6), 2.5, colours.glint)
    canvas.arc((50, 64), 8.5, (35, 145), 2.8, colours.ink)


def gateway(canvas: Canvas) -> None:
    """Draw a gateway with the radio nodes around it."""
    colours = canvas.palette
    for node in ((15, 24), (50, 13), (85, 24)):
        canvas.line([node, (50, 62)], 2.6, colours.soft)
    for degrees, radius in (((-128, -52), 17.0), ((-128, -52), 28.0)):
        canvas.arc((50, 60), radius, degrees, 4.6, colours.accent)
    for node in ((15, 24), (50, 13), (85, 24)):
        canvas.disc(node, 7.6, colours.ink)
        canvas.disc(node, 3.6, colours.accent)
    canvas.line([(50, 56), (50, 64)], 5, colours.ink)
    canvas.disc((50, 55), 4.6, colours.ink)
    canvas.box((13, 62), (87, 88), 8, colours.ink)
    canvas.box((20, 69), (80, 81), 3.5, colours.soft)
    for lamp in (28, 38, 48):
        canvas.disc((lamp, 75), 2.7, colours.accent)
    canvas.line([(61, 75), (73, 75)], 3.4, colours.ink)


def board(canvas: Canvas) -> None:
    """Draw a circuit board with a chip and an antenna."""
    colours = canvas.palette
    canvas.line([(69, 38), (69, 19)], 5, colours.ink)
    canvas.disc((69, 18), 4.6, colours.accent)
    for radius in (11.0, 19.0):
        for degrees in ((-207.0, -153.0), (-27.0, 27.0)):
            canvas.arc((69, 18), radius, degrees, 3.6, colours.accent)
    canvas.box((9, 34), (89, 92), 8, colours.ink)
    canvas.box((15, 40), (83, 86), 4, colours.soft)
    for y in (54, 63, 72):
        canvas.line([(24, y), (38, y)], 2.8, colours.ink)
        canvas.disc((23, y), 3.1, colours.accent)
        canvas.line([(60, y), (74, y)], 2.8, colours.ink)
        canvas.disc((75, y), 3.1, colours.accent)
    canvas.line([(69, 34), (69, 44), (57, 44), (57, 54)], 2.8, colours.ink)
    canvas.box((34, 48), (64, 78), 4, colours.ink)
    canvas.frame((40, 54), (58, 72), 2.5, 2.6, colours.accent)


@dataclass(frozen=True)
class Brand:
    """A vendor's motif and colours."""

    draw: Callable[[Canvas], None]
    light: Palette
    dark: Palette


def brand(draw: Callable[[Canvas], None], light: tuple[Colour, Colour], dark: tuple[Colour, Colour]) -> Brand:
    """Return a brand; the colours are accent and soft, the ink is the same for all vendors."""
    return Brand(draw, Palette((38, 50, 62), *light), Palette((226, 232, 238), *dark))


BRANDS: dict[str, Brand] = {
    "rotoclear": brand(camera, ((0, 150, 167), (196, 233, 238)), ((38, 198, 218), (20, 66, 76))),
    "pimatic": brand(house, ((67, 150, 60), (217, 238, 211)), ((129, 205, 110), (33, 68, 34))),
    "misty": brand(robot, ((126, 87, 194), (228, 219, 244)), ((179, 148, 240), (58, 43, 92))),
    "instathings": brand(gateway, ((239, 118, 23), (252, 224, 197)), ((255, 163, 82), (92, 52, 22))),
    "iottly": brand(board, ((30, 118, 220), (209, 228, 250)), ((100, 176, 255), (24, 54, 96))),
}


def icon(motif: Callable[[Canvas], None], palette: Palette) -> Canvas:
    """Draw the motif."""
    canvas = Canvas(100, palette)
    motif(canvas)
    return canvas


def logo(motif: Callable[[Canvas], None], palette: Palette) -> Canvas:
    """Draw the motif, three dots and a house."""
    canvas = Canvas(220, palette)
    motif(canvas)
    for number, radius in enumerate((3.2, 4.2, 5.2)):
        canvas.disc((107 + 12 * number, 53), radius, palette.accent)
    canvas.polygon([(178, 22), (209, 50), (202, 50), (202, 82), (154, 82), (154, 50), (147, 50)], palette.soft)
    canvas.line([(145, 51), (178, 21), (211, 51)], 6, palette.ink)
    canvas.box((169, 60), (187, 82), 3, palette.accent)
    canvas.line([(154, 46), (154, 82), (202, 82), (202, 46)], 6, palette.ink)
    return canvas


def main() -> None:
    """Write the images."""
    for vendor, look in BRANDS.items():
        directory = ROOT / "custom_components" / vendor / "brand"
        directory.mkdir(parents=True, exist_ok=True)
        for prefix, palette in (("", look.light), ("dark_", look.dark)):
            for name, canvas in (("icon", icon(look.draw, palette)), ("logo", logo(look.draw, palette))):
                for suffix, height in (("", FULL_SIZE // 2), ("@2x", FULL_SIZE)):
                    canvas.picture(height).save(directory / f"{prefix}{name}{suffix}.png", optimize=True)


if __name__ == "__main__":
    main()
