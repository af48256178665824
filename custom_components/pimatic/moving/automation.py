"""A rule as a draft of an automation, in the form of Home Assistant's editor."""

from collections.abc import Iterable, Iterator
from itertools import count
import re
from typing import Final, NamedTuple

from .actions import REPEATED, UNDO, DeviceDoes, Do
from .grammar import Duration
from .house import House
from .places import Places
from .reasons import NotDrafted, Note, Why
from .rules import Both, Either, Leaf, Node, NotARule, ReadRule, Step, read_rule
from .steps import draft_action, restore_level
from .templates import Templates, duration
from .triggers import (
    NOT_RETURNED,
    Config,
    Drafted,
    Helper,
    draft_predicate,
    held,
    needs_helper,
    read_from,
    waiting_helper,
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
    """A draft of a rule. `missing` says what is not drafted, `notes` what a person should know.

    `slug` begins the names of what belongs to it. `automation` is None where nothing of the rule can be read.
    `configuration` is what the automation needs in configuration.yaml: template entities and shell commands.
    """

    source: Source
    slug: str
    automation: Config | None
    missing: tuple[Note, ...] = ()
    notes: tuple[Note, ...] = ()
    configuration: Config = {}


def draft_rules(house: House, places: Places, sources: Iterable[Source]) -> Iterator[Draft]:
    """Give the drafts of rules, each with a slug of its own."""
    by_id = {source.id: source for source in sources}
    for rule_id, slug in unique_slugs(by_id).items():
        yield draft_rule(house, places, by_id[rule_id], slug)


def unique_slugs(names: Iterable[str]) -> dict[str, str]:
    """Return for each name the end of an entity id that no other one has."""
    slugs: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        stem = _slug(f"pimatic {name}")
        slugs[name] = next(one for one in _names(stem) if one not in taken)
        taken.add(slugs[name])
    return slugs


def _names(stem: str) -> Iterator[str]:
    yield stem
    for number in count(2):
        yield f"{stem}_{number}"


def draft_rule(house: House, places: Places, source: Source, slug: str) -> Draft:
    """Return the draft of a rule."""
    if not source.is_valid:
        return Draft(source, slug, None, (Note(Why.INVALID_RULE, source.text, source.error),))
    try:
        rule = read_rule(house, source.text)
    except NotARule:
        return Draft(source, slug, None, (Note(Why.UNKNOWN_WORDS, source.text),))
    return _Drafting(places, source, slug, rule).draft()


class _Drafting:
    """Drafts one rule."""

    def __init__(self, places: Places, source: Source, slug: str, rule: ReadRule) -> None:
        self._places = places
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
            "mode": "restart" if any(step.after or step.lasts for step in self._rule.steps) else "queued",
        }
        if not conditions.triggers and not any(one.predicate is None for one in self._rule.parts):
            self._missing.append(Note(Why.NEVER_STARTS, self._source.text))
        if not self._source.is_active:
            automation["initial_state"] = False
        used = set(_ENTITY_ID.findall(str(automation)))
        self._notes.extend(Note(Why.DISABLED, named=one) for one in sorted(used & self._places.disabled))
        missing, notes = (tuple(dict.fromkeys(them)) for them in (self._missing, self._notes))
        return Draft(self._source, self._slug, automation, missing, notes, self._configuration)

    # Predicates ----------------------------------------------------------------------------------

    def predicate(self, index: int) -> Drafted | None:
        """Return a predicate; one that cannot be drafted is noted, and None."""
        part = self._rule.parts[index]
        if part.predicate is None:
            self._missing.append(Note(Why.UNKNOWN_WORDS, part.text))
            return None
        try:
            drafted = draft_predicate(part.predicate, self._places)
            if drafted.helper is not None:
                drafted = self.by_helper(index, drafted.helper, drafted.notes)
            if part.held is not None:
                drafted = held(drafted, duration(Templates(self._places), part.held))
        except NotDrafted as error:
            self._missing.append(Note(error.why, part.text, error.named))
            return None
        self._notes.extend(note._replace(words=part.text) for note in drafted.notes)
        return drafted._replace(condition=None) if part.only_trigger else drafted

    def by_helper(self, index: int, helper: Helper, notes: tuple[Note, ...] = ()) -> Drafted:
        """Return a predicate that is read from a helper, and add the helper to the configuration."""
        name = f"{self._slug}_{index + 1}"
        self._configuration.setdefault("template", []).append(helper.config(name))
        self._notes.append(Note(Why.HELPER, self._rule.parts[index].text, f"binary_sensor.{name}"))
        return read_from(name)._replace(notes=notes)

    # Actions -------------------------------------------------------------------------------------

    def _actions(self) -> list[Config]:
        """Return the actions in their order, and behind them together those that wait.

        The server starts all at once: one that waits holds up no other.
        """
        at_once: list[Config] = []
        waiting: list[list[Config]] = []
        for number, step in enumerate(self._rule.steps, 1):
            made = self._made(step, number)
            undo = list(self._undo(step, number, made))
            if step.after is not None:
                waiting.append([self._delay(step.after), *made, *undo])
                continue
            at_once += made
            if undo:
                waiting.append(undo)
        if len(waiting) == 1:
            return at_once + waiting[0]
        return [*at_once, {"parallel": [{"sequence": sequence} for sequence in waiting]}] if waiting else at_once

    def _made(self, step: Step, number: int) -> list[Config]:
        """Return an action; one that cannot be drafted keeps its place as a step that is switched off."""
        nothing: list[Config] = [{"alias": step.text, "delay": {"seconds": 0}, "enabled": False}]
        if step.action is None:
            self._missing.append(Note(Why.UNKNOWN_WORDS, step.text))
            return nothing
        try:
            drafted = draft_action(step.action, self._places)
        except NotDrafted as error:
            self._missing.append(Note(error.why, step.text, error.named))
            return nothing
        self._notes.extend(note._replace(words=step.text) for note in drafted.notes)
        if drafted.shell is None:
            return [drafted.config]
        name = f"{self._slug}_{number}"
        self._configuration.setdefault("shell_command", {})[name] = drafted.shell[1]
        return [{"action": f"shell_command.{name}"}]

    def _undo(self, step: Step, number: int, made: list[Config]) -> Iterator[Config]:
        """Give what ends an action that lasts only for a time; what a dimmer had before is kept first."""
        action = step.action
        if step.lasts is None or not isinstance(action, DeviceDoes) or made[0].get("enabled") is False:
            return
        if action.do in REPEATED:
            self._notes.append(Note(Why.REPEATED, step.text))
            return
        if action.do is Do.DIM:
            level = f"level_{number}"
            if (restored := restore_level(action.device, self._places, level)) is None:
                self._missing.append(Note(Why.NO_ACTION, step.text, action.device.name))
                return
            made.insert(0, restored[0])
            end = [restored[1]]
        elif (undo := UNDO.get(action.do)) is not None:
            end = self._made(step._replace(action=DeviceDoes(undo, action.device)), number)
        else:
            return
        yield self._delay(step.lasts)
        yield from end

    def _delay(self, time: Duration) -> Config:
        try:
            return {"delay": duration(Templates(self._places), time)}
        except NotDrafted as error:
            self._missing.append(Note(error.why, self._source.text, error.named))
            return {"delay": {"seconds": 0}, "enabled": False}


class _Conditions:
    """The triggers of a rule, and the conditions that the triggers leave to be checked.

    A predicate that cannot start the rule gets no trigger, and one that is sure to be true is not checked.
    """

    def __init__(self, drafting: _Drafting, rule: ReadRule) -> None:
        self._parts = rule.parts
        self._drafted = {i: drafting.predicate(i) for i in range(len(rule.parts))}
        self._starting = [
            i
            for i, part in enumerate(rule.parts)
            if part.is_trigger and self._drafted[i] is not None and self._can_be_true(rule.tree, i)
        ]
        self._checked: set[int] = set()
        self.conditions: list[Config] = []
        if not (self._starting and all(self._is_sure(rule.tree, i) for i in self._starting)):
            for i, drafted in self._drafted.items():
                if drafted is not None and needs_helper(drafted) and self._starting != [i]:
                    self._drafted[i] = drafting.by_helper(i, waiting_helper(drafted))
            self.conditions = _flat(self._condition(rule.tree))
        self.triggers = [self._trigger(i) for i in self._starting]
        if any(self._returns(i) for i in self._starting):
            self.conditions.append(dict(NOT_RETURNED))

    def _trigger(self, index: int) -> Config:
        drafted = self._drafted[index]
        assert drafted is not None
        return {**drafted.trigger, "id": _id(index)} if index in self._checked else drafted.trigger

    def _returns(self, index: int) -> bool:
        drafted = self._drafted[index]
        return drafted is not None and drafted.returns

    def _is_event(self, index: int) -> bool:
        drafted = self._drafted[index]
        return drafted is not None and drafted.condition is None

    def _can_be_true(self, node: Node, fired: int) -> bool:
        """Return True if the condition can be true when this predicate starts the rule."""
        match node:
            case Leaf(index):
                return index == fired or not self._is_event(index)
            case Both(nodes):
                return all(self._can_be_true(one, fired) for one in nodes)
            case Either(nodes):
                return any(self._can_be_true(one, fired) for one in nodes)

    def _is_sure(self, node: Node, fired: int) -> bool:
        """Return True if the condition is true because this predicate started the rule."""
        match node:
            case Leaf(index):
                drafted = self._drafted[index]
                return index == fired and drafted is not None and drafted.check is None
            case Both(nodes):
                return all(self._is_sure(one, fired) for one in nodes)
            case Either(nodes):
                return any(self._is_sure(one, fired) for one in nodes)

    def _condition(self, node: Node) -> Condition:
        match node:
            case Leaf(index):
                return self._leaf(index)
            case Both(nodes):
                return _joined("and", [self._condition(one) for one in nodes], neutral=True)
            case Either(nodes):
                return _joined("or", [self._condition(one) for one in nodes], neutral=False)

    def _leaf(self, index: int) -> Condition:
        drafted = self._drafted[index]
        if drafted is None:
            # Never true until a person fills it in: a condition that is left out would let the rule run too often.
            words = self._parts[index].text
            return {"alias": words, "condition": "template", "value_template": "{{ false }}"}
        is_only = self._starting == [index]
        if drafted.condition is not None:
            return True if is_only else drafted.condition
        if index not in self._starting:
            return False
        if is_only:
            return drafted.check or True
        self._checked.add(index)
        started: Config = {"condition": "trigger", "id": [_id(index)]}
        return _joined("and", [started, drafted.check], neutral=True) if drafted.check else started


def _id(index: int) -> str:
    return f"predicate_{index + 1}"


def _joined(kind: str, conditions: Iterable[Condition], *, neutral: bool) -> Condition:
    """Return conditions joined by "and" or "or": a neutral one counts for nothing, its opposite decides."""
    found: list[Config] = []
    for one in conditions:
        if isinstance(one, bool):
            if one is not neutral:
                return one
        elif one["condition"] == kind and "alias" not in one:
            found.extend(one["conditions"])
        else:
            found.append(one)
    if not found:
        return neutral
    return found[0] if len(found) == 1 else {"condition": kind, "conditions": found}


def _flat(condition: Condition) -> list[Config]:
    """Return the list of an automation, which is joined by "and"."""
    if isinstance(condition, bool):
        return [] if condition else [{"condition": "template", "value_template": "{{ false }}"}]
    return condition["conditions"] if condition["condition"] == "and" else [condition]


_ENTITY_ID: Final = re.compile(r"[a-z_]+\.[a-z0-9_]+")
_NO_WORD: Final = re.compile(r"[^a-z0-9]+")


def _slug(text: str) -> str:
    """Return a text as the end of an entity id."""
    return _NO_WORD.sub("_", text.lower()).strip("_")[:80] or "rule"
