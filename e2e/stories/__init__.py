"""The vendors' stories: `STORIES` in the module of the vendor's name."""

from importlib import import_module
from importlib.util import find_spec

from ..story import Story


def stories_of(domain: str) -> tuple[Story, ...]:
    """Return a vendor's stories, none where there is no such module."""
    if find_spec(f"{__name__}.{domain}") is None:
        return ()
    stories: tuple[Story, ...] = import_module(f"{__name__}.{domain}").STORIES
    return stories
