"""The actions that make drafts for moving from pimatic to Home Assistant, and replace entities."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from homeassistant.const import CONF_DEVICE_ID, CONF_ENTITY_ID, CONF_USERNAME
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.helpers.service import async_register_admin_service
from homeassistant.util import slugify
from homeassistant.util.file import WriteError
from homeassistant.util.yaml import dump
import voluptuous as vol

from ..common.actions import target_of
from ..common.client.secrets import is_secret_name
from ..common.ids import split_id
from ..const import DOMAIN
from ..coordinator import PartKind, PimaticCoordinator
from .automation import Draft, draft_rules, unique_slugs
from .dashboard import draft_dashboard
from .helpers import draft_helpers
from .output import Texts, as_data, configuration_of, format_note, save, write
from .replacement import async_replace, plan_replacement
from .sources import entity_map_of, namespace_of, note_texts, source_of

SERVICE_DRAFT_AUTOMATIONS = "draft_automations"
SERVICE_DRAFT_HELPERS = "draft_helpers"
SERVICE_DRAFT_DASHBOARD = "draft_dashboard"
SERVICE_REPLACE_ENTITY = "replace_entity"

type Response = dict[str, Any]

ATTR_MAPPING = "mapping"
ATTR_SAVE = "save"
ATTR_NEW_ENTITY_ID = "new_entity_id"
ATTR_DRY_RUN = "dry_run"

FOLDER: Final = "pimatic_drafts"

DRAFT: dict[Any, Any] = {
    vol.Required(CONF_DEVICE_ID): cv.string,
    vol.Optional(ATTR_MAPPING, default=dict): {cv.string: cv.entity_id},
    vol.Optional(ATTR_SAVE, default=False): cv.boolean,
}
DRAFT_AUTOMATIONS = vol.Schema({**DRAFT, vol.Optional(CONF_ENTITY_ID, default=list): cv.entity_ids})

REPLACE_ENTITY = vol.Schema(
    {
        vol.Required(CONF_ENTITY_ID): cv.entity_id,
        vol.Required(ATTR_NEW_ENTITY_ID): cv.entity_id,
        vol.Optional(ATTR_DRY_RUN, default=True): cv.boolean,
    }
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions. They are for administrators, because rules are private and files are written."""
    for name, draft, schema in (
        (SERVICE_DRAFT_AUTOMATIONS, _draft_automations, DRAFT_AUTOMATIONS),
        (SERVICE_DRAFT_HELPERS, _draft_helpers, vol.Schema(DRAFT)),
        (SERVICE_DRAFT_DASHBOARD, _draft_dashboard, vol.Schema(DRAFT)),
    ):
        async_register_admin_service(hass, DOMAIN, name, draft, schema, SupportsResponse.ONLY)
    async_register_admin_service(
        hass, DOMAIN, SERVICE_REPLACE_ENTITY, _replace_entity, REPLACE_ENTITY, SupportsResponse.OPTIONAL
    )


async def _draft_automations(call: ServiceCall) -> ServiceResponse:
    """Return drafts of all rules, or of those whose switches are given, and save them if `save` is set."""
    hass, coordinator = call.hass, _coordinator(call)
    if not coordinator.may("rules", "read"):
        raise _invalid("no_rules_to_read", user=coordinator.config_entry.data[CONF_USERNAME])
    namespace, entity_map = namespace_of(coordinator), entity_map_of(coordinator, call.data[ATTR_MAPPING])
    texts = await note_texts(hass)
    wanted = _rules_of(hass, coordinator, call.data[CONF_ENTITY_ID])
    sources = [source_of(rule) for rule in coordinator.client.state.rules.values()]
    labels = _labels(coordinator, wanted)
    folder = folder_of(coordinator) if call.data[ATTR_SAVE] else None

    def draft() -> Response:
        drafts = [one for one in draft_rules(namespace, entity_map, sources) if not wanted or one.source.id in wanted]
        if folder is not None:
            save(folder, drafts, texts)
        return {**_response(drafts, texts, folder), "labels": labels}

    return await _in_executor(hass, draft)


async def _draft_helpers(call: ServiceCall) -> ServiceResponse:
    """Return helpers for the variables, and the mapping with which drafts of rules use them."""
    coordinator, mapped = _coordinator(call), call.data[ATTR_MAPPING]
    namespace, entity_map = namespace_of(coordinator), entity_map_of(coordinator, mapped)
    texts = await note_texts(call.hass)
    variables = {
        name: variable
        for name, variable in coordinator.client.state.variables.items()
        if f"${name}" not in mapped and not is_secret_name(name)
    }
    folder = folder_of(coordinator) if call.data[ATTR_SAVE] else None

    def draft() -> Response:
        names = unique_slugs(variables)
        helpers = draft_helpers(namespace, entity_map, variables, names)
        yaml_text = dump(helpers.configuration)
        return {
            "configuration": helpers.configuration,
            "mapping": helpers.mapping,
            "values": helpers.values,
            "missing": [format_note(note, texts) for note in helpers.missing],
            "yaml": yaml_text,
            **_save_text(folder, "helpers", yaml_text),
        }

    return await _in_executor(call.hass, draft)


async def _draft_dashboard(call: ServiceCall) -> ServiceResponse:
    """Return a dashboard of the pages in pimatic's frontend; of the groups if the user's role may not read pages."""
    coordinator = _coordinator(call)
    entity_map = entity_map_of(coordinator, call.data[ATTR_MAPPING])
    client = coordinator.client
    pages = await coordinator.async_call(client.pages()) if coordinator.may("pages", "read") else []
    groups, devices = dict(client.state.groups), dict(client.state.devices)
    title = coordinator.config_entry.title
    folder = folder_of(coordinator) if call.data[ATTR_SAVE] else None

    def draft() -> Response:
        dashboard = draft_dashboard(title, pages, groups, devices, entity_map)
        yaml_text = dump(dashboard)
        return {"dashboard": dashboard, "yaml": yaml_text, **_save_text(folder, "dashboard", yaml_text)}

    return await _in_executor(call.hass, draft)


async def _replace_entity(call: ServiceCall) -> ServiceResponse:
    """Replace an entity of pimatic by one of another integration; with `dry_run`, only return the changes."""
    hass, registry = call.hass, er.async_get(call.hass)
    old, new = (registry.async_get(call.data[name]) for name in (CONF_ENTITY_ID, ATTR_NEW_ENTITY_ID))
    if old is None or old.platform != DOMAIN:
        raise _invalid("not_of_pimatic", entity=call.data[CONF_ENTITY_ID])
    if new is None or new.platform == DOMAIN:
        raise _invalid("not_of_another_integration", entity=call.data[ATTR_NEW_ENTITY_ID])
    plan = plan_replacement(hass, old, new)
    if not call.data[ATTR_DRY_RUN]:
        if plan.differences:
            what, old_value, new_value = plan.differences[0]
            raise _invalid("cannot_be_joined", what=what, old=old_value, new=new_value)
        await async_replace(hass, plan)
    return {"is_done": not call.data[ATTR_DRY_RUN], **plan.as_data()} if call.return_response else None


def _invalid(key: str, **placeholders: str) -> ServiceValidationError:
    return ServiceValidationError(translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders)


def _save_text(folder: Path | None, name: str, text: str) -> Response:
    """Write a text if there is a folder for it; return the folder for the response."""
    if folder is None:
        return {}
    write(folder, name, text)
    return {"folder": str(folder)}


async def _in_executor(hass: HomeAssistant, draft: Callable[[], Response]) -> Response:
    """Make a draft outside of the event loop. Raises HomeAssistantError if it cannot be saved."""
    try:
        return await hass.async_add_executor_job(draft)
    except (OSError, WriteError) as error:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="not_saved", translation_placeholders={"reason": str(error)}
        ) from error


def _response(drafts: list[Draft], texts: Texts, folder: Path | None) -> Response:
    complete = sum(not draft.missing for draft in drafts)
    return {
        "complete": complete,
        "incomplete": len(drafts) - complete,
        "configuration": configuration_of(drafts),
        "rules": [as_data(draft, texts) for draft in drafts],
        **({"folder": str(folder)} if folder else {}),
    }


def _labels(coordinator: PimaticCoordinator, wanted: set[str]) -> dict[str, list[str]]:
    """Return the names of the rules by their groups. Home Assistant has labels for this purpose."""
    state = coordinator.client.state
    rules = {rule.id: rule.name for rule in state.rules.values() if not wanted or rule.id in wanted}
    named = ((group.name, [rules[one] for one in group.rules if one in rules]) for group in state.groups.values())
    return {group: names for group, names in named if names}


def _coordinator(call: ServiceCall) -> PimaticCoordinator:
    entry, _ = target_of(call)
    coordinator: PimaticCoordinator = entry.runtime_data
    return coordinator


def _rules_of(hass: HomeAssistant, coordinator: PimaticCoordinator, entity_ids: Iterable[str]) -> set[str]:
    """Return the ids of the rules with these switches. Raises ServiceValidationError for any other entity."""
    registry, found = er.async_get(hass), set()
    for entity_id in entity_ids:
        entity = registry.async_get(entity_id)
        parts = split_id(entity.unique_id) if entity and entity.platform == DOMAIN else ()
        if parts[:2] != (coordinator.config_entry.entry_id, PartKind.RULE):
            raise _invalid("not_a_rule", entity=entity_id)
        found.add(parts[2])
    return found


@callback
def folder_of(coordinator: PimaticCoordinator) -> Path:
    """Return the folder for the drafts of a server."""
    entry = coordinator.config_entry
    name = f"{slugify(entry.title)}_{slugify(entry.entry_id)[-6:]}"
    return Path(coordinator.hass.config.path(FOLDER, name))
