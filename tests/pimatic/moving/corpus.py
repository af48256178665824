"""The rules of rules.txt, and how a real pimatic 0.9.54 parses them.

`accepted.json` has for each rule the words of its predicates with their times, and the words of its actions, from
the responses of getRuleConditionHints and getRuleActionsHints. tests/live/test_pimatic_rules.py compares it with
a real server, and writes the file if PIMATIC_RECORD is set.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
ACCEPTED = HERE / "accepted.json"


class Reading(NamedTuple):
    """A rule as the server parses it: predicates as (words, time, only as condition, only as trigger), actions as
    (words, after, for)."""

    predicates: list[list[Any]]
    actions: list[list[Any]]
    tree: Any


def rules() -> list[str]:
    """Return the rules."""
    lines = (HERE / "rules.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def accepted() -> dict[str, Reading]:
    """Return the rules as the server parses them."""
    return {rule: Reading(**answer) for rule, answer in json.loads(ACCEPTED.read_text()).items()}
