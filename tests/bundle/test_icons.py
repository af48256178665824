"""icons.json is valid and has no unused icon. tests/texts.py checks that none is missing."""

from typing import Any

from homeassistant.const import Platform
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from tests.bundle.vendor import Vendor, expect_none


def icon(value: Any) -> str:
    """Check an icon. The frontend contains Material Design Icons only."""
    if not isinstance(value, str) or not value.startswith("mdi:"):
        raise vol.Invalid(f"{value!r} must begin with mdi:")
    return value


STATES = {str: icon}
ENTITY = {
    vol.Optional("default"): icon,
    vol.Optional("state"): STATES,
    vol.Optional("range"): {str: icon},
    vol.Optional("state_attributes"): {str: {vol.Optional("default"): icon, vol.Optional("state"): STATES}},
}
SERVICE = {vol.Required("service"): icon, vol.Optional("sections"): {cv.slug: icon}}
SCHEMA = vol.Schema(
    {
        vol.Optional("entity"): {vol.In([str(platform) for platform in Platform]): {cv.slug: ENTITY}},
        vol.Optional("services"): {cv.slug: SERVICE},
        vol.Optional("triggers"): {cv.slug: {vol.Required("trigger"): icon}},
        vol.Optional("conditions"): {cv.slug: {vol.Required("condition"): icon}},
    }
)


def test_the_file_is_valid(vendor: Vendor) -> None:
    SCHEMA(vendor.json("icons.json"))


def test_every_icon_belongs_to_an_entity(vendor: Vendor) -> None:
    translated = vendor.json("translations/en.json").get("entity", {})
    unused = [
        f"{platform}.{key}"
        for platform, icons in vendor.json("icons.json").get("entity", {}).items()
        for key in icons
        if key not in translated.get(platform, {}) and not vendor.mentions(key)
    ]
    expect_none(unused)


def test_every_state_with_an_icon_exists(vendor: Vendor) -> None:
    """The states of an entity are those that have a text. The states on and off need none."""
    translated = vendor.json("translations/en.json").get("entity", {})
    unknown = [
        f"{platform}.{key}.{state}"
        for platform, icons in vendor.json("icons.json").get("entity", {}).items()
        for key, entity in icons.items()
        if (states := translated.get(platform, {}).get(key, {}).get("state"))
        for state in entity.get("state", {})
        if state not in states and state not in ("on", "off", "unavailable", "unknown")
    ]
    expect_none(unknown)
