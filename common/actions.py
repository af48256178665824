"""Helpers for actions: the target of a call, and a field for a time."""

from datetime import datetime
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import CONF_DEVICE_ID
from homeassistant.core import ServiceCall, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv, device_registry as dr
from homeassistant.util import dt as dt_util
import voluptuous as vol


def moment(value: Any) -> datetime:
    """Return the time in a field, in UTC; a time without a zone is in the time zone of Home Assistant.

    Raises vol.Invalid for an invalid value, and for a time that is out of the range of datetime in UTC.
    """
    try:
        return dt_util.as_utc(cv.datetime(value))
    except OverflowError:
        raise vol.Invalid("not a date and time that there is everywhere") from None


@callback
def target_of(
    call: ServiceCall, device_id: str | None = None
) -> tuple[ConfigEntry[Any], dr.DeviceEntry | dr.ChildDeviceEntry]:
    """Return the config entry and the device of the call's `device_id`, or of another one.

    Raises ServiceValidationError if the device is not of this integration (`unknown_device`) or its entry is not loaded
    (`not_loaded`).
    """
    device = dr.async_get(call.hass).async_get(call.data[CONF_DEVICE_ID] if device_id is None else device_id)
    entry = call.hass.config_entries.async_get_entry(device.config_entry_id) if device else None
    if device is None or entry is None or entry.domain != call.domain:
        raise ServiceValidationError(translation_domain=call.domain, translation_key="unknown_device")
    if entry.state is not ConfigEntryState.LOADED:
        raise ServiceValidationError(translation_domain=call.domain, translation_key="not_loaded")
    return entry, device
