"""Watches every test that runs Home Assistant: a value written directly is what Home Assistant would have written.

`Shortcut` of push/shortcut.py, of which each vendor has its own copy, writes most states past Home Assistant's
own way. After each of them the state is worked out that way too, and compared. The coordinator
logs what its listeners raise and goes on; so differences are noted, for the test to fail at its end.
"""

from collections.abc import Callable
import functools
import sys
from typing import Any

from homeassistant.const import MAX_LENGTH_STATE_STATE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.core_config import DATA_CUSTOMIZE
from homeassistant.helpers.entity import Entity, EntityPlatformState
import pytest


def expected(hass: HomeAssistant, entity: Entity) -> tuple[str, dict[str, Any]]:
    """Return state and attributes as Home Assistant would write them now; raises ValueError when it would not."""
    calculated = entity._async_calculate_state()
    state = calculated.state if len(calculated.state) <= MAX_LENGTH_STATE_STATE else STATE_UNKNOWN
    custom = hass.data[DATA_CUSTOMIZE].get(entity.entity_id) if DATA_CUSTOMIZE in hass.data else {}
    return state, calculated.attributes | custom


def difference(hass: HomeAssistant, entity: Entity) -> str | None:
    """Tell how an entity's state differs from what Home Assistant would write; None when it does not."""
    if entity._platform_state is not EntityPlatformState.ADDED:
        return "written, but it is not there"
    try:
        wanted = expected(hass, entity)
    except Exception as error:
        return f"written, but Home Assistant refuses: {error}"
    written = hass.states.get(entity.entity_id)
    if written is None:
        return "not written"
    if (found := (written.state, dict(written.attributes))) != wanted:
        return f"{found}, not {wanted}"
    if written.state_info != entity._state_info:
        return f"state_info {written.state_info}, not {entity._state_info}"
    return None


class Watch:
    """Counts the states that were written directly and notes those that are wrong."""

    def __init__(self) -> None:
        """Start with nothing noted."""
        self.directly = 0
        self.wrong: list[str] = []
        self._by_home_assistant = 0

    def compare(self, entity: Any) -> None:
        """Look at a state that was just written directly."""
        self.directly += 1
        if entity._context is not None:
            self.wrong.append(f"{entity.entity_id}: whoever changed it is not the state's context")
        if entity.force_update:
            self.wrong.append(f"{entity.entity_id}: Home Assistant would tell of it as a change")
        if (found := difference(entity.hass, entity)) is not None:
            self.wrong.append(f"{entity.entity_id}: {found}")

    def watched(self, write: Callable[[Any], None]) -> Callable[[Any], None]:
        """Return the method of a Shortcut that compares what it wrote."""

        @functools.wraps(write)
        def watched(shortcut: Any) -> None:
            before = self._by_home_assistant
            write(shortcut)
            if self._by_home_assistant == before:
                self.compare(shortcut._entity)

        return watched

    def counted(self, write: Callable[[Any], None]) -> Callable[[Any], None]:
        """Return the method of a ValueEntity that counts how often Home Assistant is left to write."""

        @functools.wraps(write)
        def counted(entity: Any) -> None:
            self._by_home_assistant += 1
            write(entity)

        return counted


def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Begin to watch every copy of ValueEntity: each when Home Assistant gets its first entity."""
    found = Watch()
    first = Entity.add_to_platform_start
    known: set[type] = set()

    @functools.wraps(first)
    def add_to_platform_start(entity: Entity, *arguments: Any, **more: Any) -> None:
        for owner in type(entity).__mro__:
            if owner.__name__ == "ValueEntity" and owner not in known:
                known.add(owner)
                shortcut = sys.modules[owner.__module__].__dict__["Shortcut"]
                monkeypatch.setattr(shortcut, "write", found.watched(shortcut.write))
                method = owner.__dict__["write_by_home_assistant"]
                monkeypatch.setattr(owner, "write_by_home_assistant", found.counted(method))
        first(entity, *arguments, **more)

    monkeypatch.setattr(Entity, "add_to_platform_start", add_to_platform_start)
    return found
