"""The camera picture: the robot in a mirror, so that the effects of commands are visible.

It shows the colour of the LED, the face and the text on the screen, the angles of head and arms, the heading and the
flashlight.
"""

import io
import math
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from .robot import Robot

SIZE = (480, 640)
SCREEN = (480, 272)
WALL, FLOOR = (94, 132, 146), (158, 124, 92)
SHELL, DARK = (240, 240, 243), (58, 62, 70)

# The eyes for each feeling: opening of the lids (0 to 1), tilt of the brows, colour.
FEELINGS = {
    "Anger": (0.6, 18, (255, 70, 50)),
    "Rage": (0.75, 24, (255, 30, 20)),
    "Joy": (0.55, -10, (80, 220, 255)),
    "Love": (0.8, -6, (255, 110, 190)),
    "Sad": (0.5, -20, (90, 140, 255)),
    "Grief": (0.4, -24, (90, 120, 230)),
    "Sleep": (0.12, 0, (120, 160, 200)),
    "Surprise": (1.0, -8, (120, 240, 255)),
    "Amazement": (1.0, -4, (140, 240, 220)),
    "Fear": (0.95, -16, (190, 160, 255)),
    "Terror": (1.0, -22, (200, 120, 255)),
    "Disgust": (0.45, 12, (150, 220, 90)),
    "SystemBlack": (0.0, 0, (0, 0, 0)),
}
RESTING = (0.85, 0, (90, 210, 255))


def face(name: str, content: bytes | None, text: str = "") -> Image.Image:
    """Draw the screen: an uploaded image, or eyes for the feeling in the name of a default image."""
    if content is not None:
        try:
            with Image.open(io.BytesIO(content)) as image:
                screen = image.convert("RGB").resize(SCREEN)
        except OSError:
            screen = Image.new("RGB", SCREEN, (40, 0, 0))
    else:
        screen = _eyes(name)
    if text:
        draw = ImageDraw.Draw(screen)
        draw.multiline_text((240, 136), text, (255, 255, 255), ImageFont.load_default(44), "mm", align="center")
    return screen


def _eyes(name: str) -> Image.Image:
    opening, tilt, color = next((look for word, look in FEELINGS.items() if word in name), RESTING)
    screen = Image.new("RGB", SCREEN, (0, 0, 0))
    draw = ImageDraw.Draw(screen)
    for x, side in ((140, 1), (340, -1)):
        half = 80 * opening
        draw.ellipse((x - 62, 140 - half, x + 62, 140 + half), color)
        pupil = min(30.0, half)
        draw.ellipse((x - 30, 140 - pupil, x + 30, 140 + pupil), (8, 12, 20))
        if opening:
            rise = math.tan(math.radians(tilt)) * 60 * side
            draw.line((x - 60, 48 - rise, x + 60, 48 + rise), color, 9)
    return screen


def scene(robot: Robot) -> Image.Image:
    """Draw the picture of the camera in portrait format."""
    image = Image.new("RGB", SIZE, WALL)
    draw = ImageDraw.Draw(image)
    _room(draw, robot.body.heading)
    _arm(draw, (128, 430), robot.body.position["ala"], -1)
    _arm(draw, (352, 430), robot.body.position["ara"], 1)
    draw.rounded_rectangle((140, 380, 340, 590), 60, SHELL, DARK, 3)
    draw.rounded_rectangle((110, 560, 370, 615), 25, DARK)
    _led(draw, robot.display.visible_led())
    head = _head(robot)
    yaw, pitch = robot.body.position["ahy"], robot.body.position["ahp"]
    turned = head.rotate(robot.body.position["ahr"], Image.Resampling.BICUBIC, expand=True)
    place = (240 + int(yaw * 0.9) - turned.width // 2, 270 + int(pitch * 1.6) - turned.height // 2)
    image.paste(turned, place, turned)
    if robot.display.flashlight:
        glow = Image.new("RGB", SIZE, (255, 250, 215))
        image = Image.blend(image, glow, 0.35)
    return image


def _room(draw: ImageDraw.ImageDraw, heading: float) -> None:
    """Draw wall, floor and a window that moves as the robot turns."""
    draw.rectangle((0, 520, *SIZE), FLOOR)
    left = 180 + heading * 4
    for shift in (-1440, 0, 1440):
        draw.rectangle((left + shift, 40, left + shift + 150, 180), (214, 234, 250), (255, 255, 255), 6)
        draw.line((left + shift + 75, 40, left + shift + 75, 180), (255, 255, 255), 5)


def _arm(draw: ImageDraw.ImageDraw, shoulder: tuple[int, int], degrees: float, side: int) -> None:
    """Draw an arm, from -29 degrees (up) to 90 degrees (down)."""
    angle = math.radians(degrees)
    end = (shoulder[0] + side * 90 * math.cos(angle), shoulder[1] + 90 * math.sin(angle))
    draw.line((*shoulder, *end), DARK, 26)
    draw.ellipse((end[0] - 20, end[1] - 20, end[0] + 20, end[1] + 20), DARK)


def _led(draw: ImageDraw.ImageDraw, color: tuple[int, int, int]) -> None:
    draw.ellipse((208, 425, 272, 489), color, DARK, 4)


def _head(robot: Robot) -> Image.Image:
    head = Image.new("RGBA", (300, 220), (0, 0, 0, 0))
    draw = ImageDraw.Draw(head)
    draw.rounded_rectangle((0, 0, 299, 219), 70, SHELL, DARK, 3)
    display, store = robot.display, robot.store
    content = display.fetched.get(display.face) or store.images.saved.get(display.face)
    head.paste(face(display.face, content, display.text).resize((240, 136)), (30, 46))
    draw.rectangle((30, 46, 270, 182), None, DARK, 3)
    return head


def to_bytes(image: Image.Image, form: str) -> bytes:
    """Return an image in a file format."""
    out = io.BytesIO()
    image.save(out, form, quality=85)
    return out.getvalue()
