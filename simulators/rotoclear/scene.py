"""The content of a frame of the stream, from the values of the unit."""

from dataclasses import dataclass
from typing import Any

from .storage import SIZES


@dataclass(frozen=True, slots=True)
class View:
    """The view of a camera head."""

    head: int
    light: bool
    clear: bool
    turned: bool
    second_sensor: bool
    mirrored: bool
    zoom: int
    pan: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Scene:
    """The content of a frame. Equal scenes have equal frames."""

    size: tuple[int, int]
    quality: int
    main: View
    inset: View | None
    corner: int
    exposure: float
    red: int
    blue: int
    saturation: float
    contrast: float
    stamp: str
    phase: int


def scene_of(values: dict[str, Any], phase: int) -> Scene | None:
    """Return the current content of the stream; None if the selected head is not attached."""
    head = int(values["cameraSwitch"])
    if not values[f"cam{head}Exists"]:
        return None
    pip = values["pip"]
    other = 1 - head
    balanced = values["whiteBalance"]
    return Scene(
        size=SIZES[values["recordingResolution"]],
        quality=values["recordingPictureQuality"],
        main=_view(values, head),
        inset=_view(values, other) if pip and values[f"cam{other}Exists"] else None,
        corner=pip,
        exposure=_exposure(values),
        red=0 if balanced else values["redGain"],
        blue=0 if balanced else values["blueGain"],
        saturation=values["saturation"],
        contrast=values["contrast"],
        stamp=_stamp(values),
        phase=phase,
    )


def _view(values: dict[str, Any], head: int) -> View:
    second = values[f"cam{head}SelectedSensor"] == 1
    pan = values[f"pan{head}"]
    return View(
        head=head,
        light=bool(values[f"light{head}"]),
        clear=values[f"RPM{head}"] > 0,
        turned=values[f"alignmentStream{head}"] == "1",
        second_sensor=second,
        # On a head with one sensor the second mirrors the picture (docs/protocol/rotoclear.md#camera-heads).
        mirrored=second and values[f"cfg4{head}"] == "0",
        zoom=values[f"zoom{head}"],
        pan=(pan["x"], pan["y"]),
    )


def _exposure(values: dict[str, Any]) -> float:
    """Return the brightness of the picture relative to the default."""
    if values["exposure"]:
        return 1.0
    factor = (values["expo"] / 10) ** 0.5 * 2 ** (values["gain"] / 21) * 2 ** (values["brightness"] / 7)
    return float(min(max(factor, 0.05), 4.0))


def _stamp(values: dict[str, Any]) -> str:
    year, month, day, hour, minute, second = values["time"]
    parts = []
    if values["recordingWithDateStamp"]:
        parts.append(f"{year:04d}-{month:02d}-{day:02d}")
    if values["recordingWithTimeStamp"]:
        parts.append(f"{hour:02d}:{minute:02d}:{second:02d}")
    return " ".join(parts)
