"""The draft of an automation for a rule, in the format of Home Assistant's editor."""

from collections.abc import Iterable, Iterator
from itertools import count
import re
from typing import Final, NamedTuple

from .actions import REPEATED, UNDO, OperateDevice, Operation
from .entity_map import EntityMap
from .grammar import Duration
from .namespace import Namespace
from .reasons import NotDrafted, Note, Reason
from .rules import And, Leaf, Node, NotARule, Or, ReadRule, Step, read_rule
from .steps import draft_action, restore_level
from .templates import Templates, duration
from .triggers import (
    NOT_FROM_UNAVAILABLE,
    Config,
    Helper,
    PredicateDraft,
    delay_helper,
    draft_predicate,
    hold_time,
    needs_helper,
    read_helper,
)

type Condition = Config | bool


class Source(NamedTuple):
    """A rule of pimatic: its id, name and text, and the server's own error if it is invalid."""

    id: str
    name: str
    text: str
    is_active: bool = True
    is_valid: bool = True
    error: str = ""


class Draft(NamedTuple):
    """A draft of a rule. `missing` lists what is not drafted, `notes` what the user should know.

    `slug` is the prefix of the names of its helpers and commands. `automation` is None if the rule cannot be parsed.
    `configuration` has the template entities and shell commands that the automation needs in configuration.yaml.
    """

    source: Source
    slug: str
    automation: Config | None
    missing: tuple[Note, ...] = ()
    notes: tuple[Note, ...] = ()
    configuration: Config = {}


def draft_rules(namespace: Namespace, entity_map: EntityMap, sources: Iterable[Source]) -> Iterator[Draft]:
    """Yield the drafts of rules, each with a unique slug."""
    by_id = {source.id: source for source in sources}
    for rule_id, slug in unique_slugs(by_id).items():
        yield draft_rule(namespace, entity_map, by_id[rule_id], slug)


def unique_slugs(names: Iterable[str]) -> dict[str, str]:
    """Return a unique object id for each name."""
    slugs: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        stem = _slug(f"pimatic {name}")
        slugs[name] = next(node for node in _names(stem) if node not in taken)
        taken.add(slugs[name])
    return slugs


def _names(stem: str) -> Iterator[str]:
    yield stem
    for number in count(2):
        yield f"{stem}_{number}"


def draft_rule(namespace: Namespace, entity_map: EntityMap, source: Source, slug: str) -> Draft:
    """Return the draft of a rule."""
    if not source.is_valid:
        return Draft(source, slug, None, (Note(Reason.INVALID_RULE, source.text, source.error),))
    try:
        rule = read_rule(namespace, source.text)
    except NotARule:
        return Draft(source, slug, None, (Note(Reason.UNKNOWN_WORDS, source.text),))
    return _Drafting(entity_map, source, slug, rule).draft()


class _Drafting:
    """Drafts one rule."""

    def __init__(self, entity_map: EntityMap, source: Source, slug: str, rule: ReadRule) -> None:
        self._entity_map = entity_map
        self._source = source
        self._rule = rule
        self._slug = slug
        self._missing: list[Note] = []
        self._notes: list[Note] = []
        self._configuration: Config = {}

    def draft(self) -> Draft:
        conditions = _Conditions(self, self._rule)
        actions = self._actions()
        automation: Config = {
            "id": f"pimatic_{self._source.id}",
            "alias": self._source.name,
            "description": self._source.text,
            "triggers": conditions.triggers,
            "conditions": conditions.conditions,
            "actions": actions,
            "mode": "restart" if any(step.delay or step.duration for step in self._rule.steps) else "queued",
        }
        if not conditions.triggers and not any(node.predicate is None for node in self._rule.parts):
            self._missing.append(Note(Reason.NEVER_STARTS, self._source.text))
        if not self._source.is_active:
            automation["initial_state"] = False
        used = set(_ENTITY_ID.findall(str(automation)))
        self._notes.extend(Note(Reason.DISABLED, named=node) for node in sorted(used & self._entity_map.disabled))
        missing, notes = (tuple(dict.fromkeys(notes_of)) for notes_of in (self._missing, self._notes))
        return Draft(self._source, self._slug, automation, missing, notes, self._configuration)

    # Predicates ----------------------------------------------------------------------------------

    def predicate(self, index: int) -> PredicateDraft | None:
        """Return the draft of a predicate. If there is none, add a note and return None."""
        part = self._rule.parts[index]
        if part.predicate is None:
            self._missing.append(Note(Reason.UNKNOWN_WORDS, part.text))
            return None
        try:
            drafted = draft_predicate(part.predicate, self._entity_map)
            if drafted.helper is not None:
                drafted = self.with_helper(index, drafted.helper, drafted.notes)
            if part.hold_time is not None:
                drafted = hold_time(drafted, duration(Templates(self._entity_map), part.hold_time))
        except NotDrafted as error:
            self._missing.append(Note(error.reason, part.text, error.named))
            return None
        self._notes.extend(note._replace(words=part.text) for note in drafted.notes)
        return drafted._replace(condition=None) if part.only_trigger else drafted

    def with_helper(self, index: int, helper: Helper, notes: tuple[Note, ...] = ()) -> PredicateDraft:
        """Return a predicate that reads a helper, and add this helper to the configuration."""
        name = f"{self._slug}_{index + 1}"
        self._configuration.setdefault("template", []).append(helper.config(name))
        self._notes.append(Note(Reason.HELPER, self._rule.parts[index].text, f"binary_sensor.{name}"))
        return read_helper(name)._replace(notes=notes)

    # Actions -------------------------------------------------------------------------------------

    def _actions(self) -> list[Config]:
        """Return the actions in their order, followed by the delayed ones in parallel.

        The server starts all actions at once: a delayed action does not delay the others.
        """
        at_once: list[Config] = []
        waiting: list[list[Config]] = []
        for number, step in enumerate(self._rule.steps, 1):
            step_actions = self._draft_step(step, number)
            undo = list(self._undo(step, number, step_actions))
            if step.delay is not None:
                waiting.append([self._delay(step.delay), *step_actions, *undo])
                continue
            at_once += step_actions
            if undo:
                waiting.append(undo)
        if len(waiting) == 1:
            return at_once + waiting[0]
        return [*at_once, {"parallel": [{"sequence": sequence} for sequence in waiting]}] if waiting else at_once

    def _draft_step(self, step: Step, number: int) -> list[Config]:
        """Return the draft of an action; a disabled step if it cannot be drafted."""
        nothing: list[Config] = [{"alias": step.text, "delay": {"seconds": 0}, "enabled": False}]
        if step.action is None:
            self._missing.append(Note(Reason.UNKNOWN_WORDS, step.text))
            return nothing
        try:
            drafted = draft_action(step.action, self._entity_map)
        except NotDrafted as error:
            self._missing.append(Note(error.reason, step.text, error.named))
            return nothing
        self._notes.extend(note._replace(words=step.text) for note in drafted.notes)
        if drafted.shell is None:
            return [drafted.config]
        name = f"{self._slug}_{number}"
        self._configuration.setdefault("shell_command", {})[name] = drafted.shell[1]
        return [{"action": f"shell_command.{name}"}]

    def _undo(self, step: Step, number: int, step_actions: list[Config]) -> Iterator[Config]:
        """Yield the actions that end an action with "for TIME"; the previous level of a dimmer is stored before it."""
        action = step.action
        if step.duration is None or not isinstance(action, OperateDevice) or step_actions[0].get("enabled") is False:
            return
        if action.operation in REPEATED:
            self._notes.append(Note(Reason.REPEATED, step.text))
            return
        if action.operation is Operation.DIM:
            level = f"level_{number}"
            if (restored := restore_level(action.device, self._entity_map, level)) is None:
                self._missing.append(Note(Reason.NO_ACTION, step.text, action.device.name))
                return
            step_actions.insert(0, restored[0])
            ending = [restored[1]]
        elif (undo := UNDO.get(action.operation)) is not None:
            ending = self._draft_step(step._replace(action=OperateDevice(undo, action.device)), number)
        else:
            return
        yield self._delay(step.duration)
        yield from ending

    def _delay(self, time: Duration) -> Config:
        try:
            return {"delay": duration(Templates(self._entity_map), time)}
        except NotDrafted as error:
            self._missing.append(Note(error.reason, self._source.text, error.named))
            return {"delay": {"seconds": 0}, "enabled": False}


class _Conditions:
    """The triggers of a rule, and the conditions that must be checked in addition.

    A predicate that cannot start the rule has no trigger. A predicate that is certainly true has no condition.
    """

    def __init__(self, drafting: _Drafting, rule: ReadRule) -> None:
        self._parts = rule.parts
        self._drafted = {i: drafting.predicate(i) for i in range(len(rule.parts))}
        self._triggering = [
            i
            for i, part in enumerate(rule.parts)
            if part.is_trigger and self._drafted[i] is not None and self._can_be_true(rule.tree, i)
        ]
        self._checked: set[int] = set()
        self.conditions: list[Config] = []
        if not (self._triggering and all(self._is_certain(rule.tree, i) for i in self._triggering)):
            for i, drafted in self._drafted.items():
                if drafted is not None and needs_helper(drafted) and self._triggering != [i]:
                    self._drafted[i] = drafting.with_helper(i, delay_helper(drafted))
            self.conditions = _flat(self._condition(rule.tree))
        self.triggers = [self._trigger(i) for i in self._triggering]
        if any(self._fires_on_available(i) for i in self._triggering):
            self.conditions.append(dict(NOT_FROM_UNAVAILABLE))

    def _trigger(self, index: int) -> Config:
        drafted = self._drafted[index]
        assert drafted is not None
        return {**drafted.trigger, "id": _id(index)} if index in self._checked else drafted.trigger

    def _fires_on_available(self, index: int) -> bool:
        drafted = self._drafted[index]
        return drafted is not None and drafted.fires_on_available

    def _is_event(self, index: int) -> bool:
        drafted = self._drafted[index]
        return drafted is not None and drafted.condition is None

    def _can_be_true(self, node: Node, fired: int) -> bool:
        """Return True if the condition can be true when this predicate starts the rule."""
        match node:
            case Leaf(index):
                return index == fired or not self._is_event(index)
            case And(nodes):
                return all(self._can_be_true(node, fired) for node in nodes)
            case Or(nodes):
                return any(self._can_be_true(node, fired) for node in nodes)

    def _is_certain(self, node: Node, fired: int) -> bool:
        """Return True if the condition is true because this predicate started the rule."""
        match node:
            case Leaf(index):
                drafted = self._drafted[index]
                return index == fired and drafted is not None and drafted.check is None
            case And(nodes):
                return all(self._is_certain(node, fired) for node in nodes)
            case Or(nodes):
                return any(self._is_certain(node, fired) for node in nodes)

    def _condition(self, node: Node) -> Condition:
        match node:
            case Leaf(index):
                return self._leaf(index)
            case And(nodes):
                return _joined("and", [self._condition(node) for node in nodes], neutral=True)
            case Or(nodes):
                return _joined("or", [self._condition(node) for node in nodes], neutral=False)

    def _leaf(self, index: int) -> Condition:
        drafted = self._drafted[index]
        if drafted is None:
            # False until the user replaces it. Without this condition the rule would run too often.
            words = self._parts[index].text
            return {"alias": words, "condition": "template", "value_template": "{{ false }}"}
        is_only = self._triggering == [index]
        if drafted.condition is not None:
            return True if is_only else drafted.condition
        if index not in self._triggering:
            return False
        if is_only:
            return drafted.check or True
        self._checked.add(index)
        started: Config = {"condition": "trigger", "id": [_id(index)]}
        return _joined("and", [started, drafted.check], neutral=True) if drafted.check else started


def _id(index: int) -> str:
    return f"predicate_{index + 1}"


def _joined(kind: str, conditions: Iterable[Condition], *, neutral: bool) -> Condition:
    """Return conditions joined by "and" or "or": the neutral constant is left out, the other one is the result."""
    found: list[Config] = []
    for node in conditions:
        if isinstance(node, bool):
            if node is not neutral:
                return node
        elif node["condition"] == kind and "alias" not in node:
            found.extend(node["conditions"])
        else:
            found.append(node)
    if not found:
        return neutral
    return found[0] if len(found) == 1 else {"condition": kind, "conditions": found}


def _flat(condition: Condition) -> list[Config]:
    """Return the conditions of an automation, which Home Assistant joins by "and"."""
    if isinstance(condition, bool):
        return [] if condition else [{"condition": "template", "value_template": "{{ false }}"}]
    return condition["conditions"] if condition["condition"] == "and" else [condition]


_ENTITY_ID: Final = re.compile(r"[a-z_]+\.[a-z0-9_]+")
_NO_WORD: Final = re.compile(r"[^a-z0-9]+")


def _slug(text: str) -> str:
    """Return a text as an object id."""
    return _NO_WORD.sub("_", text.lower()).strip("_")[:80] or "rule"
