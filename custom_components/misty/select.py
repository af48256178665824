"""Choices of a Misty robot: the face it shows, and two settings for experts."""

from dataclasses import dataclass
from typing import override

from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import RestoreEntity

from .common.client.errors import PushError
from .coordinator import MistyConfigEntry, MistyCoordinator
from .entity import MistyEntity, MistyEntityDescription, add_entities
from .image import FACE_SHOWN
from .topics import rest

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class MistySelectDescription(MistyEntityDescription, SelectEntityDescription):
    """A row of the table below; `sends` is the command and its argument, `words` option to the vendor's word."""

    sends: tuple[str, str] = ("", "")
    words: tuple[tuple[str, str], ...] = ()


FACE = MistySelectDescription(key="face", commands=("GET images/list", "POST images/display"))
SELECTS = (
    FACE,
    MistySelectDescription(
        key="websocket_version",
        keys=(rest("websocketVersion"),),
        sends=("websocket/version", "version"),
        words=(("current", "Current"), ("deprecated", "Deprecated")),
        commands=("POST websocket/version",),
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    MistySelectDescription(
        key="log_level",
        keys=(rest("logLevel"),),
        sends=("logs/level", "localLogLevel"),
        words=(("debug", "Debug"), ("info", "Info"), ("warn", "Warn"), ("error", "Error"), ("none", "None")),
        commands=("POST logs/level",),
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: MistyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the choices."""

    def make(coordinator: MistyCoordinator, description: MistySelectDescription) -> MistyEntity:
        return (MistyFace if description is FACE else MistySelect)(coordinator, description)

    add_entities(hass, entry, async_add_entities, SELECTS, make)


class MistySelect(MistyEntity, SelectEntity):
    """A setting with a few words to choose from."""

    entity_description: MistySelectDescription

    def __init__(self, coordinator: MistyCoordinator, description: MistySelectDescription) -> None:
        """Take the words from the table."""
        super().__init__(coordinator, description)
        self._attr_options = [option for option, _ in description.words]

    @override
    def _read(self) -> None:
        value = self._value
        self._attr_current_option = value if isinstance(value, str) else None

    @override
    async def async_select_option(self, option: str) -> None:
        """Send the choice."""
        path, argument = self.entity_description.sends
        await self.coordinator.async_post(path, **{argument: dict(self.entity_description.words)[option]})
        self.coordinator.apply({self.entity_description.keys[0]: option})


class MistyFace(MistyEntity, SelectEntity, RestoreEntity):
    """The image on the screen, of all stored on the robot. The robot cannot be asked which one it shows."""

    entity_description: MistySelectDescription

    _attr_assumed_state = True
    _attr_options: list[str] = []

    @override
    async def async_added_to_hass(self) -> None:
        """List the images, and again after each reconnect."""
        await super().async_added_to_hass()
        if last := await self.async_get_last_state():
            self._attr_current_option = last.state
        self.async_on_remove(self.coordinator.subscribe_event("connected", self._connected))
        self.async_on_remove(self.coordinator.subscribe_event(FACE_SHOWN, self._shown))
        await self._async_list()

    @callback
    def _connected(self, _: None) -> None:
        self.coordinator.config_entry.async_create_background_task(self.hass, self._async_relist(), "misty faces")

    async def _async_relist(self) -> None:
        await self._async_list()
        self.async_write_ha_state()

    async def _async_list(self) -> None:
        try:
            assets = await self.coordinator.client.assets("images/list")
        except PushError:
            return
        self._attr_options = sorted(asset.name for asset in assets)
        if self._attr_current_option not in self._attr_options:
            self._attr_current_option = None

    @callback
    def _shown(self, name: str) -> None:
        if name in self._attr_options:
            self._attr_current_option = name
            self.async_write_ha_state()

    @override
    async def async_select_option(self, option: str) -> None:
        """Show the image."""
        await self.coordinator.async_post("images/display", fileName=option)
        self.coordinator.fire(FACE_SHOWN, option)
