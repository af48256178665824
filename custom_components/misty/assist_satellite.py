"""The robot as an Assist satellite.

After the key phrase the robot records speech. The integration fetches the recording, runs the pipeline with it, has the
robot play the answer from its URL, and starts key phrase recognition again. The robot cannot stream its microphones, so
the pipeline starts after the whole sentence. There is no recognition during AV streaming.
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
# After this time the end of a recording was missed.
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
    """The satellite.

    A turn is a conversation from the key phrase, or from a question of Home Assistant, to the last answer.
    """

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
        # For each question without an answer yet, an event that is set when its turn ends.
        self._unanswered: set[asyncio.Event] = set()

    @override
    async def async_added_to_hass(self) -> None:
        """Subscribe to the key phrase, to recordings and to the end of the connection."""
        await super().async_added_to_hass()
        self.coordinator.key_phrase.captures = True
        self.async_on_remove(self.coordinator.subscribe_event(KEY_PHRASE.type, self._key_phrase_recognized))
        self.async_on_remove(self.coordinator.subscribe_event(VOICE.type, self._recording_ended))
        self.async_on_remove(self.coordinator.subscribe_event(DISCONNECTED, self._disconnected))

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Cancel the turn."""
        self.coordinator.key_phrase.captures = False
        self._cancel_turn()
        await super().async_will_remove_from_hass()

    @callback
    def _disconnected(self, _: None) -> None:
        """Cancel the turn; key phrase recognition is started again with the next connection."""
        self._cancel_turn()

    # Configuration ------------------------------------------------------------------------------

    @callback
    @override
    def async_get_configuration(self) -> AssistSatelliteConfiguration:
        """Return the key phrase as the only wake word, which is active while recognition is on.

        It is also active before the user has switched recognition on or off: otherwise Home Assistant's setup of a
        satellite would skip the step with the wake word.
        """
        listener = self.coordinator.key_phrase
        active = [KEY_PHRASE_ID] if listener.is_wanted or not listener.is_chosen else []
        return AssistSatelliteConfiguration([WAKE_WORD], active, 1)

    @override
    async def async_set_configuration(self, config: AssistSatelliteConfiguration) -> None:
        """Switch key phrase recognition on or off. Raises HomeAssistantError."""
        listener = self.coordinator.key_phrase
        if (wanted := KEY_PHRASE_ID in config.active_wake_words) != listener.is_wanted:
            await (listener.async_arm() if wanted else listener.async_disarm())

    @override
    async def async_intercept_wake_word(self) -> str | None:
        """Switch key phrase recognition on, and wait for the key phrase. Raises HomeAssistantError."""
        if not self.coordinator.key_phrase.is_wanted:
            await self.coordinator.key_phrase.async_arm()
        return await super().async_intercept_wake_word()

    @property
    @override
    def pipeline_entity_id(self) -> str | None:
        """Return the select of the pipeline."""
        return self._select_id(PIPELINE)

    @property
    @override
    def vad_sensitivity_entity_id(self) -> str | None:
        """Return the select of the VAD sensitivity."""
        return self._select_id(VAD_SENSITIVITY)

    def _select_id(self, key: str) -> str | None:
        unique_id = assist_unique_id(str(self.coordinator.config_entry.unique_id), key)
        return er.async_get(self.hass).async_get_entity_id(Platform.SELECT, DOMAIN, unique_id)

    # Turn ---------------------------------------------------------------------------------------

    @callback
    def _key_phrase_recognized(self, _: Event) -> None:
        """Start a turn, if recognition is on and the microphones are not muted."""
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
        """Start a turn with the current recording, and drop the previous one."""
        self._drop_turn()
        self._turn = self.coordinator.config_entry.async_create_background_task(
            self.hass, self._async_turn(phrase), f"{self.coordinator.name} voice", eager_start=False
        )

    @callback
    def _cancel_turn(self) -> None:
        """Cancel the turn, and become idle."""
        if self._turn is not None:
            self._drop_turn()
            self._end_turn()

    @callback
    def _drop_turn(self) -> None:
        """Cancel the turn without a change of the state, because another turn follows."""
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
        """Become idle, and restore LED and face, unless there is an announcement."""
        if not self._announces:
            self.tts_response_finished()
            self.coordinator.feedback.end()

    async def _async_turn(self, phrase: str | None) -> None:
        """Listen and answer until the conversation ends, then start key phrase recognition again."""
        try:
            while await self._async_exchange(phrase):
                phrase = None
                await self._async_capture()
        except HomeAssistantError as error:
            LOGGER.debug("%s: the conversation ended: %s", self.coordinator.name, error)
        except Exception:
            # Whatever fails in the pipeline, key phrase recognition must start again.
            LOGGER.exception("%s: the conversation failed", self.coordinator.name)
        finally:
            if self._turn is asyncio.current_task():
                self._end_turn()
        await self.coordinator.key_phrase.async_rearm()

    async def _async_exchange(self, phrase: str | None) -> bool:
        """Answer the current recording; return True if the conversation continues. Raises HomeAssistantError."""
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
        """Run the pipeline; return False if Home Assistant canceled it. Raises HomeAssistantError."""
        try:
            await self.async_accept_pipeline_from_satellite(stream(pcm), wake_word_phrase=phrase)
        except asyncio.CancelledError:
            turn = asyncio.current_task()
            if turn is not None and turn.cancelling():
                raise
            # Home Assistant canceled the pipeline for an announcement.
            return False
        return True

    async def _async_hear(self) -> bytes | None:
        """Return the samples of the recording; None if nothing was said or the recording is not valid."""
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
        """Record speech without the key phrase. Raises HomeAssistantError."""
        self._recorded = self.hass.loop.create_future()
        arguments: dict[str, Any] = {"requireKeyPhrase": False, **self.coordinator.key_phrase.capture_arguments()}
        await self.coordinator.async_post("audio/speech/capture", **arguments)

    @override
    @callback
    def on_pipeline_event(self, event: PipelineEvent) -> None:
        """Show the stage, and store the answer."""
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

    # Announcements and questions of Home Assistant ----------------------------------------------

    @override
    async def async_internal_ask_question(self, *args: Any, **kwargs: Any) -> AssistSatelliteAnswer | None:
        """Ask a question, and wait for its answer until the turn ends.

        Home Assistant waits for the end of a pipeline, which does not run if nothing was recorded.
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
        """Play an announcement, and wait for its end."""
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
        """Play an announcement, and start a turn with the answer."""
        if self.coordinator.key_phrase.is_muted:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="muted")
        self._drop_turn()
        await self.async_announce(start_announcement)
        await self._async_capture()
        self._start_turn(None)


def _seconds_of(announcement: AssistSatelliteAnnouncement) -> float:
    """Return the limit for an announcement."""
    if CONNECTION_TEST_URL_BASE in announcement.original_media_id:
        return CONNECTION_TEST_SECONDS
    return seconds_to_speak(announcement.message if announcement.media_id_source == "tts" else None)
