"""Switches of a Rotoclear control unit."""

from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .common.push.parts import add_entities
from .coordinator import RotoclearConfigEntry
from .entity import RotoclearEntity, RotoclearEntityDescription, table

PARALLEL_UPDATES = 1


@dataclass(frozen=True, kw_only=True)
class RotoclearSwitchDescription(RotoclearEntityDescription, SwitchEntityDescription):
    """A row of the table below. `on` and `off` are the values to write; every value but `off` means on."""

    on: Any = True
    off: Any = False


CONFIG = EntityCategory.CONFIG


def _setting(key: str, variable: str, *, enabled: bool = True) -> RotoclearSwitchDescription:
    return RotoclearSwitchDescription(
        key=key, variable=variable, entity_category=CONFIG, entity_registry_enabled_default=enabled
    )


SWITCHES = (
    RotoclearSwitchDescription(key="disk_rotation", variable="dictRotation{head}"),
    RotoclearSwitchDescription(key="recording", variable="record", on="start", off="stop"),
    RotoclearSwitchDescription(key="visual_backup", variable="backupActive"),
    _setting("auto_rotate", "autoRotate{head}"),
    _setting("auto_exposure", "exposure"),
    _setting("auto_white_balance", "whiteBalance"),
    _setting("noise_suppression", "noiseSuppression"),
    _setting("recording_time_stamp", "recordingWithTimeStamp", enabled=False),
    _setting("recording_date_stamp", "recordingWithDateStamp", enabled=False),
    _setting("backup_time_stamp", "backupWithTimeStamp", enabled=False),
    _setting("backup_date_stamp", "backupWithDateStamp", enabled=False),
    _setting("backup_complete_space", "backupUseCompleteSpace"),
    _setting("public_stream", "mjpgStreamIsOpen"),
    _setting("rtsp_server", "rtspOn", enabled=False),
    _setting("ntp", "ntpSync", enabled=False),
    _setting("http_server", "httpOn", enabled=False),
    _setting("https_server", "httpsOn", enabled=False),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: RotoclearConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the switches."""
    add_entities(hass, entry, async_add_entities, table(entry, SWITCHES, RotoclearSwitch))


class RotoclearSwitch(RotoclearEntity, SwitchEntity):
    """A state variable that can be on or off."""

    entity_description: RotoclearSwitchDescription

    @property
    @override
    def is_on(self) -> bool | None:
        value = self._value
        return None if value is None else bool(value != self.entity_description.off)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Write the value for on."""
        await self.async_set(self.entity_description.on)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Write the value for off."""
        await self.async_set(self.entity_description.off)
