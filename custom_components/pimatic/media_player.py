"""Media players: what a music player plays, and the keys it has."""

from typing import Any, override

from homeassistant.components.media_player import (
    MediaPlayerEntity,
    MediaPlayerEntityFeature,
    MediaPlayerState,
    MediaType,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Kind
from .coordinator import PimaticConfigEntry
from .entity import RoleEntity, add_entities, by_role
from .templates import Role

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


async def async_setup_entry(
    hass: HomeAssistant, entry: PimaticConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the media players."""
    add_entities(hass, entry, async_add_entities, device=by_role({Role.PLAYER: PimaticPlayer}))


class PimaticPlayer(RoleEntity, MediaPlayerEntity):
    """A music player."""

    _attr_media_content_type = MediaType.MUSIC
    reads = ("state", "currentArtist", "currentTitle", "volume")

    def __init__(self, *arguments: Any) -> None:
        """Find out which keys this one has."""
        super().__init__(*arguments)
        self._attr_supported_features = MediaPlayerEntityFeature(0)
        for action, feature in FEATURES.items():
            if self._has(action):
                self._attr_supported_features |= feature
        self._volume = self._find_volume()
        if self._volume:
            self._attr_supported_features |= MediaPlayerEntityFeature.VOLUME_SET

    def _find_volume(self) -> tuple[str, str] | None:
        """Return the action that sets the volume, and its one parameter."""
        for name in VOLUME_ACTIONS:
            action = self._device.action(name)
            if action and len(action.parameters) == 1 and action.parameters[0].kind is Kind.NUMBER:
                return name, action.parameters[0].name
        return None

    @override
    def _read(self) -> None:
        self._attr_state = STATES.get(str(self._value("state")).lower())
        self._attr_media_artist = _text(self._value("currentArtist"))
        self._attr_media_title = _text(self._value("currentTitle"))
        self._attr_volume_level = _volume(self._value("volume"))

    @override
    async def async_media_play(self) -> None:
        """Play."""
        await self._async_act("play")

    @override
    async def async_media_pause(self) -> None:
        """Pause."""
        await self._async_act("pause")

    @override
    async def async_media_stop(self) -> None:
        """Stop."""
        await self._async_act("stop")

    @override
    async def async_media_next_track(self) -> None:
        """Go to the next track."""
        await self._async_act("next")

    @override
    async def async_media_previous_track(self) -> None:
        """Go to the previous track."""
        await self._async_act("previous")

    @override
    async def async_set_volume_level(self, volume: float) -> None:
        """Set the volume, 0 to 1."""
        if self._volume:
            action, parameter = self._volume
            await self._async_act(action, **{parameter: round(volume * 100)})


def _text(value: Any) -> str | None:
    return str(value)[:255] if value else None


def _volume(value: Any) -> float | None:
    """Return a volume in percent, which may come as a text, as 0 to 1."""
    try:
        return min(max(float(value) / 100, 0.0), 1.0)
    except TypeError, ValueError:
        return None
