"""Watches one rule: runs its draft in Home Assistant, and compares the runs of both."""

from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Final

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..api import Rule
from ..const import DOMAIN, LOGGER
from ..coordinator import PimaticCoordinator
from .automation import Draft, draft_rule
from .comparison import Comparison, Outcome, Record, Side
from .dry_run import DryRun
from .executions import REPEAT_SECONDS, Executions, NotLogged
from .output import format_note
from .reasons import Note, Reason
from .rules import NotARule, read_rule
from .sources import DraftContext, note_texts, source_of

# The longest time between two runs that agree. A run that stays alone for longer is a difference.
TOLERANCE_SECONDS: Final = 2.0
# The additional tolerance for templates that Home Assistant renders once a minute.
MINUTE: Final = 60.0
# A filter in templates. Home Assistant evaluates regular expressions without a time limit.
REGULAR_EXPRESSION: Final = "regex_findall"
# Notes that do not prevent a comparison: they are about actions, or about differences that the comparison finds.
_COMPARABLE: Final = frozenset(
    {
        Reason.EQUAL_VALUES,
        Reason.NOT_REPORTED,
        Reason.SHELL,
        Reason.NEXT_INSTEAD,
        Reason.TIMER_COUNTS_DOWN,
        Reason.REPEATED,
        Reason.DAY_OF_UTC,
    }
)


class DraftWatch:
    """Watches a rule. `problem` is the reason why it is not compared at the moment, or ""."""

    def __init__(
        self, coordinator: PimaticCoordinator, rule_id: str, record: Record, changed: Callable[[str], None]
    ) -> None:
        """Initialize; `changed` is called with the rule's id when the record or the problem changes."""
        self._coordinator = coordinator
        self.rule_id = rule_id
        self.record = record
        self.problem = ""
        self._changed = changed
        self._dry_run: DryRun | None = None
        self._executions: Executions | None = None
        self._comparison = Comparison(TOLERANCE_SECONDS)
        self._draft_ran: float | None = None
        self._paused_until = 0.0
        self._cancel_check: CALLBACK_TYPE | None = None
        self._is_stopped = False

    @property
    def rule(self) -> Rule | None:
        """Return the current rule of the server."""
        return self._coordinator.client.state.rules.get(self.rule_id)

    # Draft ---------------------------------------------------------------------------------------

    async def async_update_draft(self, context: DraftContext) -> None:
        """Draft the current rule, and run this draft instead of an earlier one.

        Raises ServiceValidationError if the rule cannot be watched, HomeAssistantError if the draft fails.
        """
        if (rule := self.rule) is None or self._is_stopped:
            return
        try:
            draft, executions = await self._async_draft(rule, context)
        except ServiceValidationError:
            self._stop_dry_run()
            raise
        if self._is_stopped or (self._dry_run is not None and self._dry_run.automation == draft.automation):
            return
        self._stop_dry_run()
        if self.record.text != rule.text:
            self.record = Record(rule.text, dt_util.utcnow().timestamp())
        assert draft.automation is not None
        self._executions = executions
        is_late = any(note.reason is Reason.NOT_REPORTED for note in draft.notes)
        self._comparison = Comparison(TOLERANCE_SECONDS + (MINUTE if is_late else 0))
        self._dry_run = DryRun(self._coordinator.hass, draft.automation, self._draft_triggered)
        self.pause()
        try:
            await self._dry_run.async_start()
        except HomeAssistantError:
            self._stop_dry_run()
            raise
        self._changed(self.rule_id)

    async def _async_draft(self, rule: Rule, context: DraftContext) -> tuple[Draft, Executions]:
        """Return the draft of a rule that can be watched. Raises ServiceValidationError."""
        coordinator = self._coordinator
        if not coordinator.may("messages", "read"):
            raise _invalid("watch_no_log")
        if not rule.logging:
            raise _invalid("watch_not_logged", rule=rule.name)
        source, slug = source_of(rule), context.slugs.get(rule.id, rule.id)

        def drafted() -> tuple[Draft, Executions | None]:
            draft = draft_rule(context.namespace, context.entity_map, source, slug)
            try:
                return draft, Executions(read_rule(context.namespace, rule.text).steps)
            except NotARule, NotLogged:
                return draft, None

        draft, executions = await coordinator.hass.async_add_executor_job(drafted)
        if reason := next((note for note in (*draft.missing, *draft.notes) if not self._allows_comparison(note)), None):
            texts = await note_texts(coordinator.hass)
            raise _invalid("watch_not_drafted", rule=rule.name, reason=format_note(reason, texts))
        assert draft.automation is not None
        if REGULAR_EXPRESSION in f"{draft.automation['triggers']}{draft.automation['conditions']}":
            raise _invalid("watch_regular_expression", rule=rule.name)
        if executions is None:
            raise _invalid("watch_all_wait", rule=rule.name)
        return draft, executions

    def _allows_comparison(self, note: Note) -> bool:
        """Return True if a draft with this note can be compared."""
        if note.reason is Reason.HELPER:
            return self._coordinator.hass.states.get(note.named) is not None
        return note.reason in _COMPARABLE

    @property
    def _is_comparable(self) -> bool:
        """Return True while the rule is active, its draft runs, and the client is connected."""
        rule = self.rule
        is_active = rule is not None and rule.active
        return is_active and self._dry_run is not None and self._coordinator.client.connected

    # Runs ----------------------------------------------------------------------------------------

    @callback
    def server_logged(self) -> None:
        """Handle a line of the log about the rule."""
        if self._executions is not None and self._executions.add_line(now := _now()):
            self._add_run(Side.PIMATIC, now)

    @callback
    def _draft_triggered(self) -> None:
        now = _now()
        # pimatic does not run a rule again within this time.
        if self._draft_ran is None or now - self._draft_ran > REPEAT_SECONDS:
            self._draft_ran = now
            self._add_run(Side.DRAFT, now)

    @callback
    def _add_run(self, side: Side, now: float) -> None:
        if not self._is_comparable or now < self._paused_until:
            return
        self._check(now)
        if (outcome := self._comparison.add_run(side, now)) is not None:
            self._count(outcome)
        elif self._cancel_check is None:
            self._check_later()

    @callback
    def _check(self, now: float) -> None:
        """Count the runs of one side alone as differences."""
        for outcome in self._comparison.expire(now):
            LOGGER.debug("Rule %s and its draft differ: %s", self.rule_id, outcome)
            self._count(outcome)

    @callback
    def _count(self, outcome: Outcome) -> None:
        """Record an outcome with the times of Home Assistant's clock."""
        ahead = dt_util.utcnow().timestamp() - _now()
        self.record.count(Outcome(*(None if at is None else at + ahead for at in outcome)))
        self._changed(self.rule_id)

    def _check_later(self) -> None:
        seconds = self._comparison.tolerance + 0.1
        self._cancel_check = async_call_later(self._coordinator.hass, seconds, self._check_expired)

    @callback
    def _check_expired(self, _: datetime) -> None:
        self._cancel_check = None
        self._check(_now())
        if self._comparison.is_waiting:
            self._check_later()

    @callback
    def pause(self) -> None:
        """Discard waiting runs, and compare nothing for TOLERANCE_SECONDS.

        After a reconnect the draft sees all changes since the connection was lost at once.
        """
        self._comparison.clear()
        self._paused_until = _now() + TOLERANCE_SECONDS

    def _stop_dry_run(self) -> None:
        dry_run, self._dry_run = self._dry_run, None
        if dry_run is not None:
            dry_run.stop()

    @callback
    def stop(self) -> None:
        """Stop the draft and the timer."""
        self._is_stopped = True
        self._executions = None
        self._stop_dry_run()
        if self._cancel_check is not None:
            self._cancel_check()
            self._cancel_check = None


def _now() -> float:
    """Return monotonic seconds, which a change of the clock does not affect."""
    return monotonic()


def _invalid(key: str, **placeholders: str) -> ServiceValidationError:
    return ServiceValidationError(translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders)
