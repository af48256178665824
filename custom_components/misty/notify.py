"""Notifications: spoken by the robot's own voice, or shown on its screen."""

from dataclasses import dataclass
from typing import override
from xml.sax.saxutils import escape

from homeassistant.components.notify import NotifyEntity, NotifyEntityDescription, NotifyEntityFeature
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import TEXT_LAYER
from .coordinator import MistyConfigEntry, MistyCoordinator
from .entity import MistyEntity, MistyEntityDescription, add_entities

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class MistyNotifyDescription(MistyEntityDescription, NotifyEntityDescription):
    """A row of the table below."""


NOTIFIERS = (
    MistyNotifyDescription(key="speak", commands=("POST tts/speak",)),
    MistyNotifyDescription(key="screen", commands=("POST text/display",)),
)


def speakable(text: str) -> str:
    """Return a text as the robot takes it: SSML as it is, anything else with its markup characters escaped."""
    return text if text.lstrip().startswith("<speak") else escape(text)


async def async_setup_entry(
    hass: HomeAssistant, entry: MistyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the notifiers."""

    def make(coordinator: MistyCoordinator, description: MistyNotifyDescription) -> MistyEntity:
        return (MistyVoice if description.key == "speak" else MistyScreen)(coordinator, description)

    add_entities(hass, entry, async_add_entities, NOTIFIERS, make)


class MistyVoice(MistyEntity, NotifyEntity):
    """Speaks a message, after those that wait already."""

    entity_description: MistyNotifyDescription

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        """Speak."""
        await self.coordinator.async_post("tts/speak", text=speakable(message), flush=False)


class MistyScreen(MistyEntity, NotifyEntity):
    """Shows a message until the display is reset."""

    entity_description: MistyNotifyDescription

    _attr_supported_features = NotifyEntityFeature.TITLE

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        """Show, the title as the first line."""
        text = f"{title}\n{message}" if title else message
        await self.coordinator.async_post("text/display", text=text, layer=TEXT_LAYER)
