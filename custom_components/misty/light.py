"""The chest LED and the flashlight. Neither can be read back: the state is what was sent last."""

from dataclasses import dataclass
from typing import Any, override

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
from homeassistant.const import STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import RestoreEntity

from .coordinator import MistyConfigEntry, MistyCoordinator
from .entity import MistyEntity, MistyEntityDescription, add_entities

PARALLEL_UPDATES = 1

# Effects by the vendor's names, with the milliseconds of one transition.
EFFECTS = {"blink": ("Blink", 500), "breathe": ("Breathe", 1500), "fade_in": ("TransitOnce", 1000)}
DEFAULT_COLOR = (255, 255, 255)


@dataclass(frozen=True, kw_only=True)
class MistyLightDescription(MistyEntityDescription, LightEntityDescription):
    """A row of the table below."""


LIGHTS = (
    MistyLightDescription(key="led", commands=("POST led",)),
    MistyLightDescription(key="flashlight", commands=("POST flashlight",)),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: MistyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the lights."""

    def make(coordinator: MistyCoordinator, description: MistyLightDescription) -> MistyEntity:
        return (MistyLed if description.key == "led" else MistyFlashlight)(coordinator, description)

    add_entities(hass, entry, async_add_entities, LIGHTS, make)


class MistyLed(MistyEntity, LightEntity, RestoreEntity):
    """The LED in the chest. The robot overrides it while it charges, records or updates."""

    entity_description: MistyLightDescription

    _attr_assumed_state = True
    _attr_color_mode = ColorMode.RGB
    _attr_supported_color_modes = {ColorMode.RGB}
    _attr_supported_features = LightEntityFeature.EFFECT
    _attr_effect_list = [EFFECT_OFF, *EFFECTS]
    _attr_rgb_color = DEFAULT_COLOR
    _attr_brightness = 255
    _attr_effect = EFFECT_OFF

    @override
    async def async_added_to_hass(self) -> None:
        """Take up what was sent before the restart."""
        await super().async_added_to_hass()
        if (last := await self.async_get_last_state()) is None:
            return
        self._attr_is_on = last.state == STATE_ON
        color = last.attributes.get(ATTR_RGB_COLOR)
        if isinstance(color, list | tuple) and len(color) == 3:
            self._attr_rgb_color = (color[0], color[1], color[2])
        self._attr_brightness = last.attributes.get(ATTR_BRIGHTNESS) or 255
        if last.attributes.get(ATTR_EFFECT) in EFFECTS:
            self._attr_effect = last.attributes[ATTR_EFFECT]

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Show a colour, steady or with an effect."""
        color = kwargs.get(ATTR_RGB_COLOR, self._attr_rgb_color) or DEFAULT_COLOR
        brightness = kwargs.get(ATTR_BRIGHTNESS, self._attr_brightness) or 255
        effect = kwargs.get(ATTR_EFFECT, self._attr_effect)
        red, green, blue = (round(part * brightness / 255) for part in color)
        if effect in EFFECTS:
            kind, milliseconds = EFFECTS[effect]
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
        self._attr_is_on = True
        self._attr_rgb_color, self._attr_brightness, self._attr_effect = color, brightness, effect
        self.async_write_ha_state()

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Show no colour."""
        await self.coordinator.async_post("led", red=0, green=0, blue=0)
        self._attr_is_on = False
        self.async_write_ha_state()


class MistyFlashlight(MistyEntity, LightEntity, RestoreEntity):
    """The lamp beside the camera."""

    entity_description: MistyLightDescription

    _attr_assumed_state = True
    _attr_color_mode = ColorMode.ONOFF
    _attr_supported_color_modes = {ColorMode.ONOFF}

    @override
    async def async_added_to_hass(self) -> None:
        """Take up what was sent before the restart."""
        await super().async_added_to_hass()
        if last := await self.async_get_last_state():
            self._attr_is_on = last.state == STATE_ON

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
        self._attr_is_on = on
        self.async_write_ha_state()
