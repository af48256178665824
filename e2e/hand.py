"""Clicking and typing, with a count of the steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from playwright.async_api import ElementHandle, Locator

from demo.simulators import Running

from .browser import Person
from .errors import Unexpected


@dataclass
class Hand:
    """Clicks and types, and counts the steps."""

    person: Person
    simulators: Mapping[str, Running] = field(default_factory=dict)
    steps: int = 0

    async def click(self, target: Locator | ElementHandle) -> None:
        """Click an element."""
        self.steps += 1
        await target.click()
        await self.person.pause(1.0)

    async def type(self, text: str, *, enter: bool = True) -> None:
        """Type into the focused element, and press Enter if `enter`."""
        self.steps += 1
        await self.person.page.keyboard.type(text)
        if enter:
            await self.person.page.keyboard.press("Enter")
        else:
            await self.person.pause(1.0)

    async def open_tab(self, name: str) -> None:
        """Open a view of the dashboard."""
        await self.click(self.person.page.locator("ha-tab-group-tab").filter(has_text=name).first)
        await self.person.pause(1.5)

    async def in_tile(self, entity_id: str, selector: str = "ha-tile-icon", number: int = 0) -> ElementHandle:
        """Return a part of the tile of an entity. Raises Unexpected if there is none."""
        tile = (await self.person.page.evaluate_handle("entity => e2e.tile(entity)", entity_id)).as_element()
        if tile is None:
            raise Unexpected(f"there is no tile for {entity_id}")
        await tile.scroll_into_view_if_needed()
        parts = await tile.query_selector_all(selector)
        if len(parts) <= number:
            raise Unexpected(f"the tile of {entity_id} has no {selector}")
        return parts[number]
