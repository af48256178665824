"""Event entities of a Misty robot."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
import json
from time import monotonic
from typing import Any, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.const import ATTR_ENTITY_ID, ATTR_NAME, EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import topics
from .api import Event, Topic
from .common.client.secrets import Redactor
from .common.push.parts import add_entities
from .const import ATTR_PERSON, EVENT_PERSON, SIGHT
from .coordinator import MistyConfigEntry
from .entity import MistyEntity, MistyEntityDescription, table

PARALLEL_UPDATES = 0

ATTRIBUTE_LIMIT = 4096
MAX_PERSON = 100
# Attributes that are not recorded: long, private, or different with each event.
BULKY = frozenset(
    {
        "data",
        "degreeOfArrivalNoise",
        "homogeneousMatrix",
        "message",
        "objects",
        "sectorStartAngles",
        "sectorsEnabled",
        "speechRecognitionResult",
        "statusList",
        "voiceActivitySectors",
    }
)
UNKNOWN_FACES = ("unknown_person", "unknown person")


@dataclass(frozen=True, kw_only=True)
class MistyEventDescription(MistyEntityDescription, EventEntityDescription):
    """A row of the table below; `event_type_fn` returns the event type for an event of the robot."""

    event_types: list[str]
    event_type_fn: Callable[[Event], str]
    # Returns the name of a recognized person for the logbook, or None.
    person_fn: Callable[[Event], str | None] | None = None


def _always(event_type: str) -> Callable[[Event], str]:
    return lambda _: event_type


def _contact(pressed: str, released: str) -> Callable[[Event], str]:
    return lambda event: pressed if event.values["isContacted"] else released


def _face(event: Event) -> str:
    label = event.values.get("label")
    if not label:
        return "face_detected"
    return "unknown_face" if label in UNKNOWN_FACES else "face_recognized"


def _person(event: Event) -> str | None:
    return str(event.values["label"]) if _face(event) == "face_recognized" else None


def _training(event: Event) -> str:
    if event.values.get("messageType") == "Error":
        return "error"
    return "complete" if event.values.get("isProcessComplete") else "progress"


def _speech(event: Event) -> str:
    if event.values.get("interrupted"):
        return "interrupted"
    return "error" if event.values.get("error") else "finished"


def _hazard(event: Event) -> str:
    return "hazard" if any(isinstance(value, tuple) and value for value in event.values.values()) else "clear"


def _row(
    key: str,
    topic: Topic,
    types: Iterable[str],
    event_type_fn: Callable[[Event], str],
    *,
    enabled: bool = False,
    **more: Any,
) -> MistyEventDescription:
    return MistyEventDescription(
        key=key,
        topics=(topic,),
        event_types=list(types),
        event_type_fn=event_type_fn,
        entity_registry_enabled_default=enabled,
        **more,
    )


SKILL_ACTIONS = ("initialized", "started", "stopped", "added", "deleted")
# Event types that robots list but the vendor does not document.
UNDOCUMENTED = {
    "dialog_action": "DialogAction",
    "obstacle_map": "ObstacleMap",
    "pose": "PoseEstimation",
    "bluetooth_message": "RfCommMessage",
    "bluetooth_state": "RfCommState",
    "robot_command": "RobotCommandMessage",
    "robot_interaction": "RobotInteractionState",
}

EVENTS = (
    _row("touch", topics.TOUCH, ("touched", "released"), _contact("touched", "released"), enabled=True),
    _row("bump", topics.BUMP, ("pressed", "released"), _contact("pressed", "released"), enabled=True),
    _row("key_phrase", topics.KEY_PHRASE, ("recognized",), _always("recognized"), enabled=True),
    _row(
        "face",
        topics.FACES,
        ("face_recognized", "unknown_face", "face_detected"),
        _face,
        enabled=True,
        person_fn=_person,
    ),
    _row("face_training", topics.FACE_TRAINING, ("progress", "complete", "error"), _training),
    _row("object", topics.OBJECTS, ("detected",), _always("detected")),
    _row("tag", topics.ARTAGS, ("detected",), _always("detected")),
    _row("charger", topics.CHARGER, ("located",), _always("located")),
    _row(
        "voice_record",
        topics.VOICE,
        ("recorded", "failed"),
        lambda event: "recorded" if event.values["success"] else "failed",
    ),
    _row("speech", topics.SPEECH_DONE, ("finished", "interrupted", "error"), _speech),
    _row("audio", topics.AUDIO_DONE, ("finished",), _always("finished")),
    _row("hazard", topics.HAZARDS, ("hazard", "clear"), _hazard),
    _row("halt", topics.HALT, ("halted",), _always("halted")),
    _row(
        "skill",
        topics.SKILL_STATE,
        SKILL_ACTIONS,
        # The vendor's page has this misspelling.
        lambda event: {"initiatlized": "initialized"}.get(str(event.values["action"]), str(event.values["action"])),
        enabled=True,
    ),
    _row("skill_data", topics.SKILL_DATA, ("data",), _always("data")),
    _row("user_skill_data", topics.USER_DATA, ("data",), _always("data")),
    _row("serial", topics.SERIAL, ("message",), _always("message")),
    _row("critical_status", topics.CRITICAL, ("status",), _always("status"), entity_category=EntityCategory.DIAGNOSTIC),
    _row("sound_focus", topics.SOUND_FOCUS, ("recording_started",), _always("recording_started")),
    *(_row(key, Topic(name), ("received",), _always("received")) for key, name in UNDOCUMENTED.items()),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: MistyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the events."""
    add_entities(hass, entry, async_add_entities, table(entry, EVENTS, MistyEvent))


class MistyEvent(MistyEntity, EventEntity):
    """An event of the robot."""

    entity_description: MistyEventDescription

    _unrecorded_attributes = BULKY

    # The person who was seen last, and the time of the monotonic clock.
    _seen: tuple[str, float] | None = None

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        topic = self.entity_description.topics[0]
        self.async_on_remove(self.coordinator.subscribe_event(topic.type, self._happened))

    @callback
    def _happened(self, event: Event) -> None:
        event_type = self.entity_description.event_type_fn(event)
        if event_type not in self.event_types:
            return
        self._trigger_event(event_type, _attributes(event, self.coordinator.client.redactor))
        self.async_write_ha_state()
        if self.entity_description.person_fn is not None:
            self._fire_person(self.entity_description.person_fn(event))

    @callback
    def _fire_person(self, person: str | None) -> None:
        """Fire the event for the logbook, unless the same person was seen just before."""
        before, self._seen = self._seen, (person, monotonic()) if person else None
        if person is None or (
            before is not None and before[0] == person and monotonic() - before[1] <= SIGHT.total_seconds()
        ):
            return
        name = self.coordinator.client.redactor.text(person)[:MAX_PERSON]
        state = self.hass.states.get(self.entity_id)
        data = {ATTR_ENTITY_ID: self.entity_id, ATTR_NAME: state.name if state else self.entity_id, ATTR_PERSON: name}
        self.hass.bus.async_fire(EVENT_PERSON, data)


def _attributes(event: Event, redactor: Redactor) -> dict[str, Any]:
    """Return the redacted values of an event, without those that are too long for an attribute."""
    values: dict[str, Any] = {"sensor": event.sensor} if event.sensor else {}
    for name, value in event.values.items():
        attribute = redactor.value(value)
        if attribute is not None and len(json.dumps(attribute)) <= ATTRIBUTE_LIMIT:
            values[name] = attribute
    return values
