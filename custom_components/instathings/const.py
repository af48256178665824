"""Constants of the Instathings integration."""

from logging import Logger, getLogger
from typing import Final

from homeassistant.const import Platform

DOMAIN: Final = "instathings"
MANUFACTURER: Final = "Instathings"
LOGGER: Logger = getLogger(__package__)

READ_ONLY_PLATFORMS: Final = [Platform.BINARY_SENSOR, Platform.EVENT, Platform.SENSOR]
CLOUD_PLATFORMS: Final = [
    *READ_ONLY_PLATFORMS,
    Platform.BUTTON,
    Platform.CLIMATE,
    Platform.COVER,
    Platform.FAN,
    Platform.LIGHT,
    Platform.LOCK,
    Platform.NUMBER,
    Platform.SELECT,
    Platform.SWITCH,
]

# What an entry connects to; the steps of the flow's menu have the same names.
CONF_CONNECTION: Final = "connection"
CLOUD: Final = "cloud"
ON_PREMISE: Final = "on_premise"

CONF_PROJECT: Final = "project"
CONF_BASE_URL: Final = "base_url"
CONF_WEBSOCKET_URL: Final = "websocket_url"
SECTION_ADVANCED: Final = "advanced"
DEFAULT_WEBSOCKET_URL: Final = "wss://wss.instathings.io"

# A gateway of a project that is reached on one's own network, too: a subentry of the project's entry.
SUBENTRY_GATEWAY: Final = "gateway"
CONF_GATEWAY_ID: Final = "gateway_id"

OPTION_HTTP_SECONDS: Final = "http_seconds"
OPTION_SILENCE_MINUTES: Final = "silence_minutes"
OPTION_DEVICES: Final = "devices"
DEFAULT_HTTP_SECONDS: Final = 60
# Battery devices without news report once in some hours; a database that is down is noticed in another way.
DEFAULT_SILENCE_MINUTES: Final = 24 * 60

# Paths of the coordinators' data that no device can send: they are not printable.
ONLINE: Final = "\x00online"
REPORTED_LOCALLY: Final = "\x00reported_locally"
DESCRIPTION: Final = "\x00description"
DATABASE: Final = "\x00database"
LOCAL_CONNECTION: Final = "\x00local"

ISSUE_DATABASE_DOWN: Final = "database_down"
ISSUE_SECOND_DEVICES: Final = "second_devices"

# The device that stands for an on-premise gateway itself, which has no id.
GATEWAY: Final = "gateway"
