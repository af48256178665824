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

OPTION_FEEDBACK: Final = "feedback"
OPTION_SILENCE: Final = "silence_timeout"
OPTION_LONGEST: Final = "max_speech_length"
DEFAULT_FEEDBACK: Final = True
# Seconds; the robot takes 0.5 to 10 and 0.5 to 20.
DEFAULT_SILENCE: Final = 5.0
DEFAULT_LONGEST: Final = 7.5

# What a language model may do; these are in a section of their own.
OPTION_LLM: Final = "llm"
OPTION_LLM_ENABLED: Final = "enabled"
OPTION_LLM_TOOLS: Final = "tools"
OPTION_LLM_SPEED: Final = "max_speed"
OPTION_LLM_SECONDS: Final = "max_duration"
DEFAULT_LLM_TOOLS: Final = ("speak", "show", "look")
DEFAULT_LLM_SPEED: Final = 20.0
DEFAULT_LLM_SECONDS: Final = 3.0

# The layer this integration writes its text on, apart from what skills show.
TEXT_LAYER: Final = "HomeAssistantText"

# Fired for Activity when a person is recognized.
EVENT_PERSON: Final = "misty_person_recognized"
ATTR_PERSON: Final = "person"

# What the robot sees it reports each second (docs/protocol/misty.md#debounce): after so long without it is seen anew.
SIGHT: Final = timedelta(seconds=10)
