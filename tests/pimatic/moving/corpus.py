"""The rules of rules.txt, and what a real pimatic 0.9.54 answered when it was asked how it reads them.

`accepted.json` holds for each rule the words of its predicates with their times, and the words of its actions: the
answers of getRuleConditionHints and getRuleActionsHints. tests/live/test_pimatic_rules.py asks a real server again, and
writes the file when PIMATIC_RECORD is set.
"""

import json
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
ACCEPTED = HERE / "accepted.json"


class Reading(NamedTuple):
    """How the server reads a rule: predicates as (words, time, only as condition, only as trigger), actions as
    (words, after, for)."""

    predicates: list[list[Any]]
    actions: list[list[Any]]
    tree: Any


def rules() -> list[str]:
    """Return the rules."""
    lines = (HERE / "rules.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def accepted() -> dict[str, Reading]:
    """Return how the server reads each rule."""
    return {rule: Reading(**answer) for rule, answer in json.loads(ACCEPTED.read_text()).items()}
