"""Constants of the Iottly integration."""

from logging import Logger, getLogger
from typing import Final

from homeassistant.const import Platform

DOMAIN: Final = "iottly"
MANUFACTURER: Final = "Iottly"
LOGGER: Logger = getLogger(__package__)

PLATFORMS: Final = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.SENSOR,
    Platform.SWITCH,
    Platform.UPDATE,
]

CONF_PROJECT_ID: Final = "project_id"
CONF_BASE_URL: Final = "base_url"
# True once a webhook has arrived: from then on its silence means something.
CONF_WEBHOOK_SEEN: Final = "webhook_seen"

OPTION_WEBHOOK: Final = "webhook"
OPTION_WEBHOOK_AUTH: Final = "webhook_secret"
OPTION_POLL_INTERVAL: Final = "poll_interval"
OPTION_ANSWER_SECONDS: Final = "answer_seconds"
DEFAULT_POLL_INTERVAL: Final = 60
DEFAULT_ANSWER_SECONDS: Final = 15

# Begins the key of a leaf's entity; the leaf's path follows.
LEAF: Final = "payload_"
# Translation keys that have only an icon: of a leaf that means nothing, and of a number that measures nothing.
LEAF_ICON: Final = "leaf"
NUMBER_ICON: Final = "number"

HEADER_AUTH: Final = "X-Iottly-Secret"
HEADER_DEVICE: Final = "X-Iottly-Device"
QUERY_DEVICE: Final = "device"

SUBENTRY_BUTTON: Final = "command_button"
SUBENTRY_SWITCH: Final = "command_switch"
CONF_BOARD: Final = "board"
CONF_CMD_TYPE: Final = "cmd_type"
CONF_VALUES: Final = "values"
CONF_VALUES_ON: Final = "values_on"
CONF_VALUES_OFF: Final = "values_off"
CONF_STATE_KEY: Final = "state_key"
CONF_STATE_ON: Final = "state_on"
