"""Lights: Zigbee lamps of a cloud project."""

from collections.abc import Iterable
from typing import Any, override

from homeassistant.components.light import (
    ATTR_BRIGHTNESS,
    ATTR_COLOR_TEMP_KELVIN,
    ATTR_TRANSITION,
    ATTR_XY_COLOR,
    ColorMode,
    LightEntity,
    LightEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util.color import value_to_brightness

from .api.shape import Control
from .cloud import CloudCoordinator
from .coordinator import InstathingsConfigEntry
from .entity import ControlEntity, controls_of, keep_entities

# The client bounds what is sent at once; a lamp without power must not hold up the others.
PARALLEL_UPDATES = 0

# zigbee2mqtt's scale, and the mireds of nearly every lamp.
SCALE = (1, 254)
MIREDS = (153, 500)
MILLION = 1_000_000


async def async_setup_entry(
    hass: HomeAssistant, entry: InstathingsConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the lights."""

    def build(coordinator: CloudCoordinator, device_id: str) -> Iterable[ControlEntity]:
        return (InstathingsLight(coordinator, device_id, one) for one in controls_of(coordinator, device_id, "light"))

    keep_entities(hass, entry, async_add_entities, build)


class InstathingsLight(ControlEntity, LightEntity):
    """A lamp that tells state, and what it has of brightness, colour temperature and colour."""

    _attr_min_color_temp_kelvin = MILLION // MIREDS[1]
    _attr_max_color_temp_kelvin = MILLION // MIREDS[0]
    _attr_supported_features = LightEntityFeature.TRANSITION

    def __init__(self, coordinator: CloudCoordinator, device_id: str, control: Control) -> None:
        """Learn from the keys what the lamp can do."""
        super().__init__(coordinator, device_id, control)
        modes = {
            mode
            for key, mode in (("color_temp", ColorMode.COLOR_TEMP), ("color.x", ColorMode.XY))
            if self.part(key) in control.paths
        }
        self._attr_supported_color_modes = modes or {ColorMode.BRIGHTNESS}
        # A lamp with both tells both at all times: the one that changed last is the one that shows.
        self._attr_color_mode = next(iter(sorted(self._attr_supported_color_modes)))
        self._colors: tuple[Any, Any] | None = None

    @override
    def _read(self) -> None:
        state = self._part_value("state")
        self._attr_is_on = None if state is None else state.upper() == "ON"
        brightness = self._part_value("brightness")
        self._attr_brightness = None if brightness is None else value_to_brightness(SCALE, brightness)
        mireds, x, y = (self._part_value(key) for key in ("color_temp", "color.x", "color.y"))
        self._attr_color_temp_kelvin = round(MILLION / mireds) if mireds and mireds > 0 else None
        self._attr_xy_color = None if x is None or y is None else (float(x), float(y))
        self._read_color_mode(mireds, (x, y))

    def _read_color_mode(self, mireds: Any, color: Any) -> None:
        if not {ColorMode.COLOR_TEMP, ColorMode.XY} <= (self._attr_supported_color_modes or set()):
            return
        before, self._colors = self._colors, (mireds, color)
        if before is not None and before[0] != mireds:
            self._attr_color_mode = ColorMode.COLOR_TEMP
        elif before is not None and before[1] != color:
            self._attr_color_mode = ColorMode.XY

    def _part_value(self, key: str) -> Any:
        return self.known(self.part(key))

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch the lamp on, in the brightness and colour asked for."""
        payload: dict[str, Any] = {"state": "ON"}
        expected: dict[str, Any] = {"state": "ON"}
        if (brightness := kwargs.get(ATTR_BRIGHTNESS)) is not None:
            payload["brightness"] = expected["brightness"] = max(1, round(brightness * SCALE[1] / 255))
        if (kelvin := kwargs.get(ATTR_COLOR_TEMP_KELVIN)) is not None:
            payload["color_temp"] = expected["color_temp"] = round(MILLION / kelvin)
        if (color := kwargs.get(ATTR_XY_COLOR)) is not None:
            payload["color"] = {"x": color[0], "y": color[1]}
            expected |= {"color.x": color[0], "color.y": color[1]}
        await self.async_set(_with_transition(payload, kwargs), expected)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch the lamp off."""
        await self.async_set(_with_transition({"state": "OFF"}, kwargs), {"state": "OFF"})


def _with_transition(payload: dict[str, Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    seconds = kwargs.get(ATTR_TRANSITION)
    return payload if seconds is None else {**payload, "transition": seconds}
