"""Switches of a Misty robot: detectors, blinking, services, updates, skills."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Command, Skill
from .common.push.entity import own_value
from .common.push.parts import add_entities
from .coordinator import MistyConfigEntry, MistyCoordinator, Part, PartKind
from .entity import MistyAssumedEntity, MistyEntity, MistyEntityDescription, noted, skill_key, table
from .topics import KEY_PHRASE, LISTENING_CHANGED, RUNNING_SKILLS, SKILL_STATE, UPDATES_ALLOWED, service

PARALLEL_UPDATES = 1

CONFIG = EntityCategory.CONFIG


@dataclass(frozen=True, kw_only=True)
class MistySwitchDescription(MistyEntityDescription, SwitchEntityDescription):
    """A row of a table below."""


@dataclass(frozen=True, kw_only=True)
class MistyCommandDescription(MistySwitchDescription):
    """A row of a table below: the commands for on and off.

    `after_boot` is the state after a restart of the robot, or None if a restart does not change it.
    """

    on: Command
    off: Command
    after_boot: bool | None = None


def _pair(path: str) -> dict[str, Any]:
    """Return the columns of a row for a detector."""
    return {
        "on": Command(f"{path}/start", {}),
        "off": Command(f"{path}/stop", {}),
        "commands": (f"POST {path}/start", f"POST {path}/stop"),
        "entity_registry_enabled_default": False,
        "after_boot": False,
    }


def _service(name: str) -> MistyCommandDescription:
    return MistyCommandDescription(
        key=f"{name}_service",
        keys=(service(name),),
        on=Command(f"services/{name}/enable", {}),
        off=Command(f"services/{name}/disable", {}),
        commands=(f"POST services/{name}/enable",),
        entity_category=CONFIG,
        entity_registry_enabled_default=False,
    )


SWITCHES = (
    MistyCommandDescription(
        key="automatic_updates",
        keys=(UPDATES_ALLOWED,),
        on=Command("system/update/allow", {}),
        off=Command("system/update/prevent", {}),
        commands=("POST system/update/allow",),
        entity_category=CONFIG,
    ),
    _service("avstreaming"),
    _service("camera"),
    _service("audio"),
    _service("slam"),
)
ASSUMED = (
    MistyCommandDescription(
        key="blinking",
        on=Command("blink", {"blink": True}),
        off=Command("blink", {"blink": False}),
        commands=("POST blink",),
        after_boot=True,
        entity_category=CONFIG,
    ),
    MistyCommandDescription(key="face_detection", **_pair("faces/detection")),
    MistyCommandDescription(key="face_recognition", **_pair("faces/recognition")),
    MistyCommandDescription(
        key="object_detection",
        **_pair("objects/detection")
        | {"on": Command("objects/detection/start", {"minimumConfidence": 0.6, "modelId": 0, "maxTrackerHistory": 2})},
    ),
    MistyCommandDescription(
        key="tag_detection",
        **_pair("artags/detection") | {"on": Command("artags/detection/start", {"dictionary": 12, "tagSizeMm": 140})},
    ),
    MistyCommandDescription(key="pose_estimation", **_pair("humanposes/estimation")),
    MistyCommandDescription(key="charger_detection", **_pair("slam/docking")),
    MistyCommandDescription(
        key="notification_led",
        on=Command("notification/settings", {"ledEnabled": True}),
        off=Command("notification/settings", {"ledEnabled": False}),
        commands=("POST notification/settings",),
        entity_category=CONFIG,
        entity_registry_enabled_default=False,
    ),
    MistyCommandDescription(
        key="hotspot",
        on=Command("networks/hotspot/start", {}),
        off=Command("networks/hotspot/stop", {}),
        commands=("POST networks/hotspot/start",),
        entity_category=CONFIG,
        entity_registry_enabled_default=False,
    ),
)
MUTES = (MistySwitchDescription(key="mute", commands=("POST audio/keyphrase/stop",), entity_category=CONFIG),)
KEY_PHRASES = (
    MistySwitchDescription(key="key_phrase", topics=(KEY_PHRASE,), commands=("POST audio/keyphrase/start",)),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: MistyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the switches."""

    def skill(part: Part) -> Iterator[MistyEntity]:
        if part.kind is PartKind.SKILL and (found := entry.runtime_data.skills.found.get(part.skill)) is not None:
            yield noted(MistySkill(entry.runtime_data, found))

    add_entities(
        hass,
        entry,
        async_add_entities,
        table(entry, SWITCHES, MistySwitch),
        table(entry, ASSUMED, MistyAssumedSwitch),
        # Before the key phrase, because recognition must not start while the microphones are muted.
        table(entry, MUTES, MistyMute),
        table(entry, KEY_PHRASES, MistyKeyPhrase),
        skill,
    )


class MistySwitch(MistyEntity[bool], SwitchEntity):
    """A switch whose state is queried after each command."""

    entity_description: MistyCommandDescription
    is_on = own_value

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._async_send(self.entity_description.on)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._async_send(self.entity_description.off)

    async def _async_send(self, command: Command) -> None:
        await self.coordinator.async_post(command.path, **command.arguments)
        await self.coordinator.async_refresh_slow()


class MistyAssumedSwitch(MistyAssumedEntity, SwitchEntity):
    """A switch whose state cannot be queried."""

    entity_description: MistyCommandDescription

    @override
    def _command(self) -> Command | None:
        row = self.entity_description
        if row.after_boot is None or self.is_on in (None, row.after_boot):
            return None
        return row.on if self.is_on else row.off

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._async_send(self.entity_description.on, True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._async_send(self.entity_description.off, False)

    async def _async_send(self, command: Command, is_on: bool) -> None:
        await self.coordinator.async_post(command.path, **command.arguments)
        self._sent(is_on)


class MistyKeyPhrase(MistyAssumedEntity, SwitchEntity):
    """The switch for key phrase recognition."""

    entity_description: MistySwitchDescription

    @override
    async def async_added_to_hass(self) -> None:
        """Restore the state of the recognition."""
        await super().async_added_to_hass()
        if self.is_on is not None:
            self.coordinator.key_phrase.restore(self.is_on)
        self.async_on_remove(self.coordinator.subscribe_event(LISTENING_CHANGED, self._sent))

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch recognition on."""
        await self.coordinator.key_phrase.async_arm()

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch recognition off."""
        await self.coordinator.key_phrase.async_disarm()


class MistyMute(MistyAssumedEntity, SwitchEntity):
    """The switch that mutes the microphones."""

    entity_description: MistySwitchDescription

    _is_on = False

    @override
    async def async_added_to_hass(self) -> None:
        """Restore the state."""
        await super().async_added_to_hass()
        if self.is_on:
            self.coordinator.key_phrase.is_muted = True

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Mute the microphones."""
        await self.coordinator.key_phrase.async_mute()
        self._sent(True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Unmute the microphones."""
        await self.coordinator.key_phrase.async_unmute()
        self._sent(False)


class MistySkill(MistyEntity[bool], SwitchEntity):
    """The switch of a skill, which is on while the skill runs."""

    entity_description: MistySwitchDescription
    is_on = own_value

    def __init__(self, coordinator: MistyCoordinator, skill: Skill) -> None:
        super().__init__(
            coordinator,
            MistySwitchDescription(
                key=skill_key(skill.unique_id),
                keys=(RUNNING_SKILLS,),
                topics=(SKILL_STATE,),
                value_fn=lambda running: skill.unique_id in running,
                entity_registry_enabled_default=False,
            ),
        )
        self._skill = skill.unique_id
        self._attr_translation_key = "skill"
        self._attr_translation_placeholders = {"skill": skill.name}
        self.definition = skill.name

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Start the skill."""
        await self.coordinator.async_post("skills/start", skill=self._skill)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Cancel the skill."""
        await self.coordinator.async_post("skills/cancel", skill=self._skill)
