"""Buttons of a Misty robot."""

from dataclasses import dataclass, field
from typing import Any, override

from homeassistant.components.button import ButtonDeviceClass, ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .common.push.parts import add_entities
from .coordinator import MistyConfigEntry
from .entity import MistyEntity, MistyEntityDescription, table

# Unlimited, because Stop and Halt must not wait for another command.
PARALLEL_UPDATES = 0

CONFIG = EntityCategory.CONFIG


@dataclass(frozen=True, kw_only=True)
class MistyButtonDescription(MistyEntityDescription, ButtonEntityDescription):
    """A row of the table below: the command to send. With `refreshes`, the queries are sent again afterwards."""

    path: str
    arguments: dict[str, Any] = field(default_factory=dict)
    refreshes: bool = False


def _button(key: str, path: str, *, enabled: bool = True, **more: Any) -> MistyButtonDescription:
    return MistyButtonDescription(
        key=key, path=path, commands=(f"POST {path}",), entity_registry_enabled_default=enabled, **more
    )


BUTTONS = (
    _button("stop_driving", "drive/stop"),
    _button("halt", "halt"),
    # Disabled, because the media player has the same command.
    _button("stop_audio", "audio/stop", enabled=False),
    _button("stop_speaking", "tts/stop", enabled=False),
    _button("center_head", "head", arguments={"pitch": 0, "roll": 0, "yaw": 0, "velocity": 50}, enabled=False),
    _button("reset_display", "display/settings", arguments={"revertToDefault": True}, enabled=False),
    MistyButtonDescription(key="clear_error_text", path="text/error/clear", entity_registry_enabled_default=False),
    # Both processors: after a restart of only one the microphones did not work.
    _button(
        "restart",
        "reboot",
        arguments={"core": True, "sensoryServices": True},
        device_class=ButtonDeviceClass.RESTART,
        entity_category=CONFIG,
    ),
    _button("cancel_skills", "skills/cancel", enabled=False),
    _button("reload_skills", "skills/reload", enabled=False, entity_category=CONFIG, refreshes=True),
    _button(
        "reset_hazards",
        "hazard/updatebasesettings",
        arguments={"revertToDefault": True},
        enabled=False,
        entity_category=CONFIG,
        refreshes=True,
    ),
    _button("cancel_face_training", "faces/training/cancel", enabled=False),
    _button("start_mapping", "slam/map/start", enabled=False),
    _button("stop_mapping", "slam/map/stop", enabled=False),
    _button("reset_map", "slam/reset", enabled=False, entity_category=CONFIG),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: MistyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the buttons."""
    add_entities(hass, entry, async_add_entities, table(entry, BUTTONS, MistyButton))


class MistyButton(MistyEntity, ButtonEntity):
    """A command without choices."""

    entity_description: MistyButtonDescription

    @override
    async def async_press(self) -> None:
        """Send the command."""
        await self.coordinator.async_post(self.entity_description.path, **self.entity_description.arguments)
        if self.entity_description.refreshes:
            await self.coordinator.async_refresh_slow()
