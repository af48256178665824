"""LED, flashlight, screen layers and blinking. Source: docs/protocol/misty.md#display-and-light."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .parameters import Failure, Parameters
from .registry import command

if TYPE_CHECKING:
    from .robot import Robot

RESTING = "e_DefaultContent.jpg"
BLINK_TIMES = {"closedEyeMaxMs": 200, "closedEyeMinMs": 100, "openEyeMaxMs": 8000, "openEyeMinMs": 1000}
TRANSITIONS = ("Blink", "Breathe", "TransitOnce")
ORANGE, BLUE, WHITE = (255, 140, 0), (0, 0, 255), (255, 255, 255)


@dataclass
class Layer:
    """A layer of the screen: the kind of its content, and the content."""

    kind: str
    content: str
    visible: bool = True


class Display:
    """The screen and the lights of the robot."""

    def __init__(self, robot: Robot) -> None:
        """Initialize with the state after a boot."""
        self.robot = robot
        self.layers: dict[str, Layer] = {}
        self.boot()
        self.blink_times = dict(BLINK_TIMES)
        self.blink_images: dict[str, str] = {}
        self.error_text = ""
        self.notification_leds = True
        self.fetched: dict[str, bytes] = {}

    def boot(self) -> None:
        """Reset the layers and the lights. Source: docs/protocol/misty.md#boot."""
        self.led = (0, 255, 0)
        self.transition: dict[str, Any] | None = None
        self.flashlight = False
        self.layers.clear()
        self.blinking = True

    def visible_led(self) -> tuple[int, int, int]:
        """Return the visible colour: notifications take precedence over commands."""
        if self.notification_leds:
            if self.robot.system.run_state == "Updating":
                return WHITE
            if self.robot.voice.is_recording:
                return BLUE
            if self.robot.system.is_charging:
                return ORANGE
        return self.led

    @property
    def face(self) -> str:
        """Return the image on the screen."""
        layer = self.layers.get("DefaultImageLayer")
        shown = [layer] if layer else []
        shown += [layer for name, layer in self.layers.items() if layer.kind == "image" and name != "DefaultImageLayer"]
        visible = [layer.content for layer in shown if layer.visible]
        return visible[-1] if visible else RESTING

    @property
    def text(self) -> str:
        """Return the text on the screen."""
        return "\n".join(layer.content for layer in self.layers.values() if layer.kind == "text" and layer.visible)

    def show(self, kind: str, content: str, layer: str) -> None:
        """Set the content of a layer."""
        self.layers[layer] = Layer(kind, content)
        self.robot.note("shown", what=kind, content=content, layer=layer)

    def show_image(self, name: str, layer: str = "DefaultImageLayer") -> None:
        """Show a stored image."""
        self.show("image", name, layer)


@command("POST", "led")
def led(robot: Robot, given: Parameters) -> bool:
    """Set the colour of the LED."""
    robot.display.led = _colour(given)
    robot.display.transition = None
    robot.note("led", color=robot.display.led)
    return True


@command("POST", "led/transition")
def led_transition(robot: Robot, given: Parameters) -> bool:
    """Alternate between two colours until the next LED command."""
    kind = given.text("transitionType")
    if kind not in TRANSITIONS:
        raise Failure("Unknown TransitionType.")
    if given.number("timeMs") <= 3:
        raise Failure("TimeMs must be more than 3.")
    first, second = _colour(given), _colour(given, "2")
    robot.display.transition = {"type": kind, "from": first, "to": second, "timeMs": given.number("timeMs")}
    robot.display.led = second if kind == "TransitOnce" else first
    robot.note("led", color=first, to=second, transition=kind)
    return True


@command("POST", "flashlight")
def flashlight(robot: Robot, given: Parameters) -> bool:
    """Switch the flashlight."""
    robot.display.flashlight = given.flag("on")
    robot.note("flashlight", on=robot.display.flashlight)
    return True


@command("POST", "images/display")
def show_image(robot: Robot, given: Parameters) -> bool:
    """Show a stored image, or one from a URL."""
    name = given.text("fileName")
    given.number("alpha", 1, 0, 1)
    if given.flag("isUrl"):
        robot.system.fetch(name, lambda content: robot.display.fetched.__setitem__(name, content))
    elif name not in robot.store.images:
        raise Failure(f"There is no image {name}.")
    robot.display.show_image(name, given.text("layer", "DefaultImageLayer"))
    return True


@command("POST", "text/display")
def show_text(robot: Robot, given: Parameters) -> bool:
    """Show a text on the screen."""
    robot.display.show("text", given.text("text"), given.text("layer", "DefaultTextLayer"))
    return True


@command("POST", "videos/display")
def show_video(robot: Robot, given: Parameters) -> bool:
    """Play a video on the screen."""
    name = given.text("fileName")
    if not given.flag("isUrl") and name not in robot.store.videos:
        raise Failure(f"There is no video {name}.")
    robot.display.show("video", name, given.text("layer", "DefaultVideoLayer"))
    return True


@command("POST", "webviews/display")
def show_page(robot: Robot, given: Parameters) -> bool:
    """Show a web page."""
    robot.display.show("page", given.text("url"), given.text("layer", "DefaultWebViewLayer"))
    return True


def _settings(default: str) -> Any:
    def change(robot: Robot, given: Parameters) -> bool:
        """Change the settings of a layer."""
        name = given.text("layer", default)
        layer = robot.display.layers.get(name)
        if given.flag("deleted"):
            robot.display.layers.pop(name, None)
        elif layer is not None and given.has("visible"):
            layer.visible = given.flag("visible")
        given.number("opacity", 1, 0, 1)
        return True

    return change


for _path, _layer in (
    ("images/settings", "DefaultImageLayer"),
    ("text/settings", "DefaultTextLayer"),
    ("videos/settings", "DefaultVideoLayer"),
    ("video/settings", "DefaultVideoLayer"),
    ("webviews/settings", "DefaultWebViewLayer"),
):
    command("POST", _path)(_settings(_layer))


@command("POST", "display/settings")
def reset_display(robot: Robot, given: Parameters) -> bool:
    """Remove layers."""
    if given.flag("revertToDefault"):
        robot.display.layers.clear()
        robot.note("display reset")
    return True


@command("POST", "blink")
def blink(robot: Robot, given: Parameters) -> bool:
    """Switch blinking on or off."""
    robot.display.blinking = given.flag("blink")
    robot.note("blinking", on=robot.display.blinking)
    return True


@command("GET", "blink/settings")
def blink_settings(robot: Robot, _given: Parameters) -> Any:
    """Return the settings of blinking."""
    return {"blinkImages": robot.display.blink_images, **robot.display.blink_times}


@command("POST", "blink/settings")
def set_blink(robot: Robot, given: Parameters) -> bool:
    """Change the settings of blinking."""
    display = robot.display
    if given.flag("revertToDefault"):
        display.blink_times, display.blink_images = dict(BLINK_TIMES), {}
    for name in BLINK_TIMES:
        if given.has(name):
            display.blink_times[name] = given.whole(name, 0, 0)
    for pair in filter(None, given.text("blinkImages").split(",")):
        image, _, blinked = pair.partition("=")
        display.blink_images[image] = blinked
    return True


@command("DELETE", "blink/images")
def delete_blink_images(robot: Robot, given: Parameters) -> bool:
    """Remove the images of closed eyes."""
    for name in given.get("blinkImages", []):
        robot.display.blink_images.pop(str(name), None)
    return True


@command("POST", "text/error/clear", "text/clear")
def clear_error(robot: Robot, _given: Parameters) -> bool:
    """Remove the error text."""
    robot.display.error_text = ""
    robot.note("error text cleared")
    return True


@command("POST", "notification/settings")
def notifications(robot: Robot, given: Parameters) -> bool:
    """Set whether the LED shows charging and recording."""
    robot.display.notification_leds = given.flag("revertToDefault") or given.flag(
        "ledEnabled", robot.display.notification_leds
    )
    return True


def _colour(given: Parameters, number: str = "") -> tuple[int, int, int]:
    red, green, blue = (given.whole(f"{name}{number}", 0, 0, 255) for name in ("red", "green", "blue"))
    return red, green, blue
