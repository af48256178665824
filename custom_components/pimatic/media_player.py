"""Media players: what a music player plays, and the keys it has."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.media_player import (
    MediaPlayerEntity,
    MediaPlayerEntityDescription,
    MediaPlayerEntityFeature,
    MediaPlayerState,
    MediaType,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Kind, Value, to_flag, to_number
from .common.push.entity import own_value
from .common.push.parts import add_entities
from .coordinator import Part, PimaticConfigEntry, PimaticCoordinator
from .entity import LONGEST_STATE, PimaticEntityDescription, WholeEntity, table
from .meaning.features import Role, WholeFeature
from .meaning.setters import Control, Setter, control_of

PARALLEL_UPDATES = 1

STATES = {
    "play": MediaPlayerState.PLAYING,
    "playing": MediaPlayerState.PLAYING,
    "pause": MediaPlayerState.PAUSED,
    "paused": MediaPlayerState.PAUSED,
    "stop": MediaPlayerState.IDLE,
    "stopped": MediaPlayerState.IDLE,
    "off": MediaPlayerState.OFF,
    "on": MediaPlayerState.ON,
}
FEATURES = {
    "play": MediaPlayerEntityFeature.PLAY,
    "pause": MediaPlayerEntityFeature.PAUSE,
    "stop": MediaPlayerEntityFeature.STOP,
    "next": MediaPlayerEntityFeature.NEXT_TRACK,
    "previous": MediaPlayerEntityFeature.PREVIOUS_TRACK,
}
# Plugins name the action that sets the volume differently; the one of the base class always fails
# (docs/protocol/pimatic.md#music-players).
VOLUME_ACTIONS = ("changeVolumeTo", "setVolume", "volume")
_VOLUME_KINDS = {Kind.NUMBER, Kind.STRING, Kind.ANY}


def to_state(value: Value) -> MediaPlayerState | None:
    """Return Home Assistant's word for a player's state."""
    return STATES.get(str(value).lower())


def to_volume(value: Value) -> float | None:
    """Return a volume in percent, which may come as a text, as 0 to 1."""
    number = to_number(value)
    return None if number is None else min(max(number / 100, 0.0), 1.0)


@dataclass(frozen=True, kw_only=True)
class PimaticMediaPlayerDescription(PimaticEntityDescription, MediaPlayerEntityDescription):
    """A row of the table below."""


PLAYERS = (PimaticMediaPlayerDescription(key="player", role=Role.PLAYER, name=None, value_fn=to_state),)


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the media players."""
    add_entities(hass, entry, async_add_entities, table(entry, PLAYERS, PimaticPlayer))


class PimaticPlayer(WholeEntity, MediaPlayerEntity):
    """A music player."""

    entity_description: PimaticMediaPlayerDescription
    state = own_value

    _attr_media_content_type = MediaType.MUSIC

    def __init__(
        self, coordinator: PimaticCoordinator, part: Part, feature: WholeFeature, row: PimaticMediaPlayerDescription
    ) -> None:
        super().__init__(coordinator, part, feature, row)
        self._attr_supported_features = MediaPlayerEntityFeature(0)
        for action, key in FEATURES.items():
            if self._has(action):
                self._attr_supported_features |= key
        self._volume_setter = self._find_volume_setter()
        if self._volume_setter:
            self._attr_supported_features |= MediaPlayerEntityFeature.VOLUME_SET
        if self._has("volumeUp") and self._has("volumeDown"):
            self._attr_supported_features |= MediaPlayerEntityFeature.VOLUME_STEP
        self._mute: Control | None = control_of(self._device, "mute", Kind.BOOLEAN)
        if self._mute:
            self._attr_supported_features |= MediaPlayerEntityFeature.VOLUME_MUTE

    def _find_volume_setter(self) -> Setter | None:
        for name in VOLUME_ACTIONS:
            action = self._device.action(name)
            # Plugins declare the volume as a text, too.
            if action and len(action.parameters) == 1 and action.parameters[0].kind in _VOLUME_KINDS:
                return Setter(name, action.parameters[0].name, action.parameters[0].kind)
        return None

    @property
    @override
    def media_artist(self) -> str | None:
        return self._media_text("currentArtist")

    @property
    @override
    def media_title(self) -> str | None:
        return self._media_text("currentTitle")

    @property
    @override
    def volume_level(self) -> float | None:
        """Return the volume, 0 to 1."""
        return to_volume(self._attribute_value("volume"))

    @property
    @override
    def is_volume_muted(self) -> bool | None:
        return to_flag(self._attribute_value("mute"))

    def _media_text(self, attribute: str) -> str | None:
        value = self._attribute_value(attribute)
        return str(value)[:LONGEST_STATE] if value else None

    @override
    async def async_media_play(self) -> None:
        await self._async_act("play")

    @override
    async def async_media_pause(self) -> None:
        await self._async_act("pause")

    @override
    async def async_media_stop(self) -> None:
        await self._async_act("stop")

    @override
    async def async_media_next_track(self) -> None:
        await self._async_act("next")

    @override
    async def async_media_previous_track(self) -> None:
        await self._async_act("previous")

    @override
    async def async_set_volume_level(self, volume: float) -> None:
        """Set the volume, 0 to 1."""
        if setter := self._volume_setter:
            await self._async_act(setter.action, **setter.parameters(round(volume * 100)))

    @override
    async def async_volume_up(self) -> None:
        """Make it louder, by the player's own step where it has one."""
        if self._has("volumeUp"):
            await self._async_act("volumeUp")
        else:
            await super().async_volume_up()

    @override
    async def async_volume_down(self) -> None:
        """Make it quieter, by the player's own step where it has one."""
        if self._has("volumeDown"):
            await self._async_act("volumeDown")
        else:
            await super().async_volume_down()

    @override
    async def async_mute_volume(self, mute: bool) -> None:
        if control := self._mute:
            await self._async_act(control.setter.action, **control.setter.parameters(mute))
