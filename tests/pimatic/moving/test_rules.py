"""The parser of rules, compared with a real server."""

import json
from pathlib import Path
import re
import time
from typing import Any

import pytest

from custom_components.pimatic.api.parse import parse_device, parse_variable
from custom_components.pimatic.common.client.wire import DropCounter
from custom_components.pimatic.moving.actions import ACTIONS
from custom_components.pimatic.moving.namespace import Namespace
from custom_components.pimatic.moving.predicates import PREDICATES
from custom_components.pimatic.moving.rules import And, Leaf, Node, NotARule, Or, read_rule

from .corpus import accepted, rules

FIXTURES = Path("simulators/pimatic/fixtures")


@pytest.fixture(scope="module")
def namespace() -> Namespace:
    """Return the names of the test house."""
    dropped = DropCounter()
    devices = [parse_device(raw, dropped) for raw in json.loads((FIXTURES / "devices.json").read_text())]
    variables = [parse_variable(raw, dropped) for raw in json.loads((FIXTURES / "variables.json").read_text())]
    return Namespace(
        {one.device.id: one.device for one in devices if one},
        {variable.name: value for variable, value in (one for one in variables if one) if "." not in variable.name},
    )


@pytest.mark.parametrize("rule", rules())
def test_a_rule_is_parsed_as_on_the_server(namespace: Namespace, rule: str) -> None:
    read, server = read_rule(namespace, rule), accepted()[rule]
    assert [
        [part.text.lower(), part.hold_time is not None, not part.is_trigger, part.only_trigger] for part in read.parts
    ] == [[words.lower(), time is not None, *flags] for words, time, *flags in server.predicates]
    assert [[step.text.lower(), step.delay is not None, step.duration is not None] for step in read.steps] == [
        [words.lower(), after is not None, lasts is not None] for words, after, lasts in server.actions
    ]
    words = [part.text.lower() for part in read.parts]
    assert _shape(read.tree, words) == _plain(server.tree)
    assert all(part.predicate is not None for part in read.parts)
    assert all(step.action is not None for step in read.steps)


def _shape(node: Node, words: list[str]) -> Any:
    match node:
        case Leaf(number):
            return words[number]
        case And(nodes):
            return ["and", *(_shape(one, words) for one in nodes)]
        case Or(nodes):
            return ["or", *(_shape(one, words) for one in nodes)]


def _plain(tree: Any) -> Any:
    """Return the server's tree without the difference between "and" and "and if"."""
    if isinstance(tree, str):
        return tree.lower()
    link, *sides = tree
    return [link.split()[0], *(_plain(one) for one in sides)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        'dummy-switch is on then log "no when"',
        "when dummy-switch is on",
        'when dummy-switch is on then log "a" then log "b"',
        'when [dummy-switch is on then log "a"',
        'when dummy-switch is on] then log "a"',
        'when  then log "a"',
        "when " + "[" * 60 + "dummy-switch is on" + "]" * 60 + ' then log "a"',
        'when dummy-switch is on then log "' + "x" * 10_000 + '"',
    ],
)
def test_a_text_that_is_no_rule_is_refused(namespace: Namespace, text: str) -> None:
    with pytest.raises(NotARule):
        read_rule(namespace, text)


def test_words_of_other_plugins_are_kept_as_text(namespace: Namespace) -> None:
    rule = read_rule(
        namespace,
        'when raining is "heavy and cold" for 5 minutes and [dummy-switch is on or mail arrives] '
        'then push title:"a and b" message:"c" and turn dummy-switch off after 3 s and speak "x"',
    )
    assert [(part.text, part.predicate is None, part.hold_time is not None) for part in rule.parts] == [
        ('raining is "heavy and cold"', True, True),
        ("dummy-switch is on", False, False),
        ("mail arrives", True, False),
    ]
    assert [(step.text, step.action is None, step.delay is not None) for step in rule.steps] == [
        ('push title:"a and b" message:"c"', True, False),
        ("turn dummy-switch off", False, True),
        ('speak "x"', True, False),
    ]


@pytest.mark.parametrize(
    "text", ['"{' * 1000, "(" * 1000, "min(" * 1000, "1+" * 1000, '"' * 1001, "$the-answer-" * 300, "every " * 500]
)
@pytest.mark.timing(reason="reading may take half a second of this process at most")
def test_long_texts_are_parsed_in_time(namespace: Namespace, text: str) -> None:
    started = time.process_time()
    rule = read_rule(namespace, f"when {text} then log {text}")
    assert rule.parts[0].predicate is None
    assert rule.steps[0].action is None
    assert time.process_time() - started < 0.5


def test_the_docs_have_a_row_for_each_form() -> None:
    """The table in docs/pimatic.md and the tables in the code have the same forms in the same order."""
    chapter = Path("docs/pimatic.md").read_text().split("| a rule says |")[1].split("\n\n")[0]
    documented = re.findall(r"^\| `(.+?)` \|", chapter, re.MULTILINE)
    forms = [*(row.form for row in PREDICATES), *(row.form for row in ACTIONS)]
    assert documented == list(dict.fromkeys(forms))


def test_a_name_with_braces_is_no_variable(namespace: Namespace) -> None:
    odd = Namespace(namespace.devices, {"{{now()}}": 1, **namespace.variables})
    assert read_rule(odd, "when dummy-switch is on then set ${{now()}} to 1").steps[0].action is None
