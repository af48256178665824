"""Selects of a Misty robot: face, assistant and settings."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.assist_pipeline import AssistPipelineSelect, VadSensitivitySelect
from homeassistant.components.select import SelectEntity, SelectEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Command
from .api.model import asset_title
from .common.client.errors import PushError
from .common.push.entity import own_value
from .common.push.parts import add_entities
from .const import DOMAIN
from .coordinator import MistyConfigEntry, MistyCoordinator
from .entity import PIPELINE, VAD_SENSITIVITY, MistyAssumedEntity, MistyEntity, MistyEntityDescription, table
from .polling import LOG_LEVELS
from .topics import CONNECTED, FACE_SHOWN, IMAGES_CHANGED, rest

PARALLEL_UPDATES = 1

ATTR_FILE_NAME = "file_name"


@dataclass(frozen=True, kw_only=True)
class MistySelectDescription(MistyEntityDescription, SelectEntityDescription):
    """A row of the tables below."""


@dataclass(frozen=True, kw_only=True)
class MistySettingDescription(MistySelectDescription):
    """A row of the table below: the command, the name of its argument, and the values by their options."""

    path: str
    argument: str
    values: dict[str, str]


FACES = (MistySelectDescription(key="face", commands=("GET images/list", "POST images/display")),)
VOICE = ("POST audio/keyphrase/start", "POST audio/speech/capture", "GET audio", "POST audio/play")
PIPELINES = (MistySelectDescription(key=PIPELINE, commands=VOICE, entity_category=EntityCategory.CONFIG),)
SENSITIVITIES = (MistySelectDescription(key=VAD_SENSITIVITY, commands=VOICE, entity_category=EntityCategory.CONFIG),)
SETTINGS = (
    MistySettingDescription(
        key="websocket_version",
        keys=(rest("websocketVersion"),),
        path="websocket/version",
        argument="version",
        values={"current": "Current", "deprecated": "Deprecated"},
        commands=("POST websocket/version",),
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    MistySettingDescription(
        key="log_level",
        keys=(rest("logLevel"),),
        path="logs/level",
        argument="localLogLevel",
        values={level.lower(): level for level in LOG_LEVELS},
        commands=("POST logs/level",),
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: MistyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the selects."""
    add_entities(
        hass,
        entry,
        async_add_entities,
        table(entry, FACES, MistyFace),
        table(entry, PIPELINES, MistyPipeline),
        table(entry, SENSITIVITIES, MistySensitivity),
        table(entry, SETTINGS, MistySetting),
    )


class MistySetting(MistyEntity[str], SelectEntity):
    """A setting with a few values."""

    entity_description: MistySettingDescription
    current_option = own_value

    @property
    @override
    def options(self) -> list[str]:
        return list(self.entity_description.values)

    @override
    async def async_select_option(self, option: str) -> None:
        """Send the setting."""
        description = self.entity_description
        await self.coordinator.async_post(description.path, **{description.argument: description.values[option]})
        self.coordinator.apply({description.keys[0]: option})


class MistyPipeline(MistyEntity, AssistPipelineSelect):
    """The select of the pipeline. It is a setting of Home Assistant, so it is always available."""

    entity_description: MistySelectDescription
    available = True

    def __init__(self, coordinator: MistyCoordinator, description: MistySelectDescription) -> None:
        MistyEntity.__init__(self, coordinator, description)
        AssistPipelineSelect.__init__(self, coordinator.hass, DOMAIN, str(coordinator.config_entry.unique_id))


class MistySensitivity(MistyEntity, VadSensitivitySelect):
    """The select of the VAD sensitivity. It is a setting of Home Assistant, so it is always available."""

    entity_description: MistySelectDescription
    available = True

    def __init__(self, coordinator: MistyCoordinator, description: MistySelectDescription) -> None:
        MistyEntity.__init__(self, coordinator, description)
        VadSensitivitySelect.__init__(self, coordinator.hass, str(coordinator.config_entry.unique_id))


class MistyFace(MistyAssumedEntity, SelectEntity):
    """The image on the screen; the options are the stored images."""

    entity_description: MistySelectDescription

    _face: str | None = None

    def __init__(self, coordinator: MistyCoordinator, description: MistySelectDescription) -> None:
        super().__init__(coordinator, description)
        # File names by their options.
        self._faces: dict[str, str] = {}

    @property
    @override
    def options(self) -> list[str]:
        """Return the titles of the stored images."""
        return list(self._faces)

    @property
    @override
    def current_option(self) -> str | None:
        """Return the title of the last image, if it is still stored."""
        return next((option for option, name in self._faces.items() if name == self._face), None)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any] | None:
        """Return the file name, which actions take."""
        return {ATTR_FILE_NAME: self._face} if self.current_option is not None else None

    @override
    async def async_added_to_hass(self) -> None:
        """List the images now, with each connection, and after changes by Home Assistant."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.subscribe_event(CONNECTED, self._images_changed))
        self.async_on_remove(self.coordinator.subscribe_event(IMAGES_CHANGED, self._images_changed))
        self.async_on_remove(self.coordinator.subscribe_event(FACE_SHOWN, self._face_shown))
        await self._async_list()

    @override
    @callback
    def _restore(self, last: State) -> None:
        # Earlier versions have the file name as the state.
        self._face = last.attributes.get(ATTR_FILE_NAME) or last.state

    @override
    def _command(self) -> Command | None:
        return Command("images/display", {"fileName": self._face}) if self._face else None

    @callback
    def _images_changed(self, _: None) -> None:
        self.coordinator.config_entry.async_create_background_task(self.hass, self._async_relist(), "misty faces")

    async def _async_relist(self) -> None:
        await self._async_list()
        self.async_write_ha_state()

    async def _async_list(self) -> None:
        try:
            assets = await self.coordinator.client.assets("images/list")
        except PushError:
            return
        names = sorted(asset.name for asset in assets)
        titles = Counter(map(asset_title, names))
        # Images with the same title have their file name as the option.
        self._faces = {(title if titles[title := asset_title(name)] == 1 else name): name for name in names}

    @callback
    def _face_shown(self, name: str) -> None:
        if name in self._faces.values():
            self._face = name
            self.async_write_ha_state()

    @override
    async def async_select_option(self, option: str) -> None:
        """Show the image."""
        await self.coordinator.async_post("images/display", fileName=self._faces[option])
