"""The robot as a voice satellite.

After the key phrase the robot records by itself. The finished recording is fetched and given to the pipeline, the
answer is played from its URL, and then the robot listens for the key phrase again. It cannot stream what it hears,
so an answer comes after the whole sentence; and it hears nothing while AV streaming runs.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.assist_pipeline import PipelineEvent, PipelineEventType
from homeassistant.components.assist_satellite import (
    AssistSatelliteAnnouncement,
    AssistSatelliteAnswer,
    AssistSatelliteConfiguration,
    AssistSatelliteEntity,
    AssistSatelliteEntityDescription,
    AssistSatelliteEntityFeature,
    AssistSatelliteWakeWord,
)
from homeassistant.components.assist_satellite.connection_test import CONNECTION_TEST_URL_BASE
from homeassistant.components.media_player import async_process_play_media_url
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Event
from .common.client.errors import PushError
from .common.push.parts import add_entities
from .const import DOMAIN, LOGGER
from .coordinator import MistyConfigEntry, MistyCoordinator
from .entity import PIPELINE, VAD_SENSITIVITY, MistyEntity, MistyEntityDescription, assist_unique_id, table
from .feedback import Stage
from .playback import CHIME_SECONDS, CONNECTION_TEST_SECONDS, async_play_to_end, seconds_to_speak
from .recording import stream, to_pcm
from .topics import AUDIO_DONE, DISCONNECTED, KEY_PHRASE, VOICE

PARALLEL_UPDATES = 0

KEY_PHRASE_ID, KEY_PHRASE_WORDS = "hey_misty", "Hey, Misty!"
WAKE_WORD = AssistSatelliteWakeWord(KEY_PHRASE_ID, KEY_PHRASE_WORDS, ["en"])
# Longer than any recording the robot makes: then its end was missed.
RECORDING_SECONDS = 45.0


@dataclass(frozen=True, kw_only=True)
class MistySatelliteDescription(MistyEntityDescription, AssistSatelliteEntityDescription):
    """A row of the table below."""


SATELLITES = (
    MistySatelliteDescription(
        key="satellite",
        topics=(KEY_PHRASE, VOICE, AUDIO_DONE),
        commands=("POST audio/keyphrase/start", "POST audio/speech/capture", "GET audio", "POST audio/play"),
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: MistyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the satellite."""
    add_entities(hass, entry, async_add_entities, table(entry, SATELLITES, MistySatellite))


class MistySatellite(MistyEntity, AssistSatelliteEntity):
    """The robot as a satellite: it listens, and plays answers and announcements."""

    entity_description: MistySatelliteDescription

    _attr_supported_features = AssistSatelliteEntityFeature.ANNOUNCE | AssistSatelliteEntityFeature.START_CONVERSATION

    def __init__(self, coordinator: MistyCoordinator, description: MistySatelliteDescription) -> None:
        super().__init__(coordinator, description)
        self._turn: asyncio.Task[None] | None = None
        self._recorded: asyncio.Future[Event] | None = None
        self._answer_url: str | None = None
        self._answer: str | None = None
        self._goes_on = False
        self._announces = False
        # Questions whose answer has not been recognised; set when the turn for it ends.
        self._unanswered: set[asyncio.Event] = set()

    @override
    async def async_added_to_hass(self) -> None:
        """Subscribe to key phrase, recordings and the end of the connection."""
        await super().async_added_to_hass()
        self.coordinator.key_phrase.captures = True
        self.async_on_remove(self.coordinator.subscribe_event(KEY_PHRASE.type, self._key_phrase_recognized))
        self.async_on_remove(self.coordinator.subscribe_event(VOICE.type, self._recording_ended))
        self.async_on_remove(self.coordinator.subscribe_event(DISCONNECTED, self._disconnected))

    @override
    async def async_will_remove_from_hass(self) -> None:
        """End a turn that runs."""
        self.coordinator.key_phrase.captures = False
        self._cancel_turn()
        await super().async_will_remove_from_hass()

    @callback
    def _disconnected(self, _: None) -> None:
        """End a turn that runs; the key phrase is armed again with the next connection."""
        self._cancel_turn()

    # Configuration: the robot has one key phrase, which it listens for or not ---------------------

    @callback
    @override
    def async_get_configuration(self) -> AssistSatelliteConfiguration:
        """Return the one key phrase, and whether the robot listens for it.

        It is the chosen one also before anybody has chosen: Home Assistant's setup of a satellite, which comes first
        of all, asks people to say it, and without it asks for nothing.
        """
        listener = self.coordinator.key_phrase
        active = [KEY_PHRASE_ID] if listener.is_wanted or not listener.is_chosen else []
        return AssistSatelliteConfiguration([WAKE_WORD], active, 1)

    @override
    async def async_set_configuration(self, config: AssistSatelliteConfiguration) -> None:
        """Listen for the key phrase or not. Raises HomeAssistantError."""
        listener = self.coordinator.key_phrase
        if (wanted := KEY_PHRASE_ID in config.active_wake_words) != listener.is_wanted:
            await (listener.async_arm() if wanted else listener.async_disarm())

    @override
    async def async_intercept_wake_word(self) -> str | None:
        """Listen for the key phrase and return it; the setup of a satellite waits for it. Raises HomeAssistantError."""
        if not self.coordinator.key_phrase.is_wanted:
            await self.coordinator.key_phrase.async_arm()
        return await super().async_intercept_wake_word()

    @property
    @override
    def pipeline_entity_id(self) -> str | None:
        """Return the select of the assistant that answers."""
        return self._select_id(PIPELINE)

    @property
    @override
    def vad_sensitivity_entity_id(self) -> str | None:
        """Return the select that says how soon a sentence counts as finished."""
        return self._select_id(VAD_SENSITIVITY)

    def _select_id(self, key: str) -> str | None:
        unique_id = assist_unique_id(str(self.coordinator.config_entry.unique_id), key)
        return er.async_get(self.hass).async_get_entity_id(Platform.SELECT, DOMAIN, unique_id)

    # One turn -----------------------------------------------------------------------------------

    @callback
    def _key_phrase_recognized(self, _: Event) -> None:
        """Begin a turn if the robot was armed to record what comes after the phrase."""
        if self.coordinator.key_phrase.is_wanted and not self.coordinator.key_phrase.is_muted:
            self._cancel_turn()
            self._recorded = self.hass.loop.create_future()
            self._start_turn(KEY_PHRASE_WORDS)

    @callback
    def _recording_ended(self, event: Event) -> None:
        if self._recorded is not None and not self._recorded.done():
            self._recorded.set_result(event)

    @callback
    def _start_turn(self, phrase: str | None) -> None:
        """Begin a turn with what is being recorded; it replaces one that may still run."""
        self._drop_turn()
        self._turn = self.coordinator.config_entry.async_create_background_task(
            self.hass, self._async_turn(phrase), f"{self.coordinator.name} voice", eager_start=False
        )

    @callback
    def _cancel_turn(self) -> None:
        """End a turn that runs."""
        if self._turn is not None:
            self._drop_turn()
            self._end_turn()

    @callback
    def _drop_turn(self) -> None:
        """Stop a turn that runs and leave the state as it is: another turn takes its place."""
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None

    @callback
    def _end_turn(self) -> None:
        if not self._announces:
            for ended in self._unanswered:
                ended.set()
            self._be_idle()

    @callback
    def _be_idle(self) -> None:
        """Become idle and restore LED and face, unless there is an announcement, which ends by itself."""
        if not self._announces:
            self.tts_response_finished()
            self.coordinator.feedback.end()

    async def _async_turn(self, phrase: str | None) -> None:
        """Listen and answer until no more is asked back, then listen for the key phrase again."""
        try:
            while await self._async_exchange(phrase):
                phrase = None
                await self._async_capture()
        except HomeAssistantError as error:
            LOGGER.debug("%s: the conversation ended: %s", self.coordinator.name, error)
        except Exception:
            # A fault of Home Assistant or an assistant; the robot must listen again.
            LOGGER.exception("%s: the conversation failed", self.coordinator.name)
        finally:
            if self._turn is asyncio.current_task():
                self._end_turn()
        await self.coordinator.key_phrase.async_rearm()

    async def _async_exchange(self, phrase: str | None) -> bool:
        """Answer what is being recorded; return True if the answer asks back. Raises HomeAssistantError."""
        self._forget_answer()
        self.coordinator.feedback.show(Stage.LISTENING)
        if (pcm := await self._async_hear()) is None or not await self._async_run_pipeline(pcm, phrase):
            return False
        if self._answer_url:
            self.coordinator.feedback.show(Stage.SPEAKING)
            await async_play_to_end(self.coordinator, self._answer_url, seconds_to_speak(self._answer))
            self._be_idle()
        return self._goes_on

    def _forget_answer(self) -> None:
        self._answer_url, self._answer, self._goes_on = None, None, False

    async def _async_run_pipeline(self, pcm: bytes, phrase: str | None) -> bool:
        """Run the pipeline; return False if Home Assistant aborted it. Raises HomeAssistantError."""
        try:
            await self.async_accept_pipeline_from_satellite(stream(pcm), wake_word_phrase=phrase)
        except asyncio.CancelledError:
            turn = asyncio.current_task()
            if turn is not None and turn.cancelling():
                raise
            # Home Assistant aborted the pipeline, to announce something.
            return False
        return True

    async def _async_hear(self) -> bytes | None:
        """Return what was said; None if nothing was, or if there is no usable recording."""
        assert self._recorded is not None
        try:
            async with asyncio.timeout(RECORDING_SECONDS):
                event = await self._recorded
            if not event.values["success"] or not event.values.get("filename"):
                return None
            file = await self.coordinator.client.file("audio", {"fileName": event.values["filename"]})
            return await self.hass.async_add_executor_job(to_pcm, file.content)
        except (PushError, ValueError, TimeoutError) as error:
            LOGGER.debug("%s: no recording: %s", self.coordinator.name, error)
            return None

    async def _async_capture(self) -> None:
        """Record what is said now, without the key phrase. Raises HomeAssistantError."""
        self._recorded = self.hass.loop.create_future()
        arguments: dict[str, Any] = {"requireKeyPhrase": False, **self.coordinator.key_phrase.capture_arguments()}
        await self.coordinator.async_post("audio/speech/capture", **arguments)

    @override
    @callback
    def on_pipeline_event(self, event: PipelineEvent) -> None:
        """Show the stage, and note the answer."""
        match event.type:
            case PipelineEventType.STT_END:
                self._unanswered.clear()
            case PipelineEventType.INTENT_START:
                self.coordinator.feedback.show(Stage.THINKING)
            case PipelineEventType.INTENT_END if event.data:
                self._goes_on = bool(event.data.get("intent_output", {}).get("continue_conversation"))
            case PipelineEventType.TTS_START if event.data:
                self._answer = event.data.get("tts_input")
            case PipelineEventType.TTS_END if event.data:
                if url := (event.data.get("tts_output") or {}).get("url"):
                    self._answer_url = async_process_play_media_url(self.hass, url)
            case PipelineEventType.ERROR if event.data:
                LOGGER.debug("%s: the pipeline failed: %s", self.coordinator.name, event.data.get("code"))

    # Begun by Home Assistant --------------------------------------------------------------------

    @override
    async def async_internal_ask_question(self, *args: Any, **kwargs: Any) -> AssistSatelliteAnswer | None:
        """Ask a question; the wait for its answer ends with the turn, also if nothing was recorded.

        Home Assistant itself waits until a pipeline has run, which takes a recording.
        """
        ended = asyncio.Event()
        self._unanswered.add(ended)
        asking = asyncio.create_task(super().async_internal_ask_question(*args, **kwargs))
        ending = asyncio.create_task(ended.wait())
        try:
            await asyncio.wait((asking, ending), return_when=asyncio.FIRST_COMPLETED)
            if asking.done():
                return await asking
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="nobody_answered")
        finally:
            self._unanswered.discard(ended)
            asking.cancel()
            ending.cancel()
            await asyncio.gather(asking, ending, return_exceptions=True)

    @override
    async def async_announce(self, announcement: AssistSatelliteAnnouncement) -> None:
        """Play an announcement to its end."""
        self._announces = True
        self.coordinator.feedback.show(Stage.SPEAKING)
        try:
            if announcement.preannounce_media_id:
                await async_play_to_end(self.coordinator, announcement.preannounce_media_id, CHIME_SECONDS)
            await async_play_to_end(self.coordinator, announcement.media_id, _seconds_of(announcement))
        finally:
            self._announces = False
            self.coordinator.feedback.end()

    @override
    async def async_start_conversation(self, start_announcement: AssistSatelliteAnnouncement) -> None:
        """Say something and listen for the answer."""
        if self.coordinator.key_phrase.is_muted:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="muted")
        self._drop_turn()
        await self.async_announce(start_announcement)
        await self._async_capture()
        self._start_turn(None)


def _seconds_of(announcement: AssistSatelliteAnnouncement) -> float:
    """Return how long an announcement takes at most."""
    if CONNECTION_TEST_URL_BASE in announcement.original_media_id:
        return CONNECTION_TEST_SECONDS
    return seconds_to_speak(announcement.message if announcement.media_id_source == "tts" else None)
