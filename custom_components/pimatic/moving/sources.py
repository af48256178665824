"""The data for drafts: rules, devices and variables of a server, and their entities."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.translation import async_get_translations

from ..api import Rule
from ..const import DOMAIN
from ..coordinator import SERVER, Part, PartKind, PimaticCoordinator
from .automation import Source, unique_slugs
from .entity_map import EntityMap, own_entity_map
from .namespace import Namespace
from .output import Texts


def source_of(rule: Rule) -> Source:
    """Return a rule in the form that drafts need."""
    return Source(rule.id, rule.name, rule.text, rule.active, rule.valid, rule.error)


@callback
def namespace_of(coordinator: PimaticCoordinator) -> Namespace:
    """Return the names that the rules of a server can contain."""
    state = coordinator.client.state
    return Namespace(dict(state.devices), dict(state.variable_values))


@callback
def entity_map_of(coordinator: PimaticCoordinator, mapped: dict[str, str]) -> EntityMap:
    """Return the entities of a server; those of a mapping take precedence.

    Raises ServiceValidationError if the mapping has a name that the server does not have.
    """
    namespace, entry_id = namespace_of(coordinator), coordinator.config_entry.entry_id
    for name in mapped:
        if not _is_there(namespace, name):
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="unknown_in_mapping",
                translation_placeholders={"name": name},
            )
    registry = er.async_get(coordinator.hass)
    entities = er.async_entries_for_config_entry(registry, entry_id)
    entity_ids = {one.unique_id: one.entity_id for one in entities}
    entity_map = own_entity_map(entry_id, dict(coordinator.profiles), entity_ids, namespace.variables)
    parts = (Part(PartKind.DEVICE, device_id) for device_id in coordinator.profiles)
    return replace(
        entity_map,
        mapped=mapped,
        device_ids={part.id: coordinator.devices.get(part).id for part in parts},
        server_id=coordinator.devices.get(SERVER).id,
        disabled=frozenset(one.entity_id for one in entities if one.disabled),
    )


class DraftContext(NamedTuple):
    """The data that all drafts of a server's rules share; `slugs` by the ids of the rules."""

    namespace: Namespace
    entity_map: EntityMap
    slugs: Mapping[str, str]


@callback
def draft_context(coordinator: PimaticCoordinator) -> DraftContext:
    """Return the shared data. This takes a tenth of a second with thousands of devices."""
    slugs = unique_slugs(coordinator.client.state.rules)
    return DraftContext(namespace_of(coordinator), entity_map_of(coordinator, {}), slugs)


def _is_there(namespace: Namespace, name: str) -> bool:
    """Return True for a device, an attribute or button of a device, or a variable with a dollar sign."""
    if name.startswith("$"):
        return name[1:] in namespace.variables
    buttons = {f"{device.id}.{button}" for _, device, button in namespace.buttons}
    return name in namespace.devices or namespace.attribute_of(name) is not None or name in buttons


async def note_texts(hass: HomeAssistant) -> Texts:
    """Return the texts of all notes in the language of Home Assistant."""
    prefix = f"component.{DOMAIN}.exceptions."
    texts = await async_get_translations(hass, hass.config.language, "exceptions", {DOMAIN})
    return {key.removeprefix(prefix).removesuffix(".message"): text for key, text in texts.items()}
