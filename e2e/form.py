"""Filling in the forms of Home Assistant, with a function for each type of field."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
import json
from typing import Any

from playwright.async_api import ElementHandle, Page

from .errors import Unexpected

SCHEMA = "name => e2e.field(name).schema"


async def fill(page: Page, values: Mapping[str, Any]) -> None:
    """Fill in the fields with these names."""
    for name, value in values.items():
        await element(page, name)
        schema = await page.evaluate(SCHEMA, name)
        kind = next(iter(schema.get("selector", ())), schema.get("type"))
        await KINDS.get(kind, type_in)(page, name, value)


async def type_in(page: Page, name: str, value: Any) -> None:
    """Replace the text of a field."""
    field = await part(page, name, "input, textarea")
    await field.click(click_count=3)
    await field.press("Control+A")
    await field.type(str(value))


async def tick(page: Page, name: str, value: bool) -> None:
    """Click a checkbox or switch, if it has the other value."""
    box = await part(page, name, "input[type=checkbox]")
    if await box.is_checked() != value:
        await (await part(page, name, "ha-checkbox, ha-switch")).click()


async def select(page: Page, name: str, value: str) -> None:
    """Click an option, in a list that may have to be opened."""
    options = (await page.evaluate(SCHEMA, name))["selector"]["select"]["options"]
    index = [option if isinstance(option, str) else option["value"] for option in options].index(value)
    field = await element(page, name)
    if opener := await field.query_selector("ha-picker-field button"):
        await opener.click()
        await asyncio.sleep(0.5)
    items = await field.query_selector_all("ha-dropdown-item, ha-radio-option, ha-radio")
    await items[index].click()


async def write_yaml(page: Page, name: str, value: Mapping[str, Any]) -> None:
    """Insert YAML into a code editor as one text, because it would complete typed keys."""
    await (await part(page, name, ".cm-content")).click()
    await page.keyboard.press("Control+A")
    await page.keyboard.insert_text("\n".join(f"{key}: {json.dumps(one)}" for key, one in value.items()))


async def open_section(page: Page, name: str, value: Mapping[str, Any]) -> None:
    """Open a section and fill in its fields."""
    await (await part(page, name, "ha-expansion-panel")).click(position={"x": 60, "y": 20})
    await asyncio.sleep(0.5)
    await fill(page, value)


# The types of fields that `type_in` does not support.
KINDS: dict[str, Callable[[Page, str, Any], Awaitable[None]]] = {
    "boolean": tick,
    "select": select,
    "object": write_yaml,
    "expandable": open_section,
}


async def element(page: Page, name: str) -> ElementHandle:
    """Wait for a field and return it."""
    found = (await page.wait_for_function("name => e2e.field(name)", arg=name)).as_element()
    assert found is not None
    return found


async def part(page: Page, name: str, what: str) -> ElementHandle:
    """Return the part of a field that matches a selector. Raises Unexpected if there is none."""
    inner = await (await element(page, name)).query_selector(what)
    if inner is None:
        raise Unexpected(f"the field {name} has no {what}")
    return inner
