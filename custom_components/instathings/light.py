"""Lights: Zigbee lamps of a cloud project."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.light import (
    ATTR_BRIGHTNESS,
    ATTR_COLOR_TEMP_KELVIN,
    ATTR_TRANSITION,
    ATTR_XY_COLOR,
    ColorMode,
    LightEntity,
    LightEntityDescription,
    LightEntityFeature,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util.color import value_to_brightness

from .api import Control, ControlKind
from .api.model import Scalar
from .cloud import CloudConfigEntry, CloudCoordinator
from .common.push.parts import add_entities
from .coordinator import Part
from .entity import ControlEntity, InstathingsEntityDescription, controls_of

# The client bounds what is sent at once; a lamp without power must not hold up the others.
PARALLEL_UPDATES = 0

# zigbee2mqtt's scale, and the mireds of nearly every lamp.
SCALE = (1, 254)
MIREDS = (153, 500)
MILLION = 1_000_000

# The key that shows a mode, and the keys of its colour.
COLOR_KEYS = {ColorMode.COLOR_TEMP: ("color_temp",), ColorMode.XY: ("color.x", "color.y")}


@dataclass(frozen=True, kw_only=True)
class InstathingsLightDescription(InstathingsEntityDescription, LightEntityDescription):
    """The row below."""


LIGHT = InstathingsLightDescription(key="light", value_fn=lambda value: value.upper() == "ON")


async def async_setup_entry(
    hass: HomeAssistant, entry: CloudConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the lights."""
    coordinator = entry.runtime_data

    def build(part: Part) -> Iterable[InstathingsLight]:
        for control in controls_of(coordinator, part, ControlKind.LIGHT):
            yield InstathingsLight(coordinator, part, control, LIGHT)

    add_entities(hass, entry, async_add_entities, build)


class InstathingsLight(ControlEntity, LightEntity):
    """A lamp that reports its state, and what it has of brightness, colour temperature and colour.

    A lamp with both reports both at all times: the one that changed last is the one that is shown.
    """

    entity_description: InstathingsLightDescription

    _attr_min_color_temp_kelvin = MILLION // MIREDS[1]
    _attr_max_color_temp_kelvin = MILLION // MIREDS[0]
    _attr_supported_features = LightEntityFeature.TRANSITION

    def __init__(
        self, coordinator: CloudCoordinator, part: Part, control: Control, description: InstathingsLightDescription
    ) -> None:
        """Initialize with the colour modes that the keys show."""
        super().__init__(coordinator, part, control, description)
        self._modes = [mode for mode, keys in COLOR_KEYS.items() if self.has(keys[0])] or [ColorMode.BRIGHTNESS]
        self._attr_supported_color_modes = set(self._modes)
        self._mode = self._modes[0]
        self._colors = self._current_colors()

    def _current_colors(self) -> dict[ColorMode, tuple[Scalar, ...]]:
        """Return what the lamp reports for each of its colour modes."""
        return {mode: tuple(map(self.value, COLOR_KEYS.get(mode, ()))) for mode in self._modes}

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Note which of the colours has changed."""
        before, self._colors = self._colors, self._current_colors()
        self._mode = next((mode for mode in self._modes if before[mode] != self._colors[mode]), self._mode)
        super()._handle_coordinator_update()

    @property
    @override
    def is_on(self) -> bool | None:
        """Return True if it is on."""
        value: bool | None = self._value
        return value

    @property
    @override
    def brightness(self) -> int | None:
        """Return the brightness, 1 to 255."""
        brightness = self.number("brightness")
        return None if brightness is None else value_to_brightness(SCALE, brightness)

    @property
    @override
    def color_mode(self) -> ColorMode:
        """Return the mode whose colour changed last."""
        return self._mode

    @property
    @override
    def color_temp_kelvin(self) -> int | None:
        """Return the colour temperature."""
        mireds = self.number("color_temp")
        return round(MILLION / mireds) if mireds and mireds > 0 else None

    @property
    @override
    def xy_color(self) -> tuple[float, float] | None:
        """Return the colour."""
        x, y = self.number("color.x"), self.number("color.y")
        return None if x is None or y is None else (float(x), float(y))

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch the lamp on, in the brightness and colour asked for."""
        values: dict[str, Scalar] = {"state": "ON"}
        if (brightness := kwargs.get(ATTR_BRIGHTNESS)) is not None:
            values["brightness"] = max(1, round(brightness * SCALE[1] / 255))
        if (kelvin := kwargs.get(ATTR_COLOR_TEMP_KELVIN)) is not None:
            values["color_temp"] = round(MILLION / kelvin)
        payload: dict[str, Any] = dict(values)
        if (color := kwargs.get(ATTR_XY_COLOR)) is not None:
            payload["color"] = {"x": color[0], "y": color[1]}
            values |= {"color.x": color[0], "color.y": color[1]}
        await self.async_set(_with_transition(payload, kwargs), values)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch the lamp off."""
        await self.async_set(_with_transition({"state": "OFF"}, kwargs), {"state": "OFF"})


def _with_transition(payload: dict[str, Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    seconds = kwargs.get(ATTR_TRANSITION)
    return payload if seconds is None else {**payload, "transition": seconds}
