"""Constants of the pimatic integration."""

from logging import Logger, getLogger
from typing import Final

from homeassistant.const import Platform

DOMAIN: Final = "pimatic"
MANUFACTURER: Final = "pimatic"
LOGGER: Logger = getLogger(__package__)

PLATFORMS: Final = [
    Platform.ALARM_CONTROL_PANEL,
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CLIMATE,
    Platform.COVER,
    Platform.EVENT,
    Platform.LIGHT,
    Platform.LOCK,
    Platform.MEDIA_PLAYER,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
    Platform.TEXT,
    Platform.TIME,
]

DEFAULT_PORT: Final = 80

OPTION_VARIABLES: Final = "variables"
OPTION_RULES: Final = "rules"
