"""Lights: what lamps.py finds, from a dimmer that remembers its level to one with colour, white and warmth."""

from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.light import (
    ATTR_BRIGHTNESS,
    ATTR_COLOR_TEMP_KELVIN,
    ATTR_HS_COLOR,
    ATTR_RGB_COLOR,
    ATTR_WHITE,
    ColorMode,
    LightEntity,
    LightEntityDescription,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import RestoreEntity
from homeassistant.util.color import color_hs_to_RGB, color_hsv_to_RGB

from .api import Action, Value, to_flag, to_number
from .common.push.parts import add_entities
from .coordinator import Part, PimaticConfigEntry, PimaticCoordinator
from .entity import PimaticEntityDescription, WholeEntity, table
from .meaning.features import ControlFeature, Role
from .meaning.lamps import Colour, Lamp, Warmth

PARALLEL_UPDATES = 1

FULL_LEVEL = 100.0
# The ends of a colour temperature in mired, for each way of counting it.
MIREDS = {
    Warmth.MIRED: (153.0, 500.0),
    Warmth.KELVIN: (1e6 / 6500, 500.0),
    Warmth.PERCENT: (153.0, 500.0),
    Warmth.PERCENT_NARROW: (1e6 / 4700, 500.0),
    Warmth.PERCENT_OF_KELVIN: (1e6 / 6500, 500.0),
}
# The circle of hues of milight, that runs backwards (docs/protocol/pimatic.md#lamps-of-other-plugins).
TURNED_BY, TURNED_HUES, TURNED_STEPS = 176, 256, 255
MODES = {
    Colour.HUE_SAT: ColorMode.HS,
    Colour.DEGREES_SAT: ColorMode.HS,
    Colour.RGB: ColorMode.RGB,
    Colour.HEX: ColorMode.RGB,
    Colour.HEX_TURNED: ColorMode.HS,
}
# Texts of `colormode` for a colour temperature; all others are for colours.
WARMTH_MODES = {"ct", "color_temp"}
ATTR_LAST_LEVEL = "last_level"


def to_brightness(level: float | None) -> int | None:
    """Return Home Assistant's brightness, 0 to 255, of a level in percent; anything above 0 is at least 1."""
    if level is None:
        return None
    level = min(max(float(level), 0.0), FULL_LEVEL)
    return max(1, round(level * 255 / FULL_LEVEL)) if level > 0 else 0


def to_level(brightness: int) -> int:
    """Return the level in percent of Home Assistant's brightness; never 0, which would be off."""
    return max(1, round(brightness * FULL_LEVEL / 255))


def to_rgb(text: Value) -> tuple[int, int, int] | None:
    """Return the colour in `#RRGGBB`."""
    if not isinstance(text, str) or len(text) != 7:
        return None
    try:
        number = int(text.removeprefix("#"), 16)
    except ValueError:
        return None
    return number >> 16 & 255, number >> 8 & 255, number & 255


@dataclass(frozen=True, kw_only=True)
class PimaticLightDescription(PimaticEntityDescription, LightEntityDescription):
    """A row of the tables below."""


DIMMERS = (PimaticLightDescription(key="dimmer", role=Role.DIMMER, name=None),)
LED_LIGHTS = (PimaticLightDescription(key="led", role=Role.LED, name=None),)


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the lights."""
    add_entities(
        hass, entry, async_add_entities, table(entry, DIMMERS, PimaticDimmer), table(entry, LED_LIGHTS, PimaticLedLight)
    )


def to_mired(warmth: Warmth, value: Value) -> float | None:
    """Return a colour temperature in mired; None for a value that is out of the lamp's range."""
    coldest, warmest = MIREDS[warmth]
    if (number := to_number(value)) is None:
        return None
    if warmth is Warmth.KELVIN:
        number = 1e6 / number if number > 0 else 0
    elif warmth is not Warmth.MIRED:
        if not 0 <= number <= FULL_LEVEL:
            return None
        if warmth is Warmth.PERCENT_OF_KELVIN:
            return 1e6 / (1e6 / warmest + (1e6 / coldest - 1e6 / warmest) * number / FULL_LEVEL)
        number = coldest + (warmest - coldest) * number / FULL_LEVEL
    return min(max(number, coldest), warmest) if number > 0 else None


def from_mired(warmth: Warmth, mired: float) -> int:
    """Return what a lamp takes for a colour temperature in mired."""
    coldest, warmest = MIREDS[warmth]
    mired = min(max(mired, coldest), warmest)
    if warmth is Warmth.PERCENT_OF_KELVIN:
        return round((1e6 / mired - 1e6 / warmest) * FULL_LEVEL / (1e6 / coldest - 1e6 / warmest))
    if warmth is Warmth.KELVIN:
        return round(1e6 / mired)
    return round(mired if warmth is Warmth.MIRED else (mired - coldest) * FULL_LEVEL / (warmest - coldest))


class PimaticLight(WholeEntity, LightEntity):
    """A lamp."""

    entity_description: PimaticLightDescription

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: ControlFeature[Lamp], row: PimaticLightDescription
    ) -> None:
        super().__init__(coordinator, part, feature, row)
        lamp = self._lamp = feature.thing
        modes: set[ColorMode] = set()
        if lamp.warmth:
            coldest, warmest = MIREDS[lamp.warmth[0].warmth]
            self._attr_min_color_temp_kelvin, self._attr_max_color_temp_kelvin = int(1e6 / warmest), int(1e6 / coldest)
            modes.add(ColorMode.COLOR_TEMP)
        if lamp.colour:
            modes.add(MODES[lamp.colour[0].colour])
            if lamp.white:
                modes.add(ColorMode.WHITE)
        self._modes = modes or {ColorMode.BRIGHTNESS if lamp.level else ColorMode.ONOFF}
        self._attr_supported_color_modes = self._modes
        # The mode whose attribute changed last, for lamps that do not report their mode.
        self._last_mode: ColorMode | None = None
        self._last_warmth, self._last_colour = self._warmth, self._colour_values()

    # State --------------------------------------------------------------------------------------

    @override
    @callback
    def _handle_coordinator_update(self) -> None:
        """Note which of colour and colour temperature has changed."""
        warmth, colour = self._warmth, self._colour_values()
        if warmth != self._last_warmth:
            self._last_mode = ColorMode.COLOR_TEMP
        elif colour != self._last_colour and self._lamp.colour:
            self._last_mode = MODES[self._lamp.colour[0].colour]
        self._last_warmth, self._last_colour = warmth, colour
        super()._handle_coordinator_update()

    def _colour_values(self) -> tuple[Value, ...]:
        names = self._lamp.colour[0].attributes if self._lamp.colour else ()
        return tuple(self._attribute_value(name) for name in names)

    @property
    def _warmth(self) -> float | None:
        """Return the colour temperature in mired."""
        if self._lamp.warmth is None:
            return None
        row, _ = self._lamp.warmth
        return to_mired(row.warmth, self._attribute_value(row.attribute))

    @property
    def _is_coloured(self) -> bool:
        return self.hs_color is not None or self.rgb_color is not None

    @property
    def _level(self) -> float | None:
        return to_number(self._attribute_value(self._lamp.level[0])) if self._lamp.level else None

    @property
    @override
    def is_on(self) -> bool | None:
        power = to_flag(self._attribute_value(self._lamp.power)) if self._lamp.power else None
        return power if power is not None or self._level is None else self._level > 0

    @property
    @override
    def brightness(self) -> int | None:
        return to_brightness(self._level)

    @property
    @override
    def color_mode(self) -> ColorMode:
        """Return the mode that the lamp reports, or else the mode that changed last."""
        if len(self._modes) == 1:
            return next(iter(self._modes))
        if ColorMode.WHITE in self._modes and self._is_white:
            return ColorMode.WHITE
        coloured = next((mode for mode in self._modes if mode in (ColorMode.HS, ColorMode.RGB)), ColorMode.ONOFF)
        if ColorMode.COLOR_TEMP not in self._modes:
            return coloured
        reported = self._attribute_value("colormode")
        if isinstance(reported, str) and reported:
            return ColorMode.COLOR_TEMP if reported.lower() in WARMTH_MODES else coloured
        if self._last_mode in self._modes:
            return self._last_mode
        return coloured if self._warmth is None and self._is_coloured else ColorMode.COLOR_TEMP

    @property
    def _is_white(self) -> bool:
        return self._attribute_value("mode") is False or self._attribute_value("white") is True

    @property
    @override
    def color_temp_kelvin(self) -> int | None:
        return None if (mired := self._warmth) is None else int(1e6 / mired)

    @property
    @override
    def hs_color(self) -> tuple[float, float] | None:
        """Return the colour as hue in degrees and saturation in percent."""
        if self._lamp.colour is None:
            return None
        way = self._lamp.colour[0]
        if way.colour is Colour.HEX:
            return None
        if way.colour is Colour.HEX_TURNED:
            hue = to_number(self._attribute_value("hue"))
            return None if hue is None or self._is_white else self._turned_colour(hue)
        hue, saturation = (to_number(self._attribute_value(name)) for name in way.hue_and_saturation)
        if hue is None or saturation is None:
            return None
        match way.colour:
            case Colour.HUE_SAT:
                return min(hue, FULL_LEVEL) * 3.6, min(saturation, FULL_LEVEL)
            case Colour.DEGREES_SAT:
                return min(hue, 360.0), min(saturation, FULL_LEVEL)
        return min(hue, 360.0), min(saturation * FULL_LEVEL if saturation <= 1 else saturation, FULL_LEVEL)

    def _turned_colour(self, hue: float) -> tuple[float, float]:
        """Return the colour of a hue on the turned circle; a lamp without a saturation has the full one."""
        degrees = (TURNED_BY - hue) % TURNED_HUES * 360 / TURNED_STEPS
        saturation = to_number(self._attribute_value("saturation"))
        return min(degrees, 360.0), FULL_LEVEL if saturation is None else min(max(saturation, 0.0), FULL_LEVEL)

    @property
    @override
    def rgb_color(self) -> tuple[int, int, int] | None:
        """Return the colour as red, green and blue."""
        if self._lamp.colour is None or MODES[self._lamp.colour[0].colour] is ColorMode.HS:
            return None
        if self._lamp.colour[0].colour is Colour.RGB:
            hs_color = self.hs_color
            return color_hs_to_RGB(*hs_color) if hs_color is not None else None
        return None if self._is_white else to_rgb(self._attribute_value(self._lamp.colour[0].attributes[0]))

    # Commands -----------------------------------------------------------------------------------

    async def _async_order(self, action: Action, *values: Any) -> None:
        """Call an action with its parameters in their order."""
        names = [parameter.name for parameter in action.parameters]
        await self._async_act(action.name, **dict(zip(names, values, strict=False)))

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch it on, and give it a colour, a colour temperature, white or a brightness."""
        await self._async_switch_on(kwargs.get(ATTR_BRIGHTNESS, kwargs.get(ATTR_WHITE)))
        lamp = self._lamp
        if lamp.warmth and ATTR_COLOR_TEMP_KELVIN in kwargs:
            row, action = lamp.warmth
            await self._async_order(action, from_mired(row.warmth, 1e6 / kwargs[ATTR_COLOR_TEMP_KELVIN]))
            self._last_mode = ColorMode.COLOR_TEMP
        if lamp.colour and (ATTR_HS_COLOR in kwargs or ATTR_RGB_COLOR in kwargs):
            way, actions = lamp.colour
            value = self._value_for_colour(kwargs.get(ATTR_BRIGHTNESS))
            values = _colour_parameters(way.colour, kwargs, value)
            for number, action in enumerate(actions):
                await self._async_order(action, *(values if len(actions) == 1 else values[number : number + 1]))
            self._last_mode = MODES[way.colour]
        if lamp.white and ATTR_WHITE in kwargs:
            await self._async_order(lamp.white, True)

    def _value_for_colour(self, brightness: int | None) -> float:
        """Return the value in percent of a colour that sets the level, too: the level that the lamp has or gets."""
        if self._device.attribute("saturation") is None:
            return FULL_LEVEL
        if brightness is not None:
            return to_level(brightness)
        return self._level if self.is_on and self._level else FULL_LEVEL

    async def _async_switch_on(self, brightness: int | None) -> None:
        if not self.is_on and self._lamp.power:
            await self._async_act("turnOn")
        if brightness is not None and self._lamp.level:
            await self._async_order(self._lamp.level[1], to_level(brightness))

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        if self._has("turnOff"):
            await self._async_act("turnOff")
        elif self._lamp.level:
            await self._async_order(self._lamp.level[1], 0)


def _colour_parameters(colour: Colour, kwargs: dict[str, Any], value: float) -> tuple[Any, ...]:
    """Return the parameters of a lamp's action for a colour; its value in percent only where that sets the level."""
    if colour in (Colour.HUE_SAT, Colour.DEGREES_SAT):
        hue, saturation = kwargs[ATTR_HS_COLOR]
        return round(hue / 3.6, 4) if colour is Colour.HUE_SAT else hue, saturation
    if colour is Colour.HEX_TURNED:
        hue, saturation = kwargs[ATTR_HS_COLOR]
        red, green, blue = color_hsv_to_RGB(hue, saturation, value)
    else:
        red, green, blue = kwargs[ATTR_RGB_COLOR]
    return (red, green, blue) if colour is Colour.RGB else (f"#{red:02X}{green:02X}{blue:02X}",)


class PimaticDimmer(PimaticLight, RestoreEntity):
    """A lamp with a dimmer. `turnOn` jumps to full light, so the integration sends the last level instead.

    Source: docs/protocol/pimatic.md#dimmers.
    """

    _last_level = FULL_LEVEL

    @override
    async def async_added_to_hass(self) -> None:
        """Restore the level from before a restart, in case the light is off now."""
        if (last := await self.async_get_last_state()) and (brightness := last.attributes.get(ATTR_LAST_LEVEL)):
            self._last_level = float(brightness)
        self._remember_level()
        await super().async_added_to_hass()

    @override
    @callback
    def _handle_coordinator_update(self) -> None:
        self._remember_level()
        super()._handle_coordinator_update()

    def _remember_level(self) -> None:
        if level := self._level:
            self._last_level = float(level)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, float]:
        """Return the level that it had when it was last on."""
        return {ATTR_LAST_LEVEL: self._last_level}

    @override
    async def _async_switch_on(self, brightness: int | None) -> None:
        """Dim to a brightness, or to the last one."""
        if self._lamp.level is None:
            await super()._async_switch_on(brightness)
        elif brightness is not None:
            await self._async_order(self._lamp.level[1], to_level(brightness))
        elif not self.is_on:
            await self._async_order(self._lamp.level[1], self._last_level)


class PimaticLedLight(PimaticLight):
    """An LED light: it keeps its level while it is off (docs/protocol/pimatic.md#led-lights)."""
