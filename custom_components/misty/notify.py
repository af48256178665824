"""Notify entities: the robot speaks a message, or shows it on its screen."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.notify import NotifyEntity, NotifyEntityDescription, NotifyEntityFeature
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .common.push.parts import add_entities
from .const import TEXT_LAYER
from .coordinator import MistyConfigEntry
from .entity import MistyEntity, MistyEntityDescription, table
from .playback import speakable

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class MistyNotifyDescription(MistyEntityDescription, NotifyEntityDescription):
    """A row of the table below."""


VOICES = (MistyNotifyDescription(key="speak", commands=("POST tts/speak",)),)
SCREENS = (MistyNotifyDescription(key="screen", commands=("POST text/display",)),)


async def async_setup_entry(
    hass: HomeAssistant, entry: MistyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the notifiers."""
    add_entities(hass, entry, async_add_entities, table(entry, VOICES, MistyVoice), table(entry, SCREENS, MistyScreen))


class MistyVoice(MistyEntity, NotifyEntity):
    """Speaks a message after those that are queued."""

    entity_description: MistyNotifyDescription

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        """Speak the message."""
        await self.coordinator.async_post("tts/speak", text=speakable(message), flush=False)


class MistyScreen(MistyEntity, NotifyEntity):
    """Shows a message until the display is reset."""

    entity_description: MistyNotifyDescription

    _attr_supported_features = NotifyEntityFeature.TITLE

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        """Show the message, with the title as its first line."""
        text = f"{title}\n{message}" if title else message
        await self.coordinator.async_post("text/display", text=text, layer=TEXT_LAYER)
