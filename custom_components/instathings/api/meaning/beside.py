"""What the other keys and numbers of a device change in the rule of a path."""

from collections.abc import Mapping
from dataclasses import replace

from .compared import Compared
from .control import is_of
from .rules import Rule, is_in_a_table, rule_of_words
from .siblings import Siblings


def beside_others(
    path: str,
    rule: Rule,
    types: Mapping[str, type[bool | float | str]],
    siblings: Siblings,
    compared: Compared,
) -> Rule:
    """Return the rule of a path beside the others of its device, whose paths are the keys of `types`."""
    if path == "illuminance" and "illuminance_lux" in types:
        # The raw value of the same sensor.
        return replace(rule, device_class=None, unit=None, enabled=False)
    if path == "heat" and types[path] is bool:
        # Of a smoke alarm; thermostats have a word.
        return replace(rule, device_class="heat", enabled=True)
    if rule.device_class == "precipitation" and siblings.are_of_interval(path):
        return replace(rule, state_class="measurement")
    if not is_in_a_table(path, rule) and (found := _by_names(path, rule, siblings)) is not None:
        return found
    if rule.category == "config" and rule.key == path and compared.is_of_parts(path, rule):
        return replace(rule, platform="sensor", state_class="measurement", category=None, enabled=True)
    is_lit = is_of(path, "brightness") and path.replace("brightness", "state", 1) in types
    is_only_counter = path == "consumption" and "energy" not in types
    return replace(rule, enabled=True) if is_lit or is_only_counter else rule


def _by_names(path: str, rule: Rule, siblings: Siblings) -> Rule | None:
    """Return what the names of others change in a rule by words; None for nothing."""
    if rule.device_class == "volume" and siblings.are_of_tank(path):
        return replace(rule, device_class="volume_storage", state_class="measurement")
    if rule.category == "config" and (of := siblings.average_of(path)):
        return replace(rule_of_words(of), key=path)
    return None
