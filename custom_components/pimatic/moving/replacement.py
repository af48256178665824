"""Replaces an entity of pimatic by one of another integration, which gets its id, name, area, labels and statistics."""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..const import DOMAIN
from .entity_map import domain_of

# The suffix of the new id of the replaced entity.
_SUFFIX: Final = "_pimatic"


class Difference(NamedTuple):
    """A property that must be the same in both entities, and is not."""

    what: str
    old: str
    new: str


class Replacement(NamedTuple):
    """A planned replacement: `moved_id` is the new id of the old entity, `name` to `labels` are for the new entity."""

    old: er.RegistryEntry
    new: er.RegistryEntry
    moved_id: str
    name: str
    area_id: str | None
    labels: set[str]
    differences: tuple[Difference, ...]

    def as_data(self) -> dict[str, Any]:
        """Return the replacement for the response of an action."""
        return {
            "entity_id": {self.new.entity_id: self.old.entity_id, self.old.entity_id: self.moved_id},
            "name": self.name,
            "area_id": self.area_id,
            "labels": sorted(self.labels),
            "refused": [one._asdict() for one in self.differences],
        }


@callback
def plan_replacement(hass: HomeAssistant, old: er.RegistryEntry, new: er.RegistryEntry) -> Replacement:
    """Return the changes that replace one entity by another."""
    return Replacement(
        old,
        new,
        _free_id(hass, f"{old.entity_id}{_SUFFIX}"),
        er.async_get_full_entity_name(hass, old),
        old.area_id or _area_of_device(hass, old),
        new.labels | old.labels,
        tuple(_differences(old, new)),
    )


def _free_id(hass: HomeAssistant, wanted: str) -> str:
    registry, entity_id, number = er.async_get(hass), wanted, 2
    while registry.async_get(entity_id) is not None or hass.states.get(entity_id) is not None:
        entity_id, number = f"{wanted}_{number}", number + 1
    return entity_id


def _area_of_device(hass: HomeAssistant, entity: er.RegistryEntry) -> str | None:
    device = dr.async_get(hass).async_get(entity.device_id) if entity.device_id else None
    return device.area_id if device else None


def _differences(old: er.RegistryEntry, new: er.RegistryEntry) -> Iterator[Difference]:
    """Yield the differences with which automations or statistics would not work after the replacement."""
    pairs = (
        ("domain", domain_of(old.entity_id), domain_of(new.entity_id)),
        ("unit of measurement", old.unit_of_measurement, new.unit_of_measurement),
        ("state class", _state_class(old), _state_class(new)),
        ("device class", *_device_classes(old, new)),
    )
    for what, old_value, new_value in pairs:
        if old_value != new_value:
            yield Difference(what, str(old_value or "-"), str(new_value or "-"))


def _state_class(entity: er.RegistryEntry) -> str | None:
    state_class = (entity.capabilities or {}).get("state_class")
    return str(state_class) if state_class else None


def _device_classes(old: er.RegistryEntry, new: er.RegistryEntry) -> tuple[str | None, str | None]:
    """Return the device classes of two sensors; None for other domains, where they may differ."""
    if domain_of(old.entity_id) != "sensor":
        return None, None
    return (old.device_class or old.original_device_class, new.device_class or new.original_device_class)


async def async_replace(hass: HomeAssistant, plan: Replacement) -> None:
    """Replace the old entity, which gets another entity id.

    Raises ServiceValidationError if one of the entities has changed since the replacement was planned.
    """
    statistics = None
    if "recorder" in hass.config.components:
        from .kept_statistics import KeptStatistics  # needs the recorder, which may not be installed

        statistics = await KeptStatistics.read(hass, plan.old.entity_id, plan.new.entity_id)
    registry, entity_id = er.async_get(hass), plan.old.entity_id
    found = [registry.async_get(one.entity_id) for one in (plan.old, plan.new)]
    if [one and one.id for one in found] != [plan.old.id, plan.new.id]:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="changed_meanwhile")
    if statistics is not None:
        statistics.clear_new()
    registry.async_update_entity(entity_id, new_entity_id=plan.moved_id)
    if statistics is not None:
        statistics.return_from(plan.moved_id)
    registry.async_update_entity(
        plan.new.entity_id,
        new_entity_id=entity_id,
        name=plan.name,
        area_id=plan.area_id,
        labels=plan.labels,
        icon=plan.old.icon or plan.new.icon,
        aliases=[*dict.fromkeys((*plan.new.aliases, *plan.old.aliases))],
    )
    if statistics is not None:
        statistics.add_new()
