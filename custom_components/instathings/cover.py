"""Covers of a cloud project: 0 is closed, 100 is open."""

from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.cover import (
    ATTR_POSITION,
    ATTR_TILT_POSITION,
    CoverDeviceClass,
    CoverEntity,
    CoverEntityDescription,
    CoverEntityFeature,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Control, ControlKind
from .api.http_commands import cover, cover_position, cover_tilt, is_first_generation
from .cloud import CloudConfigEntry, CloudCoordinator
from .common.push.parts import add_entities
from .coordinator import Part
from .entity import ControlEntity, InstathingsEntityDescription, controls

# The client bounds what is sent at once; a blind without power must not hold up the others.
PARALLEL_UPDATES = 0

MOVE = CoverEntityFeature.OPEN | CoverEntityFeature.CLOSE | CoverEntityFeature.STOP
FEATURES = {"position": CoverEntityFeature.SET_POSITION, "tilt": CoverEntityFeature.SET_TILT_POSITION}
CLOSED = {"OPEN": False, "CLOSE": True, "CLOSED": True}
# Values of the keys `moving` and `motor_state`.
OPENING = frozenset({"opening", "open", "forward", "up", "rising"})
CLOSING = frozenset({"closing", "close", "backward", "back", "reverse", "down", "declining"})


@dataclass(frozen=True, kw_only=True)
class InstathingsCoverDescription(InstathingsEntityDescription, CoverEntityDescription):
    """The rows below."""


HTTP_COVER = InstathingsCoverDescription(key="http_cover", device_class=CoverDeviceClass.SHUTTER)
COVER = InstathingsCoverDescription(key="cover")


async def async_setup_entry(
    hass: HomeAssistant, entry: CloudConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the covers."""
    add_entities(
        hass,
        entry,
        async_add_entities,
        controls(entry, ControlKind.COVER, InstathingsCover, COVER),
        controls(entry, ControlKind.HTTP_COVER, HttpCover, HTTP_COVER),
    )


class InstathingsCover(ControlEntity, CoverEntity):
    """A blind or a shutter.

    It may take a minute to arrive, so a command is confirmed as soon as the device reports any
    position or state after it, or is where it shall be.
    """

    entity_description: InstathingsCoverDescription

    def __init__(
        self, coordinator: CloudCoordinator, part: Part, control: Control, description: InstathingsCoverDescription
    ) -> None:
        super().__init__(coordinator, part, control, description)
        self._attr_supported_features = MOVE
        for key, feature in FEATURES.items():
            if self.has(key):
                self._attr_supported_features |= feature

    @property
    @override
    def current_cover_position(self) -> int | None:
        """Return the position in percent."""
        position = self.number("position", 0, 100)
        return None if position is None else round(position)

    @property
    @override
    def current_cover_tilt_position(self) -> int | None:
        """Return the tilt of the slats in percent."""
        tilt = self.number("tilt", 0, 100)
        return None if tilt is None else round(tilt)

    @property
    @override
    def is_closed(self) -> bool | None:
        """Return True if it is closed: by its position, or by its state if it reports no position."""
        if (position := self.number("position", 0, 100)) is not None:
            return position <= 0
        return CLOSED.get(str(self.value("state")).upper())

    @property
    @override
    def is_opening(self) -> bool | None:
        return self._is_moving(OPENING)

    @property
    @override
    def is_closing(self) -> bool | None:
        return self._is_moving(CLOSING)

    def _is_moving(self, words: frozenset[str]) -> bool:
        return any(str(self.value(key)).lower() in words for key in ("moving", "motor_state"))

    @override
    async def async_open_cover(self, **kwargs: Any) -> None:
        await self._async_move("OPEN", 100)

    @override
    async def async_close_cover(self, **kwargs: Any) -> None:
        await self._async_move("CLOSE", 0)

    async def _async_move(self, state: str, position: int) -> None:
        await self.async_set({"state": state}, {"position": position} if self.has("position") else {"state": state})

    @override
    async def async_stop_cover(self, **kwargs: Any) -> None:
        """Stop it. Nothing confirms this, because the resulting position is unknown."""
        await self.async_set({"state": "STOP"}, {})

    @override
    async def async_set_cover_position(self, **kwargs: Any) -> None:
        await self.async_set_values({"position": kwargs[ATTR_POSITION]})

    @override
    async def async_set_cover_tilt_position(self, **kwargs: Any) -> None:
        await self.async_set_values({"tilt": kwargs[ATTR_TILT_POSITION]})


class HttpCover(ControlEntity, CoverEntity):
    """A roller of an HTTP device: one that is not calibrated has no position."""

    entity_description: InstathingsCoverDescription

    def __init__(
        self, coordinator: CloudCoordinator, part: Part, control: Control, description: InstathingsCoverDescription
    ) -> None:
        super().__init__(coordinator, part, control, description)
        self._attr_supported_features = MOVE | CoverEntityFeature.SET_POSITION
        if self.has("slat_pos"):
            self._attr_supported_features |= CoverEntityFeature.SET_TILT_POSITION

    @property
    @override
    def current_cover_position(self) -> int | None:
        """Return the position in percent."""
        if False in (self.value("positioning"), self.value("pos_control")):
            return None
        position = self.number("current_pos", 0, 100)
        return None if position is None else round(position)

    @property
    @override
    def current_cover_tilt_position(self) -> int | None:
        """Return the tilt of the slats in percent."""
        tilt = self.number("slat_pos", 0, 100)
        return None if tilt is None else round(tilt)

    @property
    @override
    def is_closed(self) -> bool | None:
        """Return True if it is closed: by its position, its state, or its last direction."""
        if (position := self.current_cover_position) is not None:
            return position <= 0
        match self.value("state"):
            case "closed":
                return True
            case "open":
                return False
            case "stop":
                direction = self.value("last_direction")
                return None if direction is None else direction == "close"
        return None

    @property
    @override
    def is_opening(self) -> bool | None:
        """Return True while it is opening; `open` means that in the first generation only."""
        return self.value("state") == ("open" if self._is_first else "opening")

    @property
    @override
    def is_closing(self) -> bool | None:
        """Return True while it is closing; `close` means that in the first generation only."""
        return self.value("state") == ("close" if self._is_first else "closing")

    @property
    def _is_first(self) -> bool:
        return is_first_generation(self.control.component)

    @override
    async def async_open_cover(self, **kwargs: Any) -> None:
        await self.async_request(cover(self.control.component, "open"), {})

    @override
    async def async_close_cover(self, **kwargs: Any) -> None:
        await self.async_request(cover(self.control.component, "close"), {})

    @override
    async def async_stop_cover(self, **kwargs: Any) -> None:
        await self.async_request(cover(self.control.component, "stop"), {})

    @override
    async def async_set_cover_position(self, **kwargs: Any) -> None:
        await self.async_request(cover_position(self.control.component, kwargs[ATTR_POSITION]), {})

    @override
    async def async_set_cover_tilt_position(self, **kwargs: Any) -> None:
        await self.async_request(cover_tilt(self.control.component, kwargs[ATTR_TILT_POSITION]), {})
