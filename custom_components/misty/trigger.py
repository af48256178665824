"""Triggers for the event entities of a robot, which have to be enabled."""

from datetime import timedelta

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import Trigger

from .common.automation import EVENT_TYPE, Entities, make_event_trigger
from .const import DOMAIN, SIGHT


def _by(event: str, *event_types: str, pause: timedelta | None = None, **options: str) -> type[Trigger]:
    """Return a trigger for an event entity, see `make_event_trigger`."""
    entities = Entities(DOMAIN, Platform.EVENT, frozenset({event}))
    return make_event_trigger(entities, *event_types, pause=pause, **options)


TRIGGERS: dict[str, type[Trigger]] = {
    "touched": _by("touch", "touched", zone="sensor"),
    "bumped": _by("bump", "pressed", bumper="sensor"),
    "key_phrase_heard": _by("key_phrase"),
    "person_recognized": _by("face", "face_recognized", pause=SIGHT, person="label"),
    "stranger_seen": _by("face", "unknown_face", pause=SIGHT),
    "face_learned": _by("face_training", "complete", "error", result=EVENT_TYPE),
    "object_seen": _by("object", pause=SIGHT, object="description"),
    "tag_seen": _by("tag", pause=SIGHT, tag="tagId"),
    "charger_seen": _by("charger", pause=SIGHT),
    "voice_recorded": _by("voice_record", "recorded"),
    "recording_started": _by("sound_focus"),
    "speech_finished": _by("speech", result=EVENT_TYPE),
    "sound_finished": _by("audio"),
    "hazard_noticed": _by("hazard", "hazard"),
    "halted": _by("halt"),
    "skill_changed": _by("skill", action=EVENT_TYPE, skill="name"),
    "skill_data_received": _by("skill_data"),
    "skill_message_received": _by("user_skill_data"),
    "backpack_message_received": _by("serial"),
    "critical_status_reported": _by("critical_status"),
}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers of Misty."""
    return TRIGGERS
