"""The stories of the vendors: each module has `STORIES` of one vendor."""

from importlib import import_module
from importlib.util import find_spec

from ..story import Story


def stories_of(domain: str) -> tuple[Story, ...]:
    """Return the stories of a vendor, or an empty tuple if it has none."""
    if find_spec(f"{__name__}.{domain}") is None:
        return ()
    stories: tuple[Story, ...] = import_module(f"{__name__}.{domain}").STORIES
    return stories
