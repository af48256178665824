"""Lights: dimmers that remember their level, and LED lights with colour and white."""

from typing import Any, override

from homeassistant.components.light import (
    ATTR_BRIGHTNESS,
    ATTR_RGB_COLOR,
    ATTR_WHITE,
    ColorMode,
    LightEntity,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import RestoreEntity

from .coordinator import PimaticConfigEntry
from .entity import RoleEntity, add_entities, by_role
from .templates import Role

PARALLEL_UPDATES = 1

FULL_LEVEL = 100.0
ATTR_LAST_LEVEL = "last_level"


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the lights."""
    add_entities(
        hass, entry, async_add_entities, device=by_role({Role.DIMMER: PimaticDimmer, Role.LED: PimaticLedLight})
    )


def to_brightness(level: Any) -> int | None:
    """Return Home Assistant's brightness, 0 to 255, of a level in percent; anything above 0 is at least 1."""
    if level is None:
        return None
    level = min(max(float(level), 0.0), FULL_LEVEL)
    return max(1, round(level * 255 / FULL_LEVEL)) if level > 0 else 0


def to_level(brightness: int) -> int:
    """Return the level in percent of Home Assistant's brightness; never 0, which would be off."""
    return max(1, round(brightness * FULL_LEVEL / 255))


class PimaticDimmer(RoleEntity, LightEntity, RestoreEntity):
    """A dimmer. `turnOn` jumps to full light, so the integration sends the last level instead.

    Source: docs/protocol/pimatic.md#dimmers.
    """

    _attr_color_mode = ColorMode.BRIGHTNESS
    _attr_supported_color_modes = {ColorMode.BRIGHTNESS}
    reads = ("dimlevel", "state")

    _last_level = FULL_LEVEL

    @override
    async def async_added_to_hass(self) -> None:
        """Remember the level from before a restart, in case the light is off now."""
        if (last := await self.async_get_last_state()) and (brightness := last.attributes.get(ATTR_LAST_LEVEL)):
            self._last_level = float(brightness)
        await super().async_added_to_hass()

    @override
    def _read(self) -> None:
        level = self._value("dimlevel")
        if level:
            self._last_level = float(level)
        self._attr_brightness = to_brightness(level)
        self._attr_is_on = None if level is None else level > 0
        self._attr_extra_state_attributes = {ATTR_LAST_LEVEL: self._last_level}

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Dim to a brightness, or to the last one."""
        if ATTR_BRIGHTNESS in kwargs:
            await self._async_act("changeDimlevelTo", dimlevel=to_level(kwargs[ATTR_BRIGHTNESS]))
        elif not self.is_on:
            await self._async_act("changeDimlevelTo", dimlevel=self._last_level)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Dim to nothing."""
        if self._has("turnOff"):
            await self._async_act("turnOff")
        else:
            await self._async_act("changeDimlevelTo", dimlevel=0)


class PimaticLedLight(RoleEntity, LightEntity):
    """An LED light: coloured, or white (docs/protocol/pimatic.md#led-lights)."""

    reads = ("power", "color", "mode", "brightness")

    def __init__(self, *arguments: Any) -> None:
        """Find out what this one can do."""
        super().__init__(*arguments)
        modes = {ColorMode.RGB} if self._has("setColor") else set()
        if self._has("setWhite"):
            modes.add(ColorMode.WHITE)
        elif not modes and self._dims:
            modes.add(ColorMode.BRIGHTNESS)
        self._attr_supported_color_modes = modes or {ColorMode.ONOFF}

    @property
    def _dims(self) -> str | None:
        """Return the action that sets the brightness."""
        return next((action for action in ("setBrightness", "changeDimlevelTo") if self._has(action)), None)

    @override
    def _read(self) -> None:
        modes = self._attr_supported_color_modes or set()
        coloured = ColorMode.RGB in modes and (self._value("mode") is not False or ColorMode.WHITE not in modes)
        self._attr_is_on = _is_on(self._value("power"))
        self._attr_brightness = to_brightness(self._value("brightness"))
        self._attr_rgb_color = _rgb(self._value("color")) if coloured else None
        self._attr_color_mode = ColorMode.RGB if coloured else next(iter(modes - {ColorMode.RGB}), ColorMode.ONOFF)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch it on, and give it a colour, white or a brightness."""
        if not self.is_on:
            await self._async_act("turnOn")
        if ATTR_RGB_COLOR in kwargs:
            red, green, blue = kwargs[ATTR_RGB_COLOR]
            await self._async_act("setColor", colorCode=f"#{red:02X}{green:02X}{blue:02X}")
        if ATTR_WHITE in kwargs:
            await self._async_act("setWhite")
        brightness = kwargs.get(ATTR_BRIGHTNESS, kwargs.get(ATTR_WHITE))
        if brightness is not None and self._dims:
            name = "brightnessValue" if self._dims == "setBrightness" else "dimlevel"
            await self._async_act(self._dims, **{name: to_level(brightness)})

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch it off."""
        await self._async_act("turnOff")


def _is_on(power: Any) -> bool | None:
    """Return whether a power that plugins declare as a boolean or as a text means on."""
    if isinstance(power, str):
        return power.lower() in ("on", "true")
    return power if isinstance(power, bool) else None


def _rgb(text: Any) -> tuple[int, int, int] | None:
    """Return the colour in `#RRGGBB`."""
    if not isinstance(text, str) or len(text) != 7:
        return None
    try:
        number = int(text.removeprefix("#"), 16)
    except ValueError:
        return None
    return number >> 16 & 255, number >> 8 & 255, number & 255
