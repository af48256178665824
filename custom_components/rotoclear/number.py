"""Numbers of a Rotoclear control unit: views, picture settings, capacities and ports."""

from dataclasses import dataclass
from math import isnan
from typing import override

from homeassistant.components.number import NumberEntity, NumberEntityDescription, NumberMode
from homeassistant.const import EntityCategory, UnitOfRatio, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import ZOOM_MAX
from .common.push.entity import own_value
from .common.push.parts import add_entities
from .const import DOMAIN
from .coordinator import RotoclearConfigEntry
from .entity import RotoclearEntity, RotoclearEntityDescription, table

PARALLEL_UPDATES = 1

CONFIG = EntityCategory.CONFIG


@dataclass(frozen=True, kw_only=True)
class RotoclearNumberDescription(RotoclearEntityDescription, NumberEntityDescription):
    """A row of the tables below.

    `axis` is the coordinate of a point, x or y. `locked_by` is a variable that makes the unit ignore this one while it
    is on.
    """

    axis: str | None = None
    locked_by: str | None = None

    @property
    @override
    def unique(self) -> str:
        """Return the variable, and the coordinate if it has two."""
        return f"{self.variable}_{self.axis}" if self.axis else self.variable


# The unit takes differences of these, see RotoclearCoordinator.async_view_to.
VIEWS = (
    RotoclearNumberDescription(
        key="zoom", variable="zoom{head}", value_fn=lambda steps: round(100 * steps / ZOOM_MAX, 1),
        native_min_value=0, native_max_value=100, native_step=0.1,
        mode=NumberMode.SLIDER, native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
    ),
    RotoclearNumberDescription(
        key="pan_x", variable="pan{head}", axis="x", value_fn=lambda pan: pan.x,
        native_min_value=0, native_max_value=100, native_step=0.1,
        mode=NumberMode.SLIDER, native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
    ),
    RotoclearNumberDescription(
        key="pan_y", variable="pan{head}", axis="y", value_fn=lambda pan: pan.y,
        native_min_value=0, native_max_value=100, native_step=0.1,
        mode=NumberMode.SLIDER, native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
    ),
)  # fmt: skip


def _setting(
    key: str,
    variable: str,
    least: float,
    most: float,
    step: float = 1,
    *,
    unit: str | None = None,
    locked_by: str | None = None,
    mode: NumberMode = NumberMode.SLIDER,
    enabled: bool = True,
) -> RotoclearNumberDescription:
    return RotoclearNumberDescription(
        key=key,
        variable=variable,
        native_min_value=least,
        native_max_value=most,
        native_step=step,
        native_unit_of_measurement=unit,
        locked_by=locked_by,
        mode=mode,
        entity_category=CONFIG,
        entity_registry_enabled_default=enabled,
    )


# The variables of `locked_by`, and the exceptions that name them (docs/protocol/rotoclear.md#conditions).
AUTOMATICS = {
    "exposure": "exposure_is_automatic",
    "whiteBalance": "white_balance_is_automatic",
    "backupUseCompleteSpace": "backup_uses_complete_space",
}

PERCENT = UnitOfRatio.PERCENTAGE
BOX = NumberMode.BOX
SETTINGS = (
    _setting("brightness", "brightness", -7, 7, locked_by="exposure"),
    _setting("exposure_time", "expo", 0.01, 1000, 0.01, unit=UnitOfTime.MILLISECONDS, locked_by="exposure", mode=BOX),
    _setting("gain", "gain", 0, 42, locked_by="exposure", enabled=False),
    _setting("red_gain", "redGain", -128, 127, locked_by="whiteBalance", enabled=False),
    _setting("blue_gain", "blueGain", -128, 127, locked_by="whiteBalance", enabled=False),
    _setting("sharpness", "sharpness", 1, 15),
    _setting("saturation", "saturation", -7, 7, 0.1),
    _setting("contrast", "contrast", 1, 2.5, 0.01),
    _setting("recording_quality", "recordingPictureQuality", 1, 100, unit=PERCENT),
    _setting("backup_quality", "backupPictureQuality", 1, 100, unit=PERCENT),
    _setting(
        "backup_limit", "backupMaximumRecordingTimeCapacity", 0, 1_000_000, locked_by="backupUseCompleteSpace", mode=BOX
    ),
    _setting("rtsp_port", "rtspPort", 1, 65535, mode=BOX, enabled=False),
    _setting("http_port", "httpPort", 1, 65000, mode=BOX, enabled=False),
    _setting("https_port", "httpsPort", 1, 65000, mode=BOX, enabled=False),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: RotoclearConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the numbers."""
    add_entities(
        hass, entry, async_add_entities, table(entry, VIEWS, RotoclearView), table(entry, SETTINGS, RotoclearNumber)
    )


class RotoclearNumber(RotoclearEntity[float], NumberEntity):
    """A state variable that is a number."""

    entity_description: RotoclearNumberDescription
    native_value = own_value

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Set the variable. Raises ServiceValidationError while `locked_by` is on."""
        locked_by = self.entity_description.locked_by
        if locked_by and self.coordinator.data.get(locked_by):
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key=AUTOMATICS[locked_by])
        await self.async_set(value)


class RotoclearView(RotoclearNumber):
    """The zoom or a coordinate of the pan of a head."""

    @override
    async def async_set_native_value(self, value: float) -> None:
        """Move the head to an absolute position. Raises ServiceValidationError for NaN, which is in every range."""
        variable = self.entity_description.variable
        if isnan(value):
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="not_sendable",
                translation_placeholders={"variable": variable},
            )
        match self.entity_description.axis:
            case "x":
                target: tuple[float | None, ...] = (value, None)
            case "y":
                target = (None, value)
            case _:
                target = (round(value * ZOOM_MAX / 100),)
        await self.coordinator.async_view_to(variable, *target)
