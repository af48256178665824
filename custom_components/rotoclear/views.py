"""Saved views of the camera heads: zoom and pan under a name.

The unit has no such feature; Home Assistant stores the views, in one file per config entry.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple, TypedDict
from uuid import uuid4

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.storage import Store

from .api import Point
from .const import DOMAIN, LOGGER

# Per head.
MAX_VIEWS = 32
LONGEST_NAME = 64
STORAGE_VERSION = 1
# A unit may round the coordinates in its answer.
ROUNDING = 0.05


class View(NamedTuple):
    """A view of a head: the zoom in steps of the unit, and the coordinates of the pan, from 0 to 100."""

    id: str
    name: str
    zoom: float
    x: float
    y: float

    def is_at(self, zoom: float | None, pan: Point | None) -> bool:
        """Return True if this is the view of a head with this zoom and pan."""
        if zoom is None or pan is None:
            return False
        return zoom == self.zoom and abs(pan.x - self.x) < ROUNDING and abs(pan.y - self.y) < ROUNDING


# The view without zoom. Its name is a translation key.
WHOLE_PICTURE = View("whole_picture", "whole_picture", 0, 50, 50)


class _StoredView(TypedDict):
    id: str
    name: str
    zoom: float
    x: float
    y: float


# Views by the number of their head.
type _Stored = dict[str, list[_StoredView]]


class Views:
    """The saved views of the heads of a unit."""

    def __init__(self, hass: HomeAssistant, entry_id: str, changed: Callable[[int], None]) -> None:
        """Initialize without views. `changed` is called with the number of the head after each change."""
        self._store: Store[_Stored] = Store(hass, STORAGE_VERSION, f"{DOMAIN}.views.{entry_id}")
        self._changed = changed
        self._views: defaultdict[int, dict[str, View]] = defaultdict(dict)

    async def async_load(self) -> None:
        """Load the views."""
        for head, views in (await self._store.async_load() or {}).items():
            try:
                self._views[int(head)] = {view["name"]: View(**view) for view in views}
            except TypeError, KeyError, ValueError:
                LOGGER.warning("The views of head %s were kept by another version, and are forgotten", head)

    async def async_remove(self) -> None:
        """Remove the file."""
        await self._store.async_remove()

    def of(self, head: int) -> tuple[View, ...]:
        """Return the saved views of a head."""
        return tuple(self._views[head].values())

    def find(self, head: int, name: str) -> View:
        """Return the view of this name. Raises ServiceValidationError if there is none."""
        return WHOLE_PICTURE if name == WHOLE_PICTURE.name else self._saved(head, name)

    def next_name(self, head: int) -> str:
        """Return the lowest number that is not the name of a view."""
        return next(name for number in range(1, MAX_VIEWS + 2) if (name := str(number)) not in self._views[head])

    async def async_save(self, head: int, name: str, zoom: float, pan: Point) -> None:
        """Save a view, or replace the view of the same name.

        Raises ServiceValidationError if the name is invalid or there are too many views.
        """
        _check(name)
        views = self._views[head]
        if name not in views and len(views) >= MAX_VIEWS:
            raise _error("too_many_views", name)
        view_id = views[name].id if name in views else uuid4().hex
        views[name] = View(view_id, name, zoom, pan.x, pan.y)
        await self._async_store(head)

    async def async_rename(self, head: int, name: str, new_name: str) -> None:
        """Rename a view. Raises ServiceValidationError as `find` and `async_save`, and if the new name is taken."""
        view = self._saved(head, name)
        _check(new_name)
        if new_name != name and new_name in self._views[head]:
            raise _error("name_taken", new_name)
        self._views[head] = {
            (new_name if one is view else one.name): one._replace(name=new_name) if one is view else one
            for one in self._views[head].values()
        }
        await self._async_store(head)

    async def async_delete(self, head: int, name: str) -> None:
        """Delete a view. Raises ServiceValidationError if there is none of this name."""
        self._saved(head, name)
        del self._views[head][name]
        await self._async_store(head)

    def _saved(self, head: int, name: str) -> View:
        if (view := self._views[head].get(name)) is None:
            raise _error("no_such_view", name)
        return view

    async def _async_store(self, head: int) -> None:
        self._changed(head)
        await self._store.async_save(
            {
                str(head): [
                    _StoredView(id=one.id, name=one.name, zoom=one.zoom, x=one.x, y=one.y) for one in views.values()
                ]
                for head, views in self._views.items()
                if views
            }
        )


def _check(name: str) -> None:
    """Raise ServiceValidationError for an invalid name of a view."""
    is_text = 0 < len(name) <= LONGEST_NAME and name.isprintable() and name == name.strip()
    if not is_text or name == WHOLE_PICTURE.name:
        raise _error("no_view_name", name)


def _error(key: str, name: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={"name": name, "most": str(MAX_VIEWS), "longest": str(LONGEST_NAME)},
    )
