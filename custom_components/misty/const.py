"""Constants of the Misty integration."""

from datetime import timedelta
from logging import Logger, getLogger
from typing import Final

from homeassistant.const import Platform

DOMAIN: Final = "misty"
MANUFACTURER: Final = "Misty Robotics"
LOGGER: Logger = getLogger(__package__)

PLATFORMS: Final = [
    Platform.ASSIST_SATELLITE,
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CAMERA,
    Platform.EVENT,
    Platform.IMAGE,
    Platform.LIGHT,
    Platform.MEDIA_PLAYER,
    Platform.NOTIFY,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
    Platform.TEXT,
    Platform.UPDATE,
]

ISSUE_SUBSCRIPTIONS: Final = "subscriptions_refused"

OPTION_FEEDBACK: Final = "feedback"
OPTION_SILENCE: Final = "silence_timeout"
OPTION_LONGEST: Final = "max_speech_length"
DEFAULT_FEEDBACK: Final = True
# Seconds; the robot takes 0.5 to 10 and 0.5 to 20.
DEFAULT_SILENCE: Final = 5.0
DEFAULT_LONGEST: Final = 7.5

# In a section of the options: what a language model may do.
OPTION_LLM: Final = "llm"
OPTION_LLM_ENABLED: Final = "enabled"
OPTION_LLM_TOOLS: Final = "tools"
OPTION_LLM_SPEED: Final = "max_speed"
OPTION_LLM_SECONDS: Final = "max_duration"
DEFAULT_LLM_TOOLS: Final = ("speak", "show", "look")
DEFAULT_LLM_SPEED: Final = 20.0
DEFAULT_LLM_SECONDS: Final = 3.0

# The display layer for the texts of this integration; skills have others.
TEXT_LAYER: Final = "HomeAssistantText"

# Fired on the bus when a person is recognized; logbook.py describes it.
EVENT_PERSON: Final = "misty_person_recognized"
ATTR_PERSON: Final = "person"

# The robot reports what it sees each second (docs/protocol/misty.md#debounce). After this pause it counts as new.
SIGHT: Final = timedelta(seconds=10)
