"""Stored files, display, lights and blinking.

Source: docs/protocol/misty.md#stored-files and docs/protocol/misty.md#display-and-light.
"""

from .model import Level, Parameter, delete, file_name, flag, get, items, number, post, text, together, whole

BETA, SDK = Level.BETA, Level.UNDOCUMENTED
NAME = r"[A-Za-z0-9_-]+"
STRETCHES = ("None", "Fill", "Uniform", "UniformToFill")

# Parameters that several endpoints for display layers have.
LAYER: tuple[Parameter, ...] = (text("layer?"), flag("revertToDefault?"), flag("deleted?"), flag("visible?"))
SIZE = (whole("width?", 0), whole("height?", 0))
STRETCH = (text("stretch?", *STRETCHES),)
ALIGNMENT = (
    text("horizontalAlignment?", "Left", "Right", "Center", "Stretch"),
    text("verticalAlignment?", "Top", "Bottom", "Center", "Stretch"),
)
OPACITY = (number("opacity?", 0, 1),)
ROTATION = (whole("rotation?"),)
TOP = (flag("placeOnTop?"),)
COLOR = tuple(whole(name, 0, 255) for name in ("red?", "green?", "blue?"))
VIDEO_SETTINGS = (*LAYER, *OPACITY, *SIZE, *STRETCH, *ROTATION, *ALIGNMENT, flag("repeat?"), *TOP)

ASSETS = (
    get("audio/list"),
    get("audio", text("fileName"), flag("base64?"), is_file=True),
    post(
        "audio",
        file_name("fileName", form="hello.wav"),
        text("data"),
        flag("immediatelyApply?"),
        flag("overwriteExisting?"),
    ),
    delete("audio", file_name("fileName", form="hello.wav")),
    get("images/list"),
    get("images", text("fileName"), flag("base64?"), is_file=True),
    post(
        "images",
        file_name("fileName"),
        text("data"),
        *SIZE,
        flag("immediatelyApply?"),
        flag("overwriteExisting?"),
        rules=(together("width", "height"),),
    ),
    delete("images", file_name("fileName")),
    get("videos/list"),
    get("videos", text("fileName"), flag("base64?"), is_file=True),
    post(
        "videos",
        file_name("fileName", form="hello.mp4"),
        text("data"),
        flag("immediatelyApply?"),
        flag("overwriteExisting?"),
    ),
    delete("videos", file_name("fileName", form="hello.mp4")),
    get("videos/recordings/list"),
    get("videos/recordings", text("name?"), flag("base64?"), level=BETA, is_file=True),
    delete("videos/recordings", file_name("name", form="party_2")),
    post("videos/recordings/rename", text("oldName"), text("newName", pattern=NAME, form="party_2")),
    post("video/rename", text("oldName"), text("newName", pattern=NAME, form="party_2"), level=SDK),
)

EXPRESSION = (
    post("led", whole("red", 0, 255), whole("green", 0, 255), whole("blue", 0, 255)),
    post(
        "led/transition",
        *(whole(name, 0, 255) for name in ("red", "green", "blue", "red2", "green2", "blue2")),
        text("transitionType", "Blink", "Breathe", "TransitOnce"),
        # More than 3 ms: docs/protocol/misty.md#led.
        number("timeMs", 4),
    ),
    post("flashlight", flag("on")),
    post("images/display", text("fileName"), number("alpha?", 0, 1), text("layer?"), flag("isURL?")),
    post("text/display", text("text"), text("layer?"), level=BETA),
    post("videos/display", text("fileName"), text("layer?"), flag("isURL?"), level=BETA),
    post("webviews/display", text("url"), text("layer?"), level=BETA),
    post("images/settings", *LAYER, *OPACITY, *SIZE, *STRETCH, *ROTATION, *ALIGNMENT, *TOP, level=BETA),
    post(
        "text/settings",
        *LAYER,
        *OPACITY,
        whole("size?", 1),
        whole("weight?", 0, 1000),
        flag("wrap?"),
        *ALIGNMENT,
        text("style?", "Normal", "Italic", "Oblique"),
        *COLOR,
        *(whole(name, 0) for name in ("padLeft?", "padTop?", "padRight?", "padBottom?")),
        *ROTATION,
        text("fontFamily?"),
        *TOP,
        *SIZE,
        level=BETA,
        rules=(together("red", "green", "blue"),),
    ),
    post("videos/settings", *VIDEO_SETTINGS, level=BETA),
    post("video/settings", *VIDEO_SETTINGS, level=SDK),
    post("webviews/settings", *LAYER, *SIZE, *STRETCH, *ALIGNMENT, *TOP, level=BETA),
    post("display/settings", flag("revertToDefault?"), level=BETA),
    get("blink/settings", level=BETA),
    post("blink", flag("blink"), level=BETA),
    post(
        "blink/settings",
        flag("revertToDefault?"),
        *(whole(name, 0) for name in ("closedEyeMinMs?", "closedEyeMaxMs?", "openEyeMinMs?", "openEyeMaxMs?")),
        text("blinkImages?"),
        level=BETA,
    ),
    delete("blink/images", items("blinkImages"), level=BETA),
)
