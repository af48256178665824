"""Named views of the camera heads: what a head looks at, and how near.

The unit has no such thing; Home Assistant keeps them, one file for each config entry.
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

# Of one head.
MAX_VIEWS = 32
LONGEST_NAME = 64
STORAGE_VERSION = 1
# A unit may round a position when it answers.
ROUNDING = 0.05


class View(NamedTuple):
    """A view of a head: zoom in the unit's steps, the middle of the picture as coordinates from 0 to 100."""

    id: str
    name: str
    zoom: float
    x: float
    y: float

    def is_at(self, zoom: float | None, pan: Point | None) -> bool:
        """Return True if a head looks there."""
        if zoom is None or pan is None:
            return False
        return zoom == self.zoom and abs(pan.x - self.x) < ROUNDING and abs(pan.y - self.y) < ROUNDING


# Every head has it. Its name is a key of the translations.
WHOLE_PICTURE = View("whole_picture", "whole_picture", 0, 50, 50)


class _StoredView(TypedDict):
    id: str
    name: str
    zoom: float
    x: float
    y: float


# A head's number to its views.
type _Stored = dict[str, list[_StoredView]]


class Views:
    """The named views of one unit's heads."""

    def __init__(self, hass: HomeAssistant, entry_id: str, changed: Callable[[int], None]) -> None:
        """Initialize without views; `changed` is called with the number of a head whose views changed."""
        self._store: Store[_Stored] = Store(hass, STORAGE_VERSION, f"{DOMAIN}.views.{entry_id}")
        self._changed = changed
        self._views: defaultdict[int, dict[str, View]] = defaultdict(dict)

    async def async_load(self) -> None:
        """Load what was kept."""
        for head, views in (await self._store.async_load() or {}).items():
            try:
                self._views[int(head)] = {view["name"]: View(**view) for view in views}
            except TypeError, KeyError, ValueError:
                LOGGER.warning("The views of head %s were kept by another version, and are forgotten", head)

    async def async_remove(self) -> None:
        """Remove the file."""
        await self._store.async_remove()

    def of(self, head: int) -> tuple[View, ...]:
        """Return the views that people saved of a head."""
        return tuple(self._views[head].values())

    def find(self, head: int, name: str) -> View:
        """Return the view of this name. Raises ServiceValidationError when there is none."""
        if name == WHOLE_PICTURE.name:
            return WHOLE_PICTURE
        if (view := self._views[head].get(name)) is None:
            raise _error("no_such_view", name)
        return view

    def next_name(self, head: int) -> str:
        """Return a number that is not yet the name of a view."""
        return next(name for number in range(1, MAX_VIEWS + 2) if (name := str(number)) not in self._views[head])

    async def async_save(self, head: int, name: str, zoom: float, pan: Point) -> None:
        """Keep a view under a name, in place of one that has the name already.

        Raises ServiceValidationError for what can be no name, and when there are too many.
        """
        _check(name)
        views = self._views[head]
        if name not in views and len(views) >= MAX_VIEWS:
            raise _error("too_many_views", name)
        view_id = views[name].id if name in views else uuid4().hex
        views[name] = View(view_id, name, zoom, pan.x, pan.y)
        await self._async_keep(head)

    async def async_rename(self, head: int, name: str, new_name: str) -> None:
        """Give a view another name. Raises ServiceValidationError as `async_save`, and when the name is taken."""
        view = self._saved(head, name)
        _check(new_name)
        if new_name != name and new_name in self._views[head]:
            raise _error("name_taken", new_name)
        self._views[head] = {
            (new_name if one is view else one.name): one._replace(name=new_name) if one is view else one
            for one in self._views[head].values()
        }
        await self._async_keep(head)

    async def async_delete(self, head: int, name: str) -> None:
        """Forget a view. Raises ServiceValidationError when there is none of this name."""
        self._saved(head, name)
        del self._views[head][name]
        await self._async_keep(head)

    def _saved(self, head: int, name: str) -> View:
        if (view := self._views[head].get(name)) is None:
            raise _error("no_such_view", name)
        return view

    async def _async_keep(self, head: int) -> None:
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
    """Raise ServiceValidationError for what cannot be the name of a view."""
    is_text = 0 < len(name) <= LONGEST_NAME and name.isprintable() and name == name.strip()
    if not is_text or name == WHOLE_PICTURE.name:
        raise _error("no_view_name", name)


def _error(key: str, name: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={"name": name, "most": str(MAX_VIEWS), "longest": str(LONGEST_NAME)},
    )
