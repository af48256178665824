"""Reasons why a part of a rule is not drafted, and notes on drafts for the user."""

from enum import StrEnum
from typing import NamedTuple


class Reason(StrEnum):
    """Keys of the texts under `exceptions` in the translations."""

    NOT_COMPLETE = "draft_not_complete"
    INVALID_RULE = "draft_invalid_rule"
    UNKNOWN_WORDS = "draft_unknown_words"
    NO_ENTITY = "draft_no_entity"
    NO_FUNCTION = "draft_no_function"
    NO_SUCH_MODE = "draft_no_such_mode"
    NO_ACTION = "draft_no_action"
    NOT_HELD = "draft_not_held"
    NO_TIME = "draft_no_time"
    NEVER_STARTS = "draft_never_starts"
    # Notes on what was drafted.
    EQUAL_VALUES = "draft_equal_values"
    NOT_REPORTED = "draft_not_reported"
    HOME_ASSISTANT_STARTS = "draft_home_assistant_starts"
    SHELL = "draft_shell"
    NEXT_INSTEAD = "draft_next_instead"
    TIMER_COUNTS_DOWN = "draft_timer_counts_down"
    REPEATED = "draft_repeated"
    DAY_OF_UTC = "draft_day_of_utc"
    HELPER = "draft_helper"
    DISABLED = "draft_disabled"


class Note(NamedTuple):
    """A reason with the words of the rule that it is about; `named` is another name in its text."""

    reason: Reason
    words: str = ""
    named: str = ""


class NotDrafted(Exception):
    """A part of a rule cannot be drafted, for this reason."""

    def __init__(self, reason: Reason, named: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.named = named
