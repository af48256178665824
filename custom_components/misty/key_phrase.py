"""Key phrase recognition, which is started again after each recognition and each restart of the robot."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from homeassistant.core import callback

from .const import DEFAULT_LONGEST, DEFAULT_SILENCE, OPTION_LONGEST, OPTION_SILENCE

# Started again sooner, recognition does not work: docs/protocol/misty.md#key-phrase.
REARM_SECONDS = 2.0

START = "audio/keyphrase/start"
STOP = "audio/keyphrase/stop"

# Beginnings of the paths of commands that use the microphones: docs/protocol/misty.md#sound-and-speech,
# docs/protocol/misty.md#recording-videos and docs/protocol/misty.md#av-streaming.
MICROPHONE = (
    "audio/keyphrase/start",
    "audio/speech/capture",
    "audio/record/start",
    "audio/raw/record/start",
    "videos/recordings/start",
    "video/record/start",
    "avstreaming/start",
)

type Post = Callable[[str, Mapping[str, Any]], Awaitable[Any]]
type Send = Callable[[str, Mapping[str, Any]], None]


def uses_microphone(path: str, arguments: Mapping[str, Any]) -> bool:
    """Return True if a command uses the microphones; a video can be recorded without sound."""
    return path.startswith(MICROPHONE) and arguments.get("mute") is not True


class KeyPhraseListener:
    """Starts and stops key phrase recognition. With `captures`, the robot then records speech for the satellite."""

    def __init__(
        self,
        options: Mapping[str, Any],
        *,
        post: Post,
        send: Send,
        changed: Callable[[bool], None],
        start_task: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        """Initialize without recognition.

        `post` sends a command and raises HomeAssistantError if it fails, `send` sends one in the background. `changed`
        is called with True or False when recognition is switched on or off.
        """
        self._options = options
        self._post = post
        self._send = send
        self._start_task = start_task
        self._changed = changed
        self.is_wanted = False
        # False until a user has switched it on or off; the robot cannot be queried.
        self.is_chosen = False
        # The microphones are not used, even if recognition is switched on.
        self.is_muted = False
        self.captures = False
        self._is_rearming = False

    async def async_arm(self) -> None:
        """Switch recognition on. Raises HomeAssistantError."""
        if not self.is_muted:
            await self._post(START, self._arguments())
        self.is_wanted = self.is_chosen = True
        self._changed(True)

    async def async_disarm(self) -> None:
        """Switch recognition off. Raises HomeAssistantError."""
        self.is_wanted, self.is_chosen = False, True
        await self._post(STOP, {})
        self._changed(False)

    async def async_mute(self) -> None:
        """Mute the microphones. Raises HomeAssistantError."""
        await self._post(STOP, {})
        self.is_muted = True

    async def async_unmute(self) -> None:
        """Unmute the microphones. Raises HomeAssistantError."""
        self.is_muted = False
        if self.is_wanted:
            await self._post(START, self._arguments())

    @property
    def _listens(self) -> bool:
        return self.is_wanted and not self.is_muted

    @callback
    def restore(self, is_wanted: bool) -> None:
        """Restore the state after a restart of Home Assistant."""
        self.is_wanted, self.is_chosen = is_wanted, True
        self.connected()

    async def async_rearm(self) -> None:
        """Start recognition again after the key phrase was recognized."""
        if not self._listens or self._is_rearming:
            return
        self._is_rearming = True
        try:
            self._send(STOP, {})
            await asyncio.sleep(REARM_SECONDS)
            if self._listens:
                self._send(START, self._arguments())
        finally:
            self._is_rearming = False

    def capture_arguments(self) -> dict[str, Any]:
        """Return the limits of silence and speech in milliseconds, from the options."""
        return {
            "overwriteExisting": True,
            "silenceTimeout": round(self._options.get(OPTION_SILENCE, DEFAULT_SILENCE) * 1000),
            "maxSpeechLength": round(self._options.get(OPTION_LONGEST, DEFAULT_LONGEST) * 1000),
        }

    def _arguments(self) -> dict[str, Any]:
        return {"captureSpeech": self.captures, **(self.capture_arguments() if self.captures else {})}

    @callback
    def connected(self, _: None = None) -> None:
        """Start recognition: the robot may have restarted."""
        if self._listens:
            self._send(START, self._arguments())

    @callback
    def recognized(self, _: object) -> None:
        """Start recognition again, unless the satellite does so after the recording."""
        if self._listens and not self.captures and not self._is_rearming:
            self._start_task(self.async_rearm())
