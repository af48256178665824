"""Text entities of a Rotoclear control unit: parts of file names, language, time zone, NTP server."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.text import TextEntity, TextEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .common.push.entity import own_value
from .common.push.parts import add_entities
from .coordinator import RotoclearConfigEntry
from .entity import RotoclearEntity, RotoclearEntityDescription, table

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class RotoclearTextDescription(RotoclearEntityDescription, TextEntityDescription):
    """A row of the table below."""


def _setting(key: str, variable: str) -> RotoclearTextDescription:
    return RotoclearTextDescription(
        key=key,
        variable=variable,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
        native_max=255,
        value_fn=lambda value: value[:255],
    )


TEXTS = (
    _setting("video_prefix", "changeVideoName"),
    _setting("image_prefix", "changeImageName"),
    _setting("recording_postfix", "changePostName"),
    _setting("backup_postfix", "changeBackupPostName"),
    _setting("language", "language"),
    _setting("time_zone", "timezone"),
    _setting("ntp_server", "ntpHost"),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: RotoclearConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the texts."""
    add_entities(hass, entry, async_add_entities, table(entry, TEXTS, RotoclearText))


class RotoclearText(RotoclearEntity[str], TextEntity):
    """A state variable that is a text."""

    entity_description: RotoclearTextDescription
    native_value = own_value

    @override
    async def async_set_value(self, value: str) -> None:
        await self.async_set(value)
