"""Lights: dimmers that remember their level, and LED lights with colour and white."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.light import (
    ATTR_BRIGHTNESS,
    ATTR_RGB_COLOR,
    ATTR_WHITE,
    ColorMode,
    LightEntity,
    LightEntityDescription,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import RestoreEntity

from .api import Value
from .common.push.parts import add_entities
from .coordinator import Part, PimaticConfigEntry, PimaticCoordinator
from .entity import PimaticEntity, PimaticEntityDescription, WholeEntity, entities_of
from .features import Feature, Role

PARALLEL_UPDATES = 1

FULL_LEVEL = 100.0
ATTR_LAST_LEVEL = "last_level"


def is_powered(power: Value) -> bool | None:
    """Return True if a power means on, which plugins declare as a boolean or as a text."""
    if isinstance(power, str):
        return power.lower() in ("on", "true")
    return power if isinstance(power, bool) else None


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


DIMMERS = (PimaticLightDescription(key="dimmer", role=Role.DIMMER, reads=("dimlevel", "state"), name=None),)
LED_LIGHTS = (
    PimaticLightDescription(
        key="led", role=Role.LED, reads=("power", "color", "mode", "brightness"), name=None, value_fn=is_powered
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the lights."""
    coordinator = entry.runtime_data

    def build(part: Part) -> Iterable[PimaticEntity]:
        yield from entities_of(coordinator, part, DIMMERS, PimaticDimmer)
        yield from entities_of(coordinator, part, LED_LIGHTS, PimaticLedLight)

    add_entities(hass, entry, async_add_entities, build)


class PimaticDimmer(WholeEntity, LightEntity, RestoreEntity):
    """A dimmer. `turnOn` jumps to full light, so the integration sends the last level instead.

    Source: docs/protocol/pimatic.md#dimmers.
    """

    entity_description: PimaticLightDescription

    _attr_color_mode = ColorMode.BRIGHTNESS
    _attr_supported_color_modes = {ColorMode.BRIGHTNESS}

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
        if level := self._value:
            self._last_level = float(level)

    @property
    @override
    def is_on(self) -> bool | None:
        """Return True if the level is not 0."""
        level: float | None = self._value
        return None if level is None else level > 0

    @property
    @override
    def brightness(self) -> int | None:
        """Return the brightness."""
        return to_brightness(self._value)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, float]:
        """Return the level that it had when it was last on."""
        return {ATTR_LAST_LEVEL: self._last_level}

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


class PimaticLedLight(WholeEntity, LightEntity):
    """An LED light: coloured, or white (docs/protocol/pimatic.md#led-lights)."""

    entity_description: PimaticLightDescription

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: Feature, row: PimaticLightDescription
    ) -> None:
        """Initialize with what this one can do."""
        super().__init__(coordinator, part, feature, row)
        # The action that sets the brightness.
        self._dims = next((action for action in ("setBrightness", "changeDimlevelTo") if self._has(action)), None)
        modes = {ColorMode.RGB} if self._has("setColor") else set()
        if self._has("setWhite"):
            modes.add(ColorMode.WHITE)
        elif not modes and self._dims:
            modes.add(ColorMode.BRIGHTNESS)
        self._modes = modes or {ColorMode.ONOFF}
        self._attr_supported_color_modes = self._modes

    @property
    @override
    def is_on(self) -> bool | None:
        """Return True if it is on."""
        power: bool | None = self._value
        return power

    @property
    @override
    def brightness(self) -> int | None:
        """Return the brightness."""
        return to_brightness(self._attribute_value("brightness"))

    @property
    @override
    def color_mode(self) -> ColorMode:
        """Return whether it is coloured or white."""
        is_white = self._attribute_value("mode") is False and ColorMode.WHITE in self._modes
        if ColorMode.RGB in self._modes and not is_white:
            return ColorMode.RGB
        return next(iter(self._modes - {ColorMode.RGB}), ColorMode.ONOFF)

    @property
    @override
    def rgb_color(self) -> tuple[int, int, int] | None:
        """Return the colour while it is coloured."""
        return to_rgb(self._attribute_value("color")) if self.color_mode is ColorMode.RGB else None

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
