"""The pictures of the camera heads: two sides of the inside of a machine tool."""

from functools import lru_cache
from io import BytesIO
import math
import random

from PIL import Image, ImageDraw, ImageEnhance, ImageFont

from .scene import Scene, View
from .variables import ZOOM

CANVAS = (1600, 900)
# The visible share of the sensor at zoom 0, so that panning has an effect.
SHOWN = 0.8
MOST_ZOOM = 8.0
DARK = 0.09
WALLS = (((70, 110, 165), (20, 35, 60)), ((95, 150, 105), (25, 50, 30)))
PHASES = 48
WHITE = (255, 255, 255)
MARGIN = 16


def draw(scene: Scene) -> bytes:
    """Return a frame as JPEG with the size of the stream."""
    image = _view(scene.main, scene.size, scene)
    if scene.inset is not None:
        _place_inset(image, scene, scene.inset)
    image = _coloured(image, scene)
    if scene.stamp:
        _write_stamp(image, scene.stamp)
    out = BytesIO()
    image.save(out, "JPEG", quality=scene.quality)
    return out.getvalue()


def _view(view: View, size: tuple[int, int], scene: Scene) -> Image.Image:
    room = _room(view.head, view.second_sensor and not view.mirrored).copy()
    _spindle(room, view.head, scene.phase)
    image = room.resize(size, Image.Resampling.BILINEAR, box=_window(view))
    if not view.clear:
        image = _splashed(image, view.head)
    if view.turned:
        image = image.transpose(Image.Transpose.ROTATE_180)
    if view.mirrored:
        image = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    brightness = (1.0 if view.light else DARK) * scene.exposure
    return (
        image if brightness == 1.0 else image.point([min(round(level * brightness), 255) for level in range(256)] * 3)
    )


def _window(view: View) -> tuple[float, float, float, float]:
    scale = SHOWN / (1 + (MOST_ZOOM - 1) * view.zoom / ZOOM[1])
    width, height = CANVAS[0] * scale, CANVAS[1] * scale
    left = (CANVAS[0] - width) * view.pan[0] / 100
    top = (CANVAS[1] - height) * view.pan[1] / 100
    return (left, top, left + width, top + height)


@lru_cache(maxsize=4)
def _room(head: int, second_sensor: bool) -> Image.Image:
    image = Image.new("RGB", CANVAS)
    pen = ImageDraw.Draw(image)
    near, far = WALLS[head]
    for row in range(CANVAS[1]):
        share = row / CANVAS[1]
        pen.line((0, row, CANVAS[0], row), tuple(round(a + (b - a) * share) for a, b in zip(near, far, strict=True)))
    for column in range(0, CANVAS[0], 100):
        pen.line((column, 0, 800 + (column - 800) * 2, CANVAS[1]), far, 2)
    pen.rectangle((0, 720, CANVAS[0], CANVAS[1]), (95, 95, 100))
    for column in range(-40, CANVAS[0], 80):
        pen.line((column, CANVAS[1], column + 60, 720), (60, 60, 65), 8)
    if head == 0:
        pen.rectangle((500, 560, 1100, 720), (190, 195, 200), (90, 90, 95), 6)
        pen.rectangle((620, 500, 980, 560), (215, 218, 222), (90, 90, 95), 6)
    else:
        pen.ellipse((480, 580, 1120, 800), (205, 190, 150), (100, 90, 70), 8)
        pen.rectangle((700, 430, 900, 660), (225, 205, 160), (100, 90, 70), 6)
    pen.text((240, 160), f"HEAD {head + 1}{' B' if second_sensor else ''}", (235, 240, 245), _font(90))
    return image


def _spindle(image: Image.Image, head: int, phase: int) -> None:
    pen = ImageDraw.Draw(image)
    turn = 2 * math.pi * (phase % PHASES) / PHASES
    middle = 800 + round(180 * math.sin(turn))
    tip = (490 if head == 0 else 420) + round(8 * math.cos(3 * turn))
    pen.rectangle((middle - 90, 0, middle + 90, tip - 190), (150, 155, 165), (70, 75, 80), 5)
    pen.polygon(
        [(middle - 70, tip - 190), (middle + 70, tip - 190), (middle + 34, tip - 90), (middle - 34, tip - 90)],
        (205, 208, 214),
    )
    pen.rectangle((middle - 18, tip - 90, middle + 18, tip), (240, 200, 60))
    twist = round(36 * ((phase * 0.17) % 1))
    for groove in range(tip - 90 + twist % 18, tip - 12, 18):
        pen.line((middle - 18, groove, middle + 18, groove + 10), (130, 100, 20), 4)


@lru_cache(maxsize=4)
def _drops(head: int, size: tuple[int, int]) -> Image.Image:
    """Return the mask of the coolant on a disk that does not rotate."""
    rng = random.Random(head)
    mask = Image.new("L", size, 0)
    pen = ImageDraw.Draw(mask)
    for _ in range(70):
        x, y = rng.uniform(0, size[0]), rng.uniform(0, size[1])
        radius = rng.uniform(0.01, 0.05) * size[1]
        pen.ellipse((x - radius, y - radius, x + radius, y + radius * 1.4), rng.randrange(90, 190))
    return mask


def _splashed(image: Image.Image, head: int) -> Image.Image:
    milk = Image.new("RGB", image.size, (200, 215, 220))
    return Image.composite(milk, image, _drops(head, image.size))


def _place_inset(image: Image.Image, scene: Scene, view: View) -> None:
    width, height = image.width * 3 // 10, image.height * 3 // 10
    inset = _view(view, (width, height), scene)
    ImageDraw.Draw(inset).rectangle((0, 0, width - 1, height - 1), outline=WHITE, width=2)
    right = scene.corner in {2, 4}
    bottom = scene.corner in {3, 4}
    left = image.width - width - MARGIN if right else MARGIN
    top = image.height - height - MARGIN if bottom else MARGIN
    image.paste(inset, (left, top))


def _coloured(image: Image.Image, scene: Scene) -> Image.Image:
    if scene.saturation:
        image = ImageEnhance.Color(image).enhance(1 + scene.saturation / 7)
    if scene.contrast != 1:
        image = ImageEnhance.Contrast(image).enhance(scene.contrast)
    if scene.red or scene.blue:
        gains = (1 + scene.red / 128, 1.0, 1 + scene.blue / 128)
        image = image.point([min(round(level * gain), 255) for gain in gains for level in range(256)])
    return image


def _write_stamp(image: Image.Image, text: str) -> None:
    font = _font(image.height // 22)
    pen = ImageDraw.Draw(image)
    left, top, right, bottom = pen.textbbox((0, 0), text, font)
    box = (MARGIN, image.height - MARGIN - (bottom - top) - 12)
    pen.rectangle((box[0], box[1], box[0] + right - left + 16, box[1] + bottom - top + 12), (0, 0, 0))
    pen.text((box[0] + 8 - left, box[1] + 6 - top), text, WHITE, font)


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
