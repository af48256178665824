"""Checks in every test that all that Home Assistant shows of our integrations has a text and an icon.

Forms, aborts, exceptions, repairs and entities are checked as they appear, so that no vendor needs tests for them.
tests/bundle checks all that the files alone show.
"""

from collections.abc import Iterator, Mapping
import functools
import json
from pathlib import Path
import string
from typing import Any

from homeassistant.config_entries import ConfigEntriesFlowManager
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowManager, FlowResultType, section
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er, issue_registry as ir
import pytest

DIRECTORY = Path(__file__).resolve().parents[1] / "custom_components"

# The platforms whose entities all have the same icon unless they set one.
NEED_ICON = ("binary_sensor", "button", "event", "number", "select", "sensor", "text")


@functools.cache
def read(domain: str, name: str) -> dict[str, Any]:
    """Return a JSON file of one of our integrations. It is empty for other integrations."""
    file = DIRECTORY / domain / name
    found: dict[str, Any] = json.loads(file.read_text()) if file.is_file() else {}
    return found


def is_ours(domain: str | None) -> bool:
    """Return True if this integration is in the repository."""
    return domain is not None and (DIRECTORY / domain / "manifest.json").is_file()


def look_up(domain: str, *path: str) -> Any:
    """Return the English text or texts at a path, or None."""
    value: Any = read(domain, "translations/en.json")
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def missing_placeholders(text: str, placeholders: Mapping[str, Any] | None) -> list[str]:
    """Return the placeholders of a text that have no value."""
    wanted = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return sorted(wanted - set(placeholders or {}))


class Watch:
    """Records missing texts and icons."""

    def __init__(self) -> None:
        """Initialize without missing texts."""
        self.missing: set[str] = set()

    def text(self, domain: str, *path: str, placeholders: Mapping[str, Any] | None = None) -> None:
        """Check that a text exists, and that all its placeholders have values."""
        value = look_up(domain, *path)
        place = f"{domain}: {'.'.join(path)}"
        if not isinstance(value, str):
            self.missing.add(f"{place} has no text")
        elif unfilled := missing_placeholders(value, placeholders):
            self.missing.add(f"{place} needs {', '.join(unfilled)}")

    # Flows --------------------------------------------------------------------------------------

    def flow(self, domain: str, place: tuple[str, ...], result: Mapping[str, Any]) -> None:
        """Check a step of a flow."""
        placeholders = result.get("description_placeholders")
        if result["type"] is FlowResultType.ABORT:
            self.text(domain, *place, "abort", result["reason"], placeholders=placeholders)
        elif result["type"] is FlowResultType.MENU:
            options = result["menu_options"]
            for option in options if isinstance(options, list) else []:
                self.text(domain, *place, "step", result["step_id"], "menu_options", option, placeholders=placeholders)
        elif result["type"] is FlowResultType.FORM:
            self.form(domain, (*place, "step", result["step_id"]), result["data_schema"], placeholders)
            for error in (result.get("errors") or {}).values():
                self.text(domain, *place, "error", error, placeholders=placeholders)

    def form(self, domain: str, step: tuple[str, ...], schema: Any, placeholders: Mapping[str, Any] | None) -> None:
        """Check the texts of a form, and the name and description of each field."""
        for kind in ("title", "description"):
            if look_up(domain, *step, kind) is not None:
                self.text(domain, *step, kind, placeholders=placeholders)
        for field, value in (schema.schema if schema is not None else {}).items():
            if isinstance(value, section):
                self.form(domain, (*step, "sections", str(field)), value.schema, placeholders)
                continue
            self.text(domain, *step, "data", str(field), placeholders=placeholders)
            self.text(domain, *step, "data_description", str(field), placeholders=placeholders)

    # Everything else ----------------------------------------------------------------------------

    def error(self, error: HomeAssistantError) -> None:
        """Check an exception."""
        if error.translation_domain and error.translation_key and is_ours(error.translation_domain):
            key, placeholders = error.translation_key, error.translation_placeholders
            self.text(error.translation_domain, "exceptions", key, "message", placeholders=placeholders)

    def issue(self, issue: ir.IssueEntry) -> None:
        """Check a repair. A fixable one has its description in the flow."""
        if not is_ours(issue.domain) or issue.translation_key is None:
            return
        place = ("issues", issue.translation_key)
        self.text(issue.domain, *place, "title", placeholders=issue.translation_placeholders)
        if look_up(issue.domain, *place, "fix_flow") is None:
            self.text(issue.domain, *place, "description", placeholders=issue.translation_placeholders)
        elif not issue.is_fixable:
            self.missing.add(f"{issue.domain}: {'.'.join(place)} has a fix flow, but is not fixable")

    def entity(self, entry: er.RegistryEntry) -> None:
        """Check the name and the icon of an entity."""
        if not is_ours(entry.platform):
            return
        key = entry.translation_key or ""
        named = look_up(entry.platform, "entity", entry.domain, key) is not None
        has_icon = key in read(entry.platform, "icons.json").get("entity", {}).get(entry.domain, {})
        if key and not named and not has_icon:
            self.missing.add(f"{entry.platform}: entity.{entry.domain}.{key} has neither text nor icon")
        if entry.domain in NEED_ICON and not (has_icon or entry.original_device_class or entry.original_icon):
            self.missing.add(f"{entry.platform}: {entry.domain}.{key or entry.original_name} has no icon")


def place_of(hass: HomeAssistant, handler: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Go through the domain of a flow and the path of its texts. There is none for flows of other integrations."""
    if isinstance(handler, str) and is_ours(handler):
        yield handler, ("config",)
    elif isinstance(handler, str) and (entry := hass.config_entries.async_get_entry(handler)):
        yield entry.domain, ("options",)
    elif isinstance(handler, tuple) and (entry := hass.config_entries.async_get_entry(handler[0])):
        yield entry.domain, ("config_subentries", handler[1])


def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Start to record missing texts, until the end of the test."""
    found = Watch()
    first_error, first_issue = HomeAssistantError.__init__, ir.IssueRegistry.async_get_or_create

    def check(manager: Any, result: Any) -> Any:
        hass = manager.hass
        if manager in (hass.config_entries.flow, hass.config_entries.options, hass.config_entries.subentries):
            for domain, place in place_of(hass, result["handler"]):
                if is_ours(domain):
                    found.flow(domain, place, result)
        return result

    def checked(method: Any) -> Any:
        async def call(manager: Any, *arguments: Any, **more: Any) -> Any:
            return check(manager, await method(manager, *arguments, **more))

        return call

    def error(self: HomeAssistantError, *arguments: Any, **more: Any) -> None:
        first_error(self, *arguments, **more)
        found.error(self)

    def issue(registry: ir.IssueRegistry, *arguments: Any, **more: Any) -> ir.IssueEntry:
        created = first_issue(registry, *arguments, **more)
        found.issue(created)
        return created

    for owner, name in (
        (ConfigEntriesFlowManager, "async_init"),
        (FlowManager, "async_init"),
        (FlowManager, "async_configure"),
    ):
        monkeypatch.setattr(owner, name, checked(getattr(owner, name)))
    monkeypatch.setattr(HomeAssistantError, "__init__", error)
    monkeypatch.setattr(ir.IssueRegistry, "async_get_or_create", issue)
    return found
