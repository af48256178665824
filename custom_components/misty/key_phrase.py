"""Listening for the key phrase: the robot stops after each hit and forgets it at a restart, so it is armed again."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from homeassistant.core import callback

from .const import DEFAULT_LONGEST, DEFAULT_SILENCE, OPTION_LONGEST, OPTION_SILENCE

# Armed again sooner, a robot does not listen: docs/protocol/misty.md#key-phrase.
REARM_SECONDS = 2.0

START = "audio/keyphrase/start"
STOP = "audio/keyphrase/stop"

# What a muted robot does not do, by the beginnings of the commands' paths: docs/protocol/misty.md#sound-and-speech,
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
    """Return True if a command hears what is said; a video can be recorded without sound."""
    return path.startswith(MICROPHONE) and arguments.get("mute") is not True


class KeyPhraseListener:
    """Whether the robot listens for the key phrase. `captures`: what is said after it is recorded for the satellite."""

    def __init__(
        self,
        options: Mapping[str, Any],
        *,
        post: Post,
        send: Send,
        changed: Callable[[bool], None],
        start_task: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        """Initialize with a robot that does not listen.

        `post` sends a command and raises HomeAssistantError when it fails, `send` sends one in the background.
        `changed` is called with whether the robot is to listen.
        """
        self._options = options
        self._post = post
        self._send = send
        self._start_task = start_task
        self._changed = changed
        self.is_wanted = False
        # False until somebody has switched it on or off: the robot cannot be asked.
        self.is_chosen = False
        # While it is muted the robot hears nothing, whatever is wanted.
        self.is_muted = False
        self.captures = False
        self._is_rearming = False

    async def async_arm(self) -> None:
        """Listen from now on. Raises HomeAssistantError."""
        if not self.is_muted:
            await self._post(START, self._arguments())
        self.is_wanted = self.is_chosen = True
        self._changed(True)

    async def async_disarm(self) -> None:
        """Stop listening. Raises HomeAssistantError."""
        self.is_wanted, self.is_chosen = False, True
        await self._post(STOP, {})
        self._changed(False)

    async def async_mute(self) -> None:
        """Hear nothing until `async_unmute`. Raises HomeAssistantError."""
        await self._post(STOP, {})
        self.is_muted = True

    async def async_unmute(self) -> None:
        """Listen again, if that is wanted. Raises HomeAssistantError."""
        self.is_muted = False
        if self.is_wanted:
            await self._post(START, self._arguments())

    @property
    def _listens(self) -> bool:
        return self.is_wanted and not self.is_muted

    @callback
    def restore(self, is_wanted: bool) -> None:
        """Listen or not as before a restart of Home Assistant; a robot that cannot is tried at its next connection."""
        self.is_wanted, self.is_chosen = is_wanted, True
        self.connected()

    async def async_rearm(self) -> None:
        """Listen again after a hit, if that is wanted."""
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
        """Return how long a person may be silent and talk, in milliseconds."""
        return {
            "overwriteExisting": True,
            "silenceTimeout": round(self._options.get(OPTION_SILENCE, DEFAULT_SILENCE) * 1000),
            "maxSpeechLength": round(self._options.get(OPTION_LONGEST, DEFAULT_LONGEST) * 1000),
        }

    def _arguments(self) -> dict[str, Any]:
        return {"captureSpeech": self.captures, **(self.capture_arguments() if self.captures else {})}

    @callback
    def connected(self, _: None = None) -> None:
        """Arm a robot that has forgotten it."""
        if self._listens:
            self._send(START, self._arguments())

    @callback
    def recognized(self, _: object) -> None:
        """Arm the robot again at once, unless the satellite takes the recording and arms it afterwards."""
        if self._listens and not self.captures and not self._is_rearming:
            self._start_task(self.async_rearm())
