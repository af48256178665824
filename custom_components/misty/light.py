"""The chest LED and the flashlight, whose states cannot be queried."""

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

from .api import Command
from .common.push.parts import add_entities
from .coordinator import MistyConfigEntry
from .entity import MistyAssumedEntity, MistyEntityDescription, table
from .topics import LED_SET

PARALLEL_UPDATES = 1

# Effects with the vendor's names, and the milliseconds of a transition.
EFFECTS = {"blink": ("Blink", 500), "breathe": ("Breathe", 1500), "fade_in": ("TransitOnce", 1000)}


@dataclass(frozen=True, kw_only=True)
class MistyLightDescription(MistyEntityDescription, LightEntityDescription):
    """A row of the table below."""


COLORS = ("red", "green", "blue")
DARK = Command("led", dict.fromkeys(COLORS, 0))

LEDS = (MistyLightDescription(key="led", commands=("POST led",)),)
FLASHLIGHTS = (MistyLightDescription(key="flashlight", commands=("POST flashlight",)),)


async def async_setup_entry(
    hass: HomeAssistant, entry: MistyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the lights."""
    add_entities(
        hass, entry, async_add_entities, table(entry, LEDS, MistyLed), table(entry, FLASHLIGHTS, MistyFlashlight)
    )


class Glow(NamedTuple):
    """The color and effect of the LED while it is on."""

    color: tuple[int, int, int] = (255, 255, 255)
    brightness: int = 255
    effect: str = EFFECT_OFF


class MistyLed(MistyAssumedEntity, LightEntity):
    """The LED in the chest. The robot changes it while it charges, records or updates."""

    entity_description: MistyLightDescription

    _attr_color_mode = ColorMode.RGB
    _attr_supported_color_modes = {ColorMode.RGB}
    _attr_supported_features = LightEntityFeature.EFFECT
    _attr_effect_list = [EFFECT_OFF, *EFFECTS]
    _glow = Glow()
    _sending: Command | None = None

    @property
    @override
    def rgb_color(self) -> tuple[int, int, int]:
        """Return the color at full brightness."""
        return self._glow.color

    @property
    @override
    def brightness(self) -> int:
        """Return the brightness, from 0 to 255."""
        return self._glow.brightness

    @property
    @override
    def effect(self) -> str:
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
    async def async_added_to_hass(self) -> None:
        """Also subscribe to LED commands of actions."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.subscribe_event(LED_SET, self._set))

    @callback
    def _set(self, command: Command) -> None:
        """Update the state after a command that this entity did not send."""
        if command == self._sending:
            return
        self._glow, is_on = _glow_of(command)
        self._sent(is_on)

    @override
    def _command(self) -> Command | None:
        if self.is_on is None:
            return None
        return _command_of(self._glow) if self.is_on else DARK

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Show a color, with or without an effect."""
        glow = Glow(
            kwargs.get(ATTR_RGB_COLOR, self._glow.color),
            kwargs.get(ATTR_BRIGHTNESS, self._glow.brightness),
            kwargs.get(ATTR_EFFECT, self._glow.effect),
        )
        await self._async_show(glow, True, _command_of(glow))

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch the LED off."""
        await self._async_show(self._glow, False, DARK)

    async def _async_show(self, glow: Glow, is_on: bool, command: Command) -> None:
        self._sending = command
        await self.coordinator.async_post(command.path, **command.arguments)
        self._glow = glow
        self._sent(is_on)


def _command_of(glow: Glow) -> Command:
    """Return the command for a glow."""
    red, green, blue = (round(part * glow.brightness / 255) for part in glow.color)
    first = {"red": red, "green": green, "blue": blue}
    if glow.effect not in EFFECTS:
        return Command("led", first)
    kind, milliseconds = EFFECTS[glow.effect]
    second = dict.fromkeys(first, 0)
    if kind == "TransitOnce":
        first, second = second, first
    return Command(
        "led/transition",
        {
            **first,
            **{f"{name}2": value for name, value in second.items()},
            "transitionType": kind,
            "timeMs": milliseconds,
        },
    )


def _glow_of(command: Command) -> tuple[Glow, bool]:
    """Return the glow of a command, and whether the LED is on. A transition has the glow of its brighter end."""
    values = {name.lower(): value for name, value in command.arguments.items()}
    ends = [tuple(int(values.get(f"{name}{end}", 0)) for name in COLORS) for end in ("", "2")]
    red, green, blue = max(ends, key=sum)
    brightness = max(red, green, blue)
    kind = values.get("transitiontype")
    effect = next((name for name, (known, _) in EFFECTS.items() if known == kind), EFFECT_OFF)
    if not brightness:
        return Glow(effect=effect), False
    color = (round(red * 255 / brightness), round(green * 255 / brightness), round(blue * 255 / brightness))
    return Glow(color, brightness, effect), True


class MistyFlashlight(MistyAssumedEntity, LightEntity):
    """The lamp next to the camera."""

    entity_description: MistyLightDescription

    _attr_color_mode = ColorMode.ONOFF
    _attr_supported_color_modes = {ColorMode.ONOFF}

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._async_switch(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._async_switch(False)

    @override
    def _command(self) -> Command | None:
        # It is off after a restart of the robot.
        return Command("flashlight", {"on": True}) if self.is_on else None

    async def _async_switch(self, on: bool) -> None:
        await self.coordinator.async_post("flashlight", on=on)
        self._sent(on)
