"""The robot's speaker, which plays stored sounds and media of Home Assistant."""

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
from .api.model import asset_title
from .common.push.entity import own_value
from .common.push.parts import add_entities
from .const import DOMAIN
from .coordinator import MistyConfigEntry
from .entity import MistyEntity, MistyEntityDescription, table
from .playback import async_url_for
from .stored import parse_place
from .topics import AUDIO_DONE, CONNECTED, VOLUME

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
        value_fn=lambda percent: percent / 100,
        device_class=MediaPlayerDeviceClass.SPEAKER,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: MistyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the speaker."""
    add_entities(hass, entry, async_add_entities, table(entry, PLAYERS, MistySpeaker))


class MistySpeaker(MistyEntity[float], MediaPlayerEntity):
    """The speaker, which plays one source at a time."""

    entity_description: MistyMediaPlayerDescription
    volume_level = own_value

    _attr_media_content_type = MediaType.MUSIC
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
    _state = MediaPlayerState.IDLE
    _source: str | None = None

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.subscribe_event(AUDIO_DONE.type, self._ended))
        self.async_on_remove(self.coordinator.subscribe_event(CONNECTED, self._connected))

    @property
    @override
    def state(self) -> MediaPlayerState:
        """Return the state of the player."""
        return self._state

    @property
    @override
    def media_content_id(self) -> str | None:
        """Return the name of a stored sound. A URL is not returned, because it may be signed."""
        return self._source if self._source and "/" not in self._source else None

    @property
    @override
    def media_title(self) -> str | None:
        """Return the title of a stored sound."""
        return asset_title(name) if (name := self.media_content_id) else None

    @callback
    def _ended(self, event: Event) -> None:
        """Become idle, unless it is the late event of a source that was interrupted."""
        if event.values.get("name") in (self._source, None):
            self._set(MediaPlayerState.IDLE, None)

    @callback
    def _connected(self, _: None) -> None:
        """Become idle: the end of a source may have been missed."""
        self._set(MediaPlayerState.IDLE, None)

    @override
    async def async_play_media(self, media_type: MediaType | str, media_id: str, **kwargs: Any) -> None:
        """Play a stored sound by its name, a medium by its media source id, or a URL."""
        place = parse_place(media_id.removeprefix(f"{media_source.URI_SCHEME}{DOMAIN}/"))
        if place.entry_id == self.coordinator.config_entry.entry_id and place.shelf in ("sounds", "voice"):
            name = place.name
        elif media_source.is_media_source_id(media_id) or "/" in media_id:
            name = await async_url_for(self.hass, media_id, self.entity_id)
        else:
            name = media_id
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
        """Resume the paused source."""
        if self._source:
            await self.coordinator.async_post("audio/play", fileName=self._source)
            self._set(MediaPlayerState.PLAYING, self._source)

    @override
    async def async_media_pause(self) -> None:
        await self.coordinator.async_post("audio/pause")
        if self._source:
            self._set(MediaPlayerState.PAUSED, self._source)

    @override
    async def async_media_stop(self) -> None:
        """Stop the source; the state changes with the event of its end."""
        await self.coordinator.async_post("audio/stop")

    @override
    async def async_set_volume_level(self, volume: float) -> None:
        percent = round(volume * 100)
        await self.coordinator.async_post("audio/volume", volume=percent)
        self.coordinator.apply({VOLUME: percent})

    @callback
    def _set(self, state: MediaPlayerState, source: str | None) -> None:
        self._state, self._source = state, source
        self.async_write_ha_state()

    @override
    async def async_browse_media(
        self, media_content_type: MediaType | str | None = None, media_content_id: str | None = None
    ) -> BrowseMedia:
        """Return the stored sounds, and Home Assistant's media."""
        if media_content_id == STORED:
            return await self._async_browse_stored()
        media = await media_source.async_browse_media(
            self.hass, media_content_id, content_filter=lambda item: item.media_content_type.startswith("audio/")
        )
        if media_content_id is None:
            media.children = [await self._async_browse_stored(), *(media.children or [])]
        return media

    async def _async_browse_stored(self) -> BrowseMedia:
        sounds = await self.coordinator.async_call(self.coordinator.client.assets("audio/list"))
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
                    title=asset_title(sound.name),
                    media_class=MediaClass.MUSIC,
                    media_content_type=MediaType.MUSIC,
                    media_content_id=sound.name,
                    can_play=True,
                    can_expand=False,
                )
                for sound in sounds
            ],
        )
