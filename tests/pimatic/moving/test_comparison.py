"""The lines of the log that begin a run, and the comparison of runs of a rule and its draft."""

from dataclasses import asdict

import pytest

from custom_components.pimatic.api import Device
from custom_components.pimatic.moving.comparison import MOST_WAITING, Comparison, Outcome, Record, Side, State
from custom_components.pimatic.moving.executions import Executions, NotLogged, rule_of
from custom_components.pimatic.moving.namespace import Namespace
from custom_components.pimatic.moving.rules import read_rule

HOUSE = Namespace({"lamp": Device("lamp", "Lamp", "switch")}, {"wait": 5})


def executions(actions: str) -> Executions:
    """Return the finder of runs for a rule with these actions."""
    return Executions(read_rule(HOUSE, f"when $wait > 3 then {actions}").steps)


@pytest.mark.parametrize(
    ("line", "rule_id"),
    [
        ("rule night-1: turned Lamp on", "night-1"),
        ("rule a_b error executing an action: no device", "a_b"),
        ("execute action: rule x: y", None),
        ("rule with words: x", None),
        ("rule night-1", None),
        ("", None),
    ],
)
def test_the_rule_of_a_log_line(line: str, rule_id: str | None) -> None:
    assert rule_of(line) == rule_id


@pytest.mark.parametrize(
    ("actions", "lines", "runs"),
    [
        # One action: each line is a run, except shortly after another.
        ('log "a"', [0, 0.2, 1, 2], [0, 1, 2]),
        # Two actions, the second of which takes longer.
        ('log "a" and log "b"', [0, 0.1, 5, 5.1], [0, 5]),
        ('log "a" and log "b"', [0, 3, 5, 5.1], [0, 5]),
        # A line follows the delay. The next run cancels the delayed action, which is then logged at once.
        ('log "a" and after 10 seconds log "b"', [0, 10.3, 20, 30], [0, 20]),
        ('log "a" and after 10 seconds log "b"', [0, 4, 4.1, 14], [0, 4]),
        # The action failed and is not undone: a line after the time begins a run.
        ('log "a" and log "b" for 3 seconds', [0, 0.1, 7, 7.1], [0, 7]),
    ],
)
def test_log_lines_that_begin_a_run(actions: str, lines: list[float], runs: list[float]) -> None:
    finder = executions(actions)
    assert [at for at in lines if finder.add_line(at)] == runs


@pytest.mark.parametrize("actions", ['after 1 minute log "a"', 'log "a" and after $wait seconds log "b"'])
def test_rules_whose_runs_are_not_in_the_log(actions: str) -> None:
    with pytest.raises(NotLogged):
        executions(actions)


def test_runs_within_the_tolerance_agree_in_any_order() -> None:
    comparison = Comparison(2)
    assert comparison.add_run(Side.PIMATIC, 10) is None
    assert comparison.add_run(Side.DRAFT, 11.9) == Outcome(10, 11.9)
    assert comparison.add_run(Side.DRAFT, 20) is None
    assert comparison.add_run(Side.PIMATIC, 20.1) == Outcome(20.1, 20)
    assert not comparison.is_waiting


def test_a_run_of_one_side_is_a_difference_after_the_tolerance() -> None:
    comparison = Comparison(2)
    comparison.add_run(Side.DRAFT, 10)
    comparison.add_run(Side.DRAFT, 11)
    assert comparison.expire(12) == []
    assert comparison.expire(12.5) == [Outcome(None, 10)]
    assert comparison.add_run(Side.PIMATIC, 12.6) == Outcome(12.6, 11)
    comparison.add_run(Side.PIMATIC, 20)
    assert comparison.expire(23) == [Outcome(20, None)]


def test_the_number_of_waiting_runs_is_limited() -> None:
    comparison = Comparison(2)
    for _ in range(10_000):
        comparison.add_run(Side.PIMATIC, 1)
    assert len(comparison.expire(9)) == MOST_WAITING


def test_a_record_counts_outcomes_and_can_be_stored() -> None:
    record = Record("when x then y", 1.0)
    assert record.agrees_since == 1
    record.count(Outcome(5, 6))
    record.count(Outcome(7, 8))
    assert (record.state, record.agreements, record.in_a_row, record.agrees_since) == (State.AGREED, 2, 2, 1)
    record.count(Outcome(None, 9))
    assert (record.state, record.differences, record.in_a_row, record.agrees_since) == (State.DIFFERED, 1, 0, 9)
    record.count(Outcome(10, None))
    assert record.agrees_since == 10
    assert Record(**asdict(record)) == record
