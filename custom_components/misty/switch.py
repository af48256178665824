"""Switches of a Misty robot: detectors, blinking, services, updates, skills."""

from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import STATE_ON, EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.restore_state import RestoreEntity

from .api import Key, Value
from .common.push.value_entity import ValueSwitch
from .coordinator import MistyConfigEntry, MistyCoordinator
from .entity import MistyEntity, MistyEntityDescription, add_entities
from .topics import KEY_PHRASE, RUNNING_SKILLS, SKILL_STATE, UPDATES_ALLOWED, service

PARALLEL_UPDATES = 1

CONFIG = EntityCategory.CONFIG


@dataclass(frozen=True, kw_only=True)
class MistySwitchDescription(MistyEntityDescription, SwitchEntityDescription):
    """A row of the table below: the command and arguments for on and for off.

    Without a key the robot cannot be asked, and the state is what was sent last. `repeated`: the robot forgets it
    when it restarts, so it is sent again after a reconnect.
    """

    on: tuple[str, dict[str, Any]]
    off: tuple[str, dict[str, Any]]
    repeated: bool = False


@dataclass(frozen=True, kw_only=True)
class MistySkillDescription(MistyEntityDescription, SwitchEntityDescription):
    """What the switch of one skill reads."""


def _pair(path: str) -> dict[str, Any]:
    """Return the commands of a detector."""
    return {
        "on": (f"{path}/start", {}),
        "off": (f"{path}/stop", {}),
        "commands": (f"POST {path}/start", f"POST {path}/stop"),
        "entity_registry_enabled_default": False,
        "repeated": True,
    }


def _service(name: str, key: Key) -> MistySwitchDescription:
    return MistySwitchDescription(
        key=f"{name}_service",
        keys=(key,),
        on=(f"services/{name}/enable", {}),
        off=(f"services/{name}/disable", {}),
        commands=(f"POST services/{name}/enable",),
        entity_category=CONFIG,
        entity_registry_enabled_default=False,
    )


SWITCHES = (
    MistySwitchDescription(
        key="blinking",
        on=("blink", {"blink": True}),
        off=("blink", {"blink": False}),
        commands=("POST blink",),
        entity_category=CONFIG,
    ),
    MistySwitchDescription(key="face_detection", **_pair("faces/detection")),
    MistySwitchDescription(key="face_recognition", **_pair("faces/recognition")),
    MistySwitchDescription(
        key="object_detection",
        **_pair("objects/detection")
        | {"on": ("objects/detection/start", {"minimumConfidence": 0.6, "modelId": 0, "maxTrackerHistory": 2})},
    ),
    MistySwitchDescription(
        key="tag_detection",
        **_pair("artags/detection") | {"on": ("artags/detection/start", {"dictionary": 12, "tagSizeMm": 140})},
    ),
    MistySwitchDescription(key="pose_estimation", **_pair("humanposes/estimation")),
    MistySwitchDescription(key="charger_detection", **_pair("slam/docking")),
    MistySwitchDescription(
        key="key_phrase",
        on=("audio/keyphrase/start", {}),
        off=("audio/keyphrase/stop", {}),
        topics=(KEY_PHRASE,),
        commands=("POST audio/keyphrase/start",),
    ),
    MistySwitchDescription(
        key="notification_led",
        on=("notification/settings", {"ledEnabled": True}),
        off=("notification/settings", {"ledEnabled": False}),
        commands=("POST notification/settings",),
        entity_category=CONFIG,
        entity_registry_enabled_default=False,
    ),
    MistySwitchDescription(
        key="automatic_updates",
        keys=(UPDATES_ALLOWED,),
        on=("system/update/allow", {}),
        off=("system/update/prevent", {}),
        commands=("POST system/update/allow",),
        entity_category=CONFIG,
    ),
    MistySwitchDescription(
        key="hotspot",
        on=("networks/hotspot/start", {}),
        off=("networks/hotspot/stop", {}),
        commands=("POST networks/hotspot/start",),
        entity_category=CONFIG,
        entity_registry_enabled_default=False,
    ),
    _service("avstreaming", service("avstreaming")),
    _service("camera", service("camera")),
    _service("audio", service("audio")),
    _service("slam", service("slam")),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: MistyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the switches, and one for each skill."""

    def make(coordinator: MistyCoordinator, description: MistySwitchDescription) -> MistyEntity:
        if description.key == "key_phrase":
            return MistyKeyPhrase(coordinator, description)
        return (MistySwitch if description.keys else MistyAssumedSwitch)(coordinator, description)

    def of_skill(coordinator: MistyCoordinator, unique_id: str) -> list[MistyEntity]:
        return [MistySkill(coordinator, unique_id)] if unique_id in coordinator.skills else []

    add_entities(hass, entry, async_add_entities, SWITCHES, make, of_skill)


class MistySwitch(ValueSwitch[MistyCoordinator], MistyEntity):
    """A switch that the robot can be asked about; its state is asked for after each change."""

    entity_description: MistySwitchDescription

    @staticmethod
    @override
    def shows(value: Value) -> bool:
        return value is True

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch on."""
        await self._async_send(*self.entity_description.on)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch off."""
        await self._async_send(*self.entity_description.off)

    async def _async_send(self, path: str, arguments: dict[str, Any]) -> None:
        await self.coordinator.async_post(path, **arguments)
        await self.coordinator.async_refresh_slow()


class MistyAssumedSwitch(MistyEntity, SwitchEntity, RestoreEntity):
    """A switch whose state is what was sent last."""

    entity_description: MistySwitchDescription
    _attr_assumed_state = True

    @override
    async def async_added_to_hass(self) -> None:
        """Take up what was sent before, and send it again to a robot that has forgotten it."""
        await super().async_added_to_hass()
        if last := await self.async_get_last_state():
            self._attr_is_on = last.state == STATE_ON
        if self.entity_description.repeated:
            self.async_on_remove(self.coordinator.subscribe_event("connected", self._connected))

    @callback
    def _connected(self, _: None) -> None:
        if self._attr_is_on:
            path, arguments = self.entity_description.on
            self.coordinator.async_send_quietly(path, arguments)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch on."""
        path, arguments = self.entity_description.on
        await self.coordinator.async_post(path, **arguments)
        self._set(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch off."""
        path, arguments = self.entity_description.off
        await self.coordinator.async_post(path, **arguments)
        self._set(False)

    @callback
    def _set(self, on: bool) -> None:
        self._attr_is_on = on
        self.async_write_ha_state()


class MistyKeyPhrase(MistyAssumedSwitch):
    """Listening for the key phrase. One hit ends it on the robot, so it is armed again after each."""

    @override
    async def async_added_to_hass(self) -> None:
        """Hand what was set before to who listens."""
        await super().async_added_to_hass()
        if self._attr_is_on:
            await self.coordinator.ears.async_restore()

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Listen from now on."""
        await self.coordinator.ears.async_arm()
        self._set(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Stop listening."""
        await self.coordinator.ears.async_disarm()
        self._set(False)


class MistySkill(ValueSwitch[MistyCoordinator], MistyEntity):
    """A skill on the robot: on while it runs."""

    entity_description: MistySkillDescription

    def __init__(self, coordinator: MistyCoordinator, skill: str) -> None:
        """Take the skill's id."""
        description = MistySkillDescription(key=f"skill_{skill}", keys=(RUNNING_SKILLS,), topics=(SKILL_STATE,))
        super().__init__(coordinator, description)
        self._skill = skill
        self._attr_translation_key = "skill"
        self._attr_translation_placeholders = {"skill": coordinator.skills[skill].name}
        self._attr_entity_registry_enabled_default = False
        self.definition = coordinator.skills[skill].name

    @override
    def shown(self) -> bool:
        running = self._value
        return isinstance(running, tuple) and self._skill in running

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Start the skill."""
        await self.coordinator.async_post("skills/start", skill=self._skill)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Cancel the skill."""
        await self.coordinator.async_post("skills/cancel", skill=self._skill)
