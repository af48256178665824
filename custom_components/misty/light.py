"""The chest LED and the flashlight. Neither can be read back: the state is what was sent last."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, override

from homeassistant.components.light import (
    ATTR_BRIGHTNESS,
    ATTR_EFFECT,
    ATTR_RGB_COLOR,
    EFFECT_OFF,
    ColorMode,
    LightEntity,
    LightEntityDescription,
    LightEntityFeature,
)
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .common.push.parts import add_entities
from .coordinator import MistyConfigEntry, Part
from .entity import MistyAssumedEntity, MistyEntity, MistyEntityDescription, entities_of

PARALLEL_UPDATES = 1

# Effects by the vendor's names, with the milliseconds of one transition.
EFFECTS = {"blink": ("Blink", 500), "breathe": ("Breathe", 1500), "fade_in": ("TransitOnce", 1000)}


@dataclass(frozen=True, kw_only=True)
class MistyLightDescription(MistyEntityDescription, LightEntityDescription):
    """A row of the table below."""


LEDS = (MistyLightDescription(key="led", commands=("POST led",)),)
FLASHLIGHTS = (MistyLightDescription(key="flashlight", commands=("POST flashlight",)),)


async def async_setup_entry(
    hass: HomeAssistant, entry: MistyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the lights."""
    coordinator = entry.runtime_data

    def build(part: Part) -> Iterator[MistyEntity]:
        yield from entities_of(coordinator, part, LEDS, MistyLed)
        yield from entities_of(coordinator, part, FLASHLIGHTS, MistyFlashlight)

    add_entities(hass, entry, async_add_entities, build)


class Glow(NamedTuple):
    """How the LED looks while it is on."""

    color: tuple[int, int, int] = (255, 255, 255)
    brightness: int = 255
    effect: str = EFFECT_OFF


class MistyLed(MistyAssumedEntity, LightEntity):
    """The LED in the chest. The robot overrides it while it charges, records or updates."""

    entity_description: MistyLightDescription

    _attr_color_mode = ColorMode.RGB
    _attr_supported_color_modes = {ColorMode.RGB}
    _attr_supported_features = LightEntityFeature.EFFECT
    _attr_effect_list = [EFFECT_OFF, *EFFECTS]
    _glow = Glow()

    @property
    @override
    def rgb_color(self) -> tuple[int, int, int]:
        """Return the colour at full brightness."""
        return self._glow.color

    @property
    @override
    def brightness(self) -> int:
        """Return the brightness, from 0 to 255."""
        return self._glow.brightness

    @property
    @override
    def effect(self) -> str:
        """Return the effect."""
        return self._glow.effect

    @override
    @callback
    def _restore(self, last: State) -> None:
        super()._restore(last)
        color, effect = last.attributes.get(ATTR_RGB_COLOR), last.attributes.get(ATTR_EFFECT)
        self._glow = Glow(
            (color[0], color[1], color[2]) if isinstance(color, list | tuple) and len(color) == 3 else Glow().color,
            last.attributes.get(ATTR_BRIGHTNESS) or Glow().brightness,
            effect if effect in EFFECTS else EFFECT_OFF,
        )

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Show a colour, steady or with an effect."""
        glow = Glow(
            kwargs.get(ATTR_RGB_COLOR, self._glow.color),
            kwargs.get(ATTR_BRIGHTNESS, self._glow.brightness),
            kwargs.get(ATTR_EFFECT, self._glow.effect),
        )
        red, green, blue = (round(part * glow.brightness / 255) for part in glow.color)
        if glow.effect in EFFECTS:
            kind, milliseconds = EFFECTS[glow.effect]
            ends = {"red": red, "green": green, "blue": blue}, dict.fromkeys(("red", "green", "blue"), 0)
            first, second = reversed(ends) if kind == "TransitOnce" else ends
            await self.coordinator.async_post(
                "led/transition",
                **first,
                **{f"{name}2": value for name, value in second.items()},
                transitionType=kind,
                timeMs=milliseconds,
            )
        else:
            await self.coordinator.async_post("led", red=red, green=green, blue=blue)
        self._glow = glow
        self._sent(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Show no colour."""
        await self.coordinator.async_post("led", red=0, green=0, blue=0)
        self._sent(False)


class MistyFlashlight(MistyAssumedEntity, LightEntity):
    """The lamp next to the camera."""

    entity_description: MistyLightDescription

    _attr_color_mode = ColorMode.ONOFF
    _attr_supported_color_modes = {ColorMode.ONOFF}

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch the lamp on."""
        await self._async_switch(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch the lamp off."""
        await self._async_switch(False)

    async def _async_switch(self, on: bool) -> None:
        await self.coordinator.async_post("flashlight", on=on)
        self._sent(on)
