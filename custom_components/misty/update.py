"""The update entity. The robot reports that there is newer software, but not its version or the progress."""

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

from .api.model import parse_flag
from .common.push.entity import own_value
from .common.push.parts import add_entities
from .const import DOMAIN
from .coordinator import MistyConfigEntry
from .entity import MistyEntity, MistyEntityDescription, table
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
    add_entities(hass, entry, async_add_entities, table(entry, UPDATES, MistyUpdate))


class MistyUpdate(MistyEntity[str], UpdateEntity):
    """The robot's software. It is unavailable for a while during the installation, because the robot restarts."""

    entity_description: MistyUpdateDescription
    installed_version = own_value

    _attr_supported_features = UpdateEntityFeature.INSTALL | UpdateEntityFeature.PROGRESS

    @property
    @override
    def latest_version(self) -> str | None:
        """Return the installed version, with a plus if there is newer software."""
        available = self.coordinator.data.get(UPDATE_AVAILABLE)
        return None if available is None else f"{self._value} +" if available else str(self._value)

    @property
    @override
    def in_progress(self) -> bool:
        """Return True during the installation."""
        return self.coordinator.data.get(RUN_STATE) == UPDATING

    @override
    def version_is_newer(self, latest_version: str, installed_version: str) -> bool:
        """Return True if there is newer software, see `latest_version`."""
        return latest_version != installed_version

    @override
    async def async_install(self, version: str | None, backup: bool, **kwargs: Any) -> None:
        """Install the newest software."""
        if parse_flag(await self.coordinator.async_post("system/update")) is False:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="no_update")
