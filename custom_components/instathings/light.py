"""Lights of a cloud project: Zigbee lamps, and those of HTTP devices."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import dist
from typing import Any, override

from homeassistant.components.light import (
    ATTR_BRIGHTNESS,
    ATTR_COLOR_TEMP_KELVIN,
    ATTR_EFFECT,
    ATTR_HS_COLOR,
    ATTR_RGB_COLOR,
    ATTR_RGBW_COLOR,
    ATTR_TRANSITION,
    ATTR_XY_COLOR,
    ColorMode,
    LightEntity,
    LightEntityDescription,
    LightEntityFeature,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util.color import color_hs_to_xy, color_temperature_to_hs, value_to_brightness

from .api import Control, ControlKind
from .api.http_commands import is_first_generation, light
from .api.model import Scalar
from .cloud import CloudConfigEntry, CloudCoordinator
from .common.push.entity import own_value
from .common.push.parts import add_entities
from .coordinator import Part
from .entity import ControlEntity, InstathingsEntityDescription, controls

# The client bounds what is sent at once; a lamp without power must not hold up the others.
PARALLEL_UPDATES = 0

# zigbee2mqtt's scale, and the mireds of nearly every lamp.
SCALE = (1, 254)
MIREDS = (153, 500)
POSSIBLE_MIREDS = (50, 1000)
MILLION = 1_000_000
# A difference of x and y within which a colour is a white; converters compute it in different ways.
SAME_WHITE = 0.09

# The key that shows a mode, and the keys of its colour.
COLOR_KEYS = {
    ColorMode.COLOR_TEMP: ("color_temp",),
    ColorMode.XY: ("color.x", "color.y"),
    ColorMode.HS: ("color.hue", "color.saturation"),
}
# Other spellings of the same keys.
SHORT_HS = ("color.h", "color.s")
# Modes that a device reports; earlier converters have numbers.
TOLD_MODES: Mapping[Scalar, ColorMode] = {
    "xy": ColorMode.XY, "hs": ColorMode.HS, "color_temp": ColorMode.COLOR_TEMP,
    0: ColorMode.HS, 1: ColorMode.XY, 2: ColorMode.COLOR_TEMP,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class InstathingsLightDescription(InstathingsEntityDescription, LightEntityDescription):
    """The rows below."""


HTTP_LIGHT = InstathingsLightDescription(key="http_light")
LIGHT = InstathingsLightDescription(key="light", value_fn=lambda value: value.upper() == "ON")


async def async_setup_entry(
    hass: HomeAssistant, entry: CloudConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the lights."""
    add_entities(
        hass,
        entry,
        async_add_entities,
        controls(entry, ControlKind.LIGHT, InstathingsLight, LIGHT),
        controls(entry, ControlKind.HTTP_LIGHT, HttpLight, HTTP_LIGHT),
    )


class InstathingsLight(ControlEntity, LightEntity):
    """A lamp that reports its state and may have a brightness, a colour temperature and a colour.

    A lamp with colour and colour temperature reports both at all times: what it reports as its mode is the one that is
    shown, or the one that changed last; of two that changed at once the colour, unless it is just the white of the
    temperature.
    """

    entity_description: InstathingsLightDescription
    is_on = own_value

    _attr_min_color_temp_kelvin = MILLION // MIREDS[1]
    _attr_max_color_temp_kelvin = MILLION // MIREDS[0]
    _attr_supported_features = LightEntityFeature.TRANSITION

    def __init__(
        self, coordinator: CloudCoordinator, part: Part, control: Control, description: InstathingsLightDescription
    ) -> None:
        super().__init__(coordinator, part, control, description)
        if limits := self.of_model("color_temp").limits:
            self._attr_min_color_temp_kelvin = round(MILLION / limits.high)
            self._attr_max_color_temp_kelvin = round(MILLION / limits.low)
        if effects := self.of_model("effect").options:
            self._attr_supported_features |= LightEntityFeature.EFFECT
            self._attr_effect_list = [*effects]
        self._hs_keys = SHORT_HS if self.has(SHORT_HS[0]) else COLOR_KEYS[ColorMode.HS]
        self._modes = [mode for mode in COLOR_KEYS if self.has(self._keys_of(mode)[0])]
        # Both keys have the same colour.
        if ColorMode.XY in self._modes and ColorMode.HS in self._modes:
            self._modes.remove(ColorMode.HS)
        if not self._modes:
            self._modes = [ColorMode.BRIGHTNESS if self.has("brightness") else ColorMode.ONOFF]
        self._attr_supported_color_modes = set(self._modes)
        self._colors = self._current_colors()
        self._mode = self._told_mode() or self._guessed_mode(self._modes)

    def _keys_of(self, mode: ColorMode) -> tuple[str, ...]:
        return self._hs_keys if mode is ColorMode.HS else COLOR_KEYS.get(mode, ())

    def _told_mode(self) -> ColorMode | None:
        """Return the mode that the lamp reports."""
        mode = TOLD_MODES.get(self.value("color_mode"))
        # The colour may be there in the other notation only.
        if mode in (ColorMode.XY, ColorMode.HS) and mode not in self._modes:
            mode = next((one for one in self._modes if one in (ColorMode.XY, ColorMode.HS)), None)
        return mode if mode in self._modes else None

    def _guessed_mode(self, modes: list[ColorMode]) -> ColorMode:
        """Return the current mode: colour temperature, unless the colour differs from that white."""
        if len(modes) < 2 or (kelvin := self.color_temp_kelvin) is None:
            return modes[-1]
        color = self.xy_color or color_hs_to_xy(*(self.hs_color or (0.0, 0.0)))
        is_white = dist(color, color_hs_to_xy(*color_temperature_to_hs(kelvin))) < SAME_WHITE
        return ColorMode.COLOR_TEMP if is_white else modes[-1]

    def _current_colors(self) -> dict[ColorMode, tuple[Scalar, ...]]:
        """Return what the lamp reports for each of its colour modes."""
        return {mode: tuple(map(self.value, self._keys_of(mode))) for mode in self._modes}

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Update the mode: the one that the lamp reports, or that of the colour that has changed."""
        before, self._colors = self._colors, self._current_colors()
        changed = [mode for mode in self._modes if before[mode] != self._colors[mode]]
        self._mode = self._told_mode() or (self._guessed_mode(changed) if changed else self._mode)
        super()._handle_coordinator_update()

    @property
    @override
    def brightness(self) -> int | None:
        """Return the brightness, 1 to 255."""
        brightness = self.number("brightness")
        return None if brightness is None else value_to_brightness(SCALE, brightness)

    @property
    @override
    def color_mode(self) -> ColorMode:
        return self._mode

    @property
    @override
    def color_temp_kelvin(self) -> int | None:
        mireds = self.number("color_temp", *POSSIBLE_MIREDS)
        return None if mireds is None else round(MILLION / mireds)

    @property
    @override
    def min_color_temp_kelvin(self) -> int:
        """Return the warmest white: the usual one, or a warmer one if the lamp reports it."""
        return min(self._attr_min_color_temp_kelvin, self.color_temp_kelvin or MILLION)

    @property
    @override
    def max_color_temp_kelvin(self) -> int:
        """Return the coldest white: the usual one, or a colder one if the lamp reports it."""
        return max(self._attr_max_color_temp_kelvin, self.color_temp_kelvin or 0)

    @property
    @override
    def xy_color(self) -> tuple[float, float] | None:
        x, y = self.number("color.x", 0, 1), self.number("color.y", 0, 1)
        return None if x is None or y is None else (float(x), float(y))

    @property
    @override
    def hs_color(self) -> tuple[float, float] | None:
        hue, saturation = self.number(self._hs_keys[0], 0, 360), self.number(self._hs_keys[1], 0, 100)
        return None if hue is None or saturation is None else (float(hue), float(saturation))

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
        if (color := kwargs.get(ATTR_HS_COLOR)) is not None:
            payload["color"] = {"hue": color[0], "saturation": color[1]}
            values |= {self._hs_keys[0]: color[0], self._hs_keys[1]: color[1]}
        if (effect := kwargs.get(ATTR_EFFECT)) is not None:
            payload["effect"] = effect
        await self.async_set(_with_transition(payload, kwargs), values)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self.async_set(_with_transition({"state": "OFF"}, kwargs), {"state": "OFF"})


class HttpLight(ControlEntity, LightEntity):
    """A light of an HTTP device, with percent, 0 to 255 for colours, and kelvin."""

    entity_description: InstathingsLightDescription
    is_on = own_value

    _attr_min_color_temp_kelvin = 2700
    _attr_max_color_temp_kelvin = 6500

    def __init__(
        self, coordinator: CloudCoordinator, part: Part, control: Control, description: InstathingsLightDescription
    ) -> None:
        super().__init__(coordinator, part, control, description)
        self._red = "rgb.0" if self.has("rgb.0") else "red"
        is_white = self.has("mode") and not self.has(self._red)
        modes = set()
        has_white = self.has("white") and not self.has("temp") and not self.has("ct")
        self._color = ColorMode.RGBW if self.has(self._red) and has_white else ColorMode.RGB
        if self.has(self._red):
            modes.add(self._color)
            self._attr_min_color_temp_kelvin = 3000
        if (self.has("temp") or self.has("ct")) and not is_white:
            modes.add(ColorMode.COLOR_TEMP)
        if not modes:
            has_brightness = self.has("brightness") or self.has("gain")
            modes.add(ColorMode.BRIGHTNESS if has_brightness else ColorMode.ONOFF)
        self._attr_supported_color_modes = modes

    @property
    @override
    def color_mode(self) -> ColorMode:
        """Return the mode that the light reports."""
        modes = self.supported_color_modes or set()
        if len(modes) == 1:
            return next(iter(modes))
        is_white = self.value("mode") in ("white", "cct") or (not self.has("mode") and self.value("ct") is not None)
        return ColorMode.COLOR_TEMP if is_white else self._color

    @property
    @override
    def brightness(self) -> int | None:
        """Return the brightness, 1 to 255; in colour mode it is the gain."""
        key = "gain" if self.has("gain") and self.color_mode is self._color else "brightness"
        percent = self.number(key, 0, 100)
        return None if percent is None else round(percent * 255 / 100)

    @property
    @override
    def rgb_color(self) -> tuple[int, int, int] | None:
        keys = ("rgb.0", "rgb.1", "rgb.2") if self._red == "rgb.0" else ("red", "green", "blue")
        red, green, blue = (self.number(key, 0, 255) for key in keys)
        return None if red is None or green is None or blue is None else (int(red), int(green), int(blue))

    @property
    @override
    def rgbw_color(self) -> tuple[int, int, int, int] | None:
        white, color = self.number("white", 0, 255), self.rgb_color
        return None if white is None or color is None else (*color, int(white))

    @property
    @override
    def color_temp_kelvin(self) -> int | None:
        kelvin = self.number("ct" if self.has("ct") else "temp")
        if kelvin is None:
            return None
        return round(min(max(kelvin, self._attr_min_color_temp_kelvin), self._attr_max_color_temp_kelvin))

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch the light on, in the brightness and colour asked for."""
        is_first = is_first_generation(self.control.component)
        values: dict[str, str] = {}
        has_color = not {ATTR_RGB_COLOR, ATTR_RGBW_COLOR}.isdisjoint(kwargs) or (
            self.color_mode is self._color and ATTR_COLOR_TEMP_KELVIN not in kwargs
        )
        if (brightness := kwargs.get(ATTR_BRIGHTNESS)) is not None:
            key = "gain" if is_first and has_color else "brightness"
            values[key] = str(max(1, round(brightness * 100 / 255)))
        if (kelvin := kwargs.get(ATTR_COLOR_TEMP_KELVIN)) is not None:
            values["temp" if is_first else "ct"] = str(kelvin)
        if (color := kwargs.get(ATTR_RGB_COLOR, kwargs.get(ATTR_RGBW_COLOR))) is not None:
            red, green, blue, *white = map(str, color)
            values |= {"red": red, "green": green, "blue": blue} if is_first else {"rgb": f"[{red},{green},{blue}]"}
            if white:
                values["white"] = white[0]
        await self._async_send(on=True, mode=self._mode_path(has_color=has_color), values=values)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._async_send(on=False, mode=self._mode_path(has_color=self.color_mode is self._color), values={})

    def _mode_path(self, *, has_color: bool) -> str:
        """Return the path for the commands of a light of the first generation, which depends on its mode."""
        if has_color:
            return "color"
        # A strip's controller with several white channels; a lamp has one.
        lights = self.coordinator.profiles[self.device_id].http_controls()
        return "white" if len(lights) > 1 and self.has("mode") and not self.has("red") else "light"

    async def _async_send(self, *, on: bool, mode: str, values: Mapping[str, str]) -> None:
        request = light(self.control.component, mode, on=on, values=values)
        await self.async_request(request, {self.control.state: on})


def _with_transition(payload: dict[str, Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    seconds = kwargs.get(ATTR_TRANSITION)
    return payload if seconds is None else {**payload, "transition": seconds}
