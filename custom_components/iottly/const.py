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
    Platform.COVER,
    Platform.EVENT,
    Platform.LIGHT,
    Platform.NUMBER,
    Platform.SENSOR,
    Platform.SWITCH,
    Platform.UPDATE,
]

CONF_PROJECT_ID: Final = "project_id"
CONF_BASE_URL: Final = "base_url"
# True after the first call of the webhook: only then missing calls are a problem.
CONF_WEBHOOK_SEEN: Final = "webhook_seen"

OPTION_WEBHOOK: Final = "webhook"
OPTION_WEBHOOK_AUTH: Final = "webhook_secret"
OPTION_POLL_INTERVAL: Final = "poll_interval"
OPTION_ANSWER_SECONDS: Final = "answer_seconds"
DEFAULT_POLL_INTERVAL: Final = 60
DEFAULT_ANSWER_SECONDS: Final = 15

# The prefix of the key of a leaf's entity; the leaf's path follows.
LEAF: Final = "payload_"
# Translation keys that have only an icon: of a leaf without a meaning, and of a number without a quantity.
LEAF_ICON: Final = "leaf"
NUMBER_ICON: Final = "number"

HEADER_AUTH: Final = "X-Iottly-Secret"
HEADER_DEVICE: Final = "X-Iottly-Device"
QUERY_DEVICE: Final = "device"

SUBENTRY_BUTTON: Final = "command_button"
SUBENTRY_SWITCH: Final = "command_switch"
SUBENTRY_LIGHT: Final = "command_light"
SUBENTRY_COVER: Final = "command_cover"
SUBENTRY_NUMBER: Final = "command_number"
CONF_BOARD: Final = "board"
CONF_CMD_TYPE: Final = "cmd_type"
CONF_VALUES: Final = "values"
CONF_VALUES_ON: Final = "values_on"
CONF_VALUES_OFF: Final = "values_off"
CONF_VALUES_OPEN: Final = "values_open"
CONF_VALUES_CLOSE: Final = "values_close"
CONF_VALUES_STOP: Final = "values_stop"
# The command's option that takes a number: a brightness, a position, a value.
CONF_OPTION: Final = "option"
CONF_HIGHEST: Final = "highest"
CONF_LEVEL_KEY: Final = "level_key"
CONF_MIN: Final = "min"
CONF_MAX: Final = "max"
CONF_STEP: Final = "step"
CONF_UNIT: Final = "unit"
CONF_STATE_KEY: Final = "state_key"
CONF_STATE_ON: Final = "state_on"
