"""Listening for the key phrase: the robot stops after one hit and forgets it at a restart, so it is armed again."""

import asyncio
from typing import TYPE_CHECKING, Any

from homeassistant.core import callback

from .const import DEFAULT_LONGEST, DEFAULT_SILENCE, OPTION_LONGEST, OPTION_SILENCE

if TYPE_CHECKING:
    from .coordinator import MistyCoordinator

# Armed again sooner, a robot does not listen: docs/protocol/misty.md#key-phrase.
REARM_SECONDS = 2.0


class Ears:
    """Whether the key phrase is listened for. `captures`: somebody takes what is said after it."""

    def __init__(self, coordinator: MistyCoordinator) -> None:
        """Listen to nothing yet."""
        self._coordinator = coordinator
        self.is_wanted = False
        self.captures = False
        coordinator.subscribe_event("connected", self._connected)
        coordinator.subscribe_event("KeyPhraseRecognized", self._heard)

    async def async_arm(self) -> None:
        """Listen from now on. Raises HomeAssistantError."""
        await self._coordinator.async_post("audio/keyphrase/start", **self._arguments())
        self.is_wanted = True

    async def async_disarm(self) -> None:
        """Stop listening. Raises HomeAssistantError."""
        self.is_wanted = False
        await self._coordinator.async_post("audio/keyphrase/stop")

    async def async_restore(self) -> None:
        """Listen again as before a restart of Home Assistant; a robot that cannot is tried at its next connection."""
        self.is_wanted = True
        self._coordinator.async_send_quietly("audio/keyphrase/start", self._arguments())

    async def async_rearm(self) -> None:
        """Listen again after a hit, if that is wanted."""
        if not self.is_wanted:
            return
        self._coordinator.async_send_quietly("audio/keyphrase/stop", {})
        await asyncio.sleep(REARM_SECONDS)
        if self.is_wanted:
            self._coordinator.async_send_quietly("audio/keyphrase/start", self._arguments())

    def capture_arguments(self) -> dict[str, Any]:
        """Return how long a person may be silent and talk, in milliseconds."""
        options = self._coordinator.config_entry.options
        return {
            "overwriteExisting": True,
            "silenceTimeout": round(options.get(OPTION_SILENCE, DEFAULT_SILENCE) * 1000),
            "maxSpeechLength": round(options.get(OPTION_LONGEST, DEFAULT_LONGEST) * 1000),
        }

    def _arguments(self) -> dict[str, Any]:
        return {"captureSpeech": self.captures, **(self.capture_arguments() if self.captures else {})}

    @callback
    def _connected(self, _: None) -> None:
        if self.is_wanted:
            self._coordinator.async_send_quietly("audio/keyphrase/start", self._arguments())

    @callback
    def _heard(self, _: Any) -> None:
        """Arm again at once when nobody takes what is said; otherwise who takes it does that."""
        if self.is_wanted and not self.captures:
            coordinator = self._coordinator
            coordinator.config_entry.async_create_background_task(
                coordinator.hass, self.async_rearm(), f"{coordinator.name} key phrase"
            )
