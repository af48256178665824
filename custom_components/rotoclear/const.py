"""Constants of the Rotoclear integration."""

from logging import Logger, getLogger
from typing import Final

from homeassistant.const import Platform

DOMAIN: Final = "rotoclear"
MANUFACTURER: Final = "Rotoclear"
MODEL: Final = "Rotoclear C2"
LOGGER: Logger = getLogger(__package__)

PLATFORMS: Final = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.CAMERA,
    Platform.IMAGE,
    Platform.LIGHT,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
    Platform.TEXT,
    Platform.UPDATE,
]

DEFAULT_USERNAME: Final = "API-User"
DEFAULT_HTTPS_PORT: Final = 443

# Fired on the bus for each tag with a title or a note; logbook.py describes it.
EVENT_TAG: Final = "rotoclear_tag"
ATTR_TITLE: Final = "title"
ATTR_NOTE: Final = "note"
ATTR_CREATION_TIME: Final = "creation_time"
ATTR_UNIT: Final = "unit"

ISSUE_CERTIFICATE: Final = "certificate_changed"

CONF_FINGERPRINT: Final = "fingerprint"

OPTION_HEARTBEAT: Final = "heartbeat"
OPTION_RTSP_PATH: Final = "rtsp_path"
DEFAULT_HEARTBEAT: Final = 15
DEFAULT_RTSP_PATH: Final = "/"
