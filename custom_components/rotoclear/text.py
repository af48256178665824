"""Texts of a Rotoclear control unit: parts of file names, language, time zone, NTP server."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.text import TextEntity, TextEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import RotoclearConfigEntry
from .entity import RotoclearEntity, RotoclearEntityDescription, add_entities

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class RotoclearTextDescription(RotoclearEntityDescription, TextEntityDescription):
    """A row of the table below."""


def _setting(key: str, variable: str, *, enabled: bool = True) -> RotoclearTextDescription:
    return RotoclearTextDescription(
        key=key,
        variable=variable,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=enabled,
        native_max=255,
    )


TEXTS = (
    _setting("video_prefix", "changeVideoName"),
    _setting("image_prefix", "changeImageName"),
    _setting("recording_postfix", "changePostName"),
    _setting("backup_postfix", "changeBackupPostName"),
    _setting("language", "language", enabled=False),
    _setting("time_zone", "timezone", enabled=False),
    _setting("ntp_server", "ntpHost", enabled=False),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: RotoclearConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the texts."""
    add_entities(hass, entry, async_add_entities, TEXTS, RotoclearText)


class RotoclearText(RotoclearEntity, TextEntity):
    """A state variable that is a text."""

    entity_description: RotoclearTextDescription

    @override
    def _read(self) -> None:
        value = self._value
        self._attr_native_value = None if value is None else value[:255]

    @override
    async def async_set_value(self, value: str) -> None:
        """Set the variable."""
        await self.async_set(value)
