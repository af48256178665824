"""The robot's software. It tells whether there is a newer one, but neither its version nor its progress."""

from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.update import (
    UpdateDeviceClass,
    UpdateEntity,
    UpdateEntityDescription,
    UpdateEntityFeature,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api.models import parse_flag
from .const import DOMAIN
from .coordinator import MistyConfigEntry
from .entity import MistyEntity, MistyEntityDescription, add_entities
from .movement import UPDATING
from .topics import CRITICAL, FIRMWARE, RUN_STATE, SELF_STATE, UPDATE_AVAILABLE

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class MistyUpdateDescription(MistyEntityDescription, UpdateEntityDescription):
    """A row of the table below."""


UPDATES = (
    MistyUpdateDescription(
        key="software",
        keys=(FIRMWARE, UPDATE_AVAILABLE, RUN_STATE),
        topics=(SELF_STATE, CRITICAL),
        commands=("GET system/updates", "POST system/update"),
        device_class=UpdateDeviceClass.FIRMWARE,
        entity_category=EntityCategory.CONFIG,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: MistyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the update."""
    add_entities(hass, entry, async_add_entities, UPDATES, MistyUpdate)


class MistyUpdate(MistyEntity, UpdateEntity):
    """Installs newer software; the robot restarts once and is away for a while."""

    entity_description: MistyUpdateDescription

    _attr_supported_features = UpdateEntityFeature.INSTALL | UpdateEntityFeature.PROGRESS

    @override
    def _read(self) -> None:
        data = self.coordinator.data
        version, available = data.get(FIRMWARE), data.get(UPDATE_AVAILABLE)
        self._attr_installed_version = str(version) if version else None
        self._attr_in_progress = data.get(RUN_STATE) == UPDATING
        # The new version has no name here; anything but the installed one means that there is one.
        self._attr_latest_version = None if available is None else f"{version} +" if available else str(version)

    @override
    def version_is_newer(self, latest_version: str, installed_version: str) -> bool:
        """Tell whether there is something newer, which is not a question of comparing names."""
        return latest_version != installed_version

    @override
    async def async_install(self, version: str | None, backup: bool, **kwargs: Any) -> None:
        """Install what there is."""
        if parse_flag(await self.coordinator.async_post("system/update")) is False:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="no_update")
