"""Updates: the revision of a group's boards, the newest one of their branch, and deployments."""

from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.update import (
    ATTR_INSTALLED_VERSION,
    ATTR_LATEST_VERSION,
    UpdateDeviceClass,
    UpdateEntity,
    UpdateEntityDescription,
    UpdateEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import DeploymentGroup
from .common.push.parts import add_entities
from .coordinator import IottlyConfigEntry, PartKind
from .entity import IottlyEntity, IottlyEntityDescription, table
from .message_store import Fact, Key

# No limit: a deployment takes minutes, and must not delay those of other groups.
PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class IottlyUpdateDescription(IottlyEntityDescription, UpdateEntityDescription):
    """A row of the table below."""


UPDATES = (
    IottlyUpdateDescription(
        key="firmware",
        translation_key="firmware",
        part=PartKind.GROUP,
        what=Fact.GROUP,
        also=(Fact.NEWEST, Fact.DEPLOYMENT),
        exists=lambda group: group.is_flashable and group.branch is not None,
        device_class=UpdateDeviceClass.FIRMWARE,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: IottlyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add an update entity for each group that has a branch and boards."""
    add_entities(hass, entry, async_add_entities, table(entry, UPDATES, IottlyUpdate))


class IottlyUpdate(IottlyEntity, UpdateEntity):
    """The firmware of a deployment group. Installing deploys the group's branch to its boards."""

    entity_description: IottlyUpdateDescription
    _attr_supported_features = UpdateEntityFeature.INSTALL | UpdateEntityFeature.PROGRESS

    @property
    @override
    def installed_version(self) -> str | None:
        """Return the revision that was deployed last."""
        return self._group.revision if self._group else None

    @property
    @override
    def latest_version(self) -> str | None:
        """Return the newest known revision of the branch."""
        newest: str | None = self._also(Fact.NEWEST)
        return newest

    @property
    @override
    def title(self) -> str | None:
        """Return the branch."""
        return self._group.branch if self._group else None

    @property
    @override
    def in_progress(self) -> bool:
        """Return True while a deployment is running."""
        return self._also(Fact.DEPLOYMENT) is not None

    @property
    @override
    def update_percentage(self) -> int | None:
        """Return the progress of the deployment in percent."""
        percentage: int | None = self._also(Fact.DEPLOYMENT)
        return percentage

    @override
    async def async_added_to_hass(self) -> None:
        """Restore the newest revision from before a restart, unless another one was deployed since."""
        await super().async_added_to_hass()
        last = await self.async_get_last_state()
        if last is None or self._group is None or last.attributes.get(ATTR_INSTALLED_VERSION) != self._group.revision:
            return
        if (newest := last.attributes.get(ATTR_LATEST_VERSION)) is not None:
            self.coordinator.async_offer(self._group, newest, is_recalled=True)

    @override
    def version_is_newer(self, latest_version: str, installed_version: str) -> bool:
        """Return True: revisions have no order, so every other one is newer."""
        return True

    @override
    async def async_install(self, version: str | None, backup: bool, **kwargs: Any) -> None:
        """Deploy, and wait for the boards."""
        await self.coordinator.deployer.install(self.part.id)

    @property
    def _group(self) -> DeploymentGroup | None:
        group: DeploymentGroup | None = self._value
        return group

    def _also(self, fact: Fact) -> Any:
        return self.coordinator.data.get(Key(self.part.id, fact))
