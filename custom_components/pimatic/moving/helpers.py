"""Drafts of helpers for variables of pimatic, and of template entities for computed variables."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from ..api import Value, Variable, VariableType
from .entity_map import EntityMap
from .expressions import Expression, Text, read_expression
from .namespace import Namespace
from .reasons import NotDrafted, Note, Reason
from .templates import Templates
from .triggers import Config

# A helper must have limits; pimatic has none.
_LIMIT: Final = 1_000_000
_STEP: Final = 0.01
_LONGEST_TEXT: Final = 255


class Helpers(NamedTuple):
    """Drafts of helpers. `mapping` is for the actions that make drafts, `values` has the initial values."""

    configuration: Config
    mapping: dict[str, str]
    values: dict[str, Value]
    missing: tuple[Note, ...]


def _number(variable: Variable) -> Config:
    unit = {"unit_of_measurement": variable.unit} if variable.unit else {}
    return {"min": -_LIMIT, "max": _LIMIT, "step": _STEP, "mode": "box", **unit}


def _text(variable: Variable) -> Config:
    return {"min": 0, "max": _LONGEST_TEXT}


def _flag(variable: Variable) -> Config:
    return {}


# The domain and the settings of a helper by the type of the value.
_KINDS: Final[tuple[tuple[type | tuple[type, ...], str, Callable[[Variable], Config]], ...]] = (
    (bool, "input_boolean", _flag),
    ((int, float), "input_number", _number),
    (object, "input_text", _text),
)


def draft_helpers(
    namespace: Namespace, entity_map: EntityMap, variables: Mapping[str, Variable], names: Mapping[str, str]
) -> Helpers:
    """Return helpers for variables; `names` are their object ids by the names in pimatic."""
    configuration: Config = {}
    mapping: dict[str, str] = {}
    values: dict[str, Value] = {}
    for name, variable in variables.items():
        value = namespace.variables.get(name)
        if variable.type is VariableType.EXPRESSION:
            mapping[f"${name}"] = f"sensor.{names[name]}"
            continue
        domain, settings = next((domain, make) for kind, domain, make in _KINDS if isinstance(value, kind))
        entity_id = mapping[f"${name}"] = f"{domain}.{names[name]}"
        configuration.setdefault(domain, {})[names[name]] = {"name": name, **settings(variable)}
        values[entity_id] = value
    missing: list[Note] = []
    entity_map = replace(entity_map, mapped=mapping | dict(entity_map.mapped))
    for name, variable in variables.items():
        if variable.type is VariableType.EXPRESSION:
            try:
                sensor = _sensor(namespace, entity_map, variable, names[name])
            except NotDrafted as error:
                missing.append(Note(error.reason, variable.expression, error.named))
                continue
            configuration.setdefault("template", []).append({"sensor": [sensor]})
    return Helpers(configuration, mapping, values, tuple(missing))


def _sensor(namespace: Namespace, entity_map: EntityMap, variable: Variable, name: str) -> Config:
    """Return a template entity. Raises NotDrafted."""
    read = read_expression(namespace, variable.expression.strip(), 0)
    if read is None or read[1] != len(variable.expression.strip()):
        raise NotDrafted(Reason.UNKNOWN_WORDS)
    unit = {"unit_of_measurement": variable.unit} if variable.unit else {}
    return {
        # Home Assistant renders the name as a template.
        "name": Templates(entity_map).message(Text((variable.name,))),
        "default_entity_id": f"sensor.{name}",
        "unique_id": f"pimatic_{name}",
        "state": _state(Templates(entity_map), read[0]),
        **unit,
    }


def _state(templates: Templates, expression: Expression) -> str:
    if templates.is_text(expression):
        return templates.message(expression)
    return f"{{{{ {templates.number(expression)} }}}}"
