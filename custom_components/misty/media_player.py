"""The robot's speaker: sounds stored on it, and everything Home Assistant can play."""

from dataclasses import dataclass
from typing import Any, override

from homeassistant.components import media_source
from homeassistant.components.media_player import (
    BrowseMedia,
    MediaClass,
    MediaPlayerDeviceClass,
    MediaPlayerEntity,
    MediaPlayerEntityDescription,
    MediaPlayerEntityFeature,
    MediaPlayerState,
    MediaType,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Event
from .common.client.errors import PushError
from .coordinator import MistyConfigEntry, as_home_assistant_error
from .entity import MistyEntity, MistyEntityDescription, add_entities
from .playback import async_url_for
from .topics import AUDIO_DONE, VOLUME

PARALLEL_UPDATES = 1

STORED = "stored"


@dataclass(frozen=True, kw_only=True)
class MistyMediaPlayerDescription(MistyEntityDescription, MediaPlayerEntityDescription):
    """A row of the table below."""


PLAYERS = (
    MistyMediaPlayerDescription(
        key="speaker",
        keys=(VOLUME,),
        topics=(AUDIO_DONE,),
        commands=("POST audio/play", "POST audio/stop"),
        device_class=MediaPlayerDeviceClass.SPEAKER,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: MistyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the speaker."""
    add_entities(hass, entry, async_add_entities, PLAYERS, MistySpeaker)


class MistySpeaker(MistyEntity, MediaPlayerEntity):
    """Plays one source at a time; another one interrupts it."""

    entity_description: MistyMediaPlayerDescription

    _attr_media_content_type = MediaType.MUSIC
    _attr_state = MediaPlayerState.IDLE
    _attr_supported_features = (
        MediaPlayerEntityFeature.PLAY_MEDIA
        | MediaPlayerEntityFeature.BROWSE_MEDIA
        | MediaPlayerEntityFeature.MEDIA_ANNOUNCE
        | MediaPlayerEntityFeature.PLAY
        | MediaPlayerEntityFeature.PAUSE
        | MediaPlayerEntityFeature.STOP
        | MediaPlayerEntityFeature.VOLUME_SET
        | MediaPlayerEntityFeature.VOLUME_STEP
    )
    _attr_volume_step = 0.1
    _source: str | None = None

    @override
    async def async_added_to_hass(self) -> None:
        """Follow what ends."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.subscribe_event("AudioPlayComplete", self._ended))
        self.async_on_remove(self.coordinator.subscribe_event("connected", self._connected))

    @override
    def _read(self) -> None:
        volume = self._value
        self._attr_volume_level = volume / 100 if isinstance(volume, int | float) else None

    @callback
    def _ended(self, event: Event) -> None:
        """Be idle when the present source ended; an interrupted one reports its end late."""
        if event.values.get("name") in (self._source, None):
            self._set(MediaPlayerState.IDLE, None)

    @callback
    def _connected(self, _: None) -> None:
        """Forget what played before the connection was lost: its end may have been missed."""
        self._set(MediaPlayerState.IDLE, None)

    @override
    async def async_play_media(self, media_type: MediaType | str, media_id: str, **kwargs: Any) -> None:
        """Play a stored sound by its name, or something of Home Assistant's or the network's by its address."""
        name = media_id
        if media_source.is_media_source_id(media_id) or "/" in media_id:
            name = await async_url_for(self.hass, media_id, self.entity_id)
        previous = self._source
        self._source = name
        try:
            await self.coordinator.async_post("audio/play", fileName=name)
        except Exception:
            self._source = previous
            raise
        self._set(MediaPlayerState.PLAYING, name)

    @override
    async def async_media_play(self) -> None:
        """Go on with what was paused."""
        if self._source:
            await self.coordinator.async_post("audio/play", fileName=self._source)
            self._set(MediaPlayerState.PLAYING, self._source)

    @override
    async def async_media_pause(self) -> None:
        """Pause."""
        await self.coordinator.async_post("audio/pause")
        if self._source:
            self._set(MediaPlayerState.PAUSED, self._source)

    @override
    async def async_media_stop(self) -> None:
        """Stop; the robot's event tells the end."""
        await self.coordinator.async_post("audio/stop")

    @override
    async def async_set_volume_level(self, volume: float) -> None:
        """Set the volume."""
        percent = round(volume * 100)
        await self.coordinator.async_post("audio/volume", volume=percent)
        self.coordinator.apply({VOLUME: percent})

    @callback
    def _set(self, state: MediaPlayerState, source: str | None) -> None:
        self._attr_state, self._source = state, source
        # An address may be signed, so only names of stored sounds are shown.
        stored = source if source and "/" not in source else None
        self._attr_media_content_id = self._attr_media_title = stored
        self.async_write_ha_state()

    @override
    async def async_browse_media(
        self, media_content_type: MediaType | str | None = None, media_content_id: str | None = None
    ) -> BrowseMedia:
        """Show the stored sounds beside Home Assistant's media."""
        if media_content_id == STORED:
            return await self._async_browse_stored()
        media = await media_source.async_browse_media(
            self.hass, media_content_id, content_filter=lambda item: item.media_content_type.startswith("audio/")
        )
        if media_content_id is None:
            media.children = [await self._async_browse_stored(), *(media.children or [])]
        return media

    async def _async_browse_stored(self) -> BrowseMedia:
        try:
            sounds = await self.coordinator.client.assets("audio/list")
        except PushError as error:
            raise as_home_assistant_error(error) from None
        return BrowseMedia(
            title=self.coordinator.config_entry.title,
            media_class=MediaClass.DIRECTORY,
            media_content_type=MediaType.MUSIC,
            media_content_id=STORED,
            can_play=False,
            can_expand=True,
            children_media_class=MediaClass.MUSIC,
            children=[
                BrowseMedia(
                    title=sound.name.rsplit(".", 1)[0].removeprefix("s_"),
                    media_class=MediaClass.MUSIC,
                    media_content_type=MediaType.MUSIC,
                    media_content_id=sound.name,
                    can_play=True,
                    can_expand=False,
                )
                for sound in sounds
            ],
        )
