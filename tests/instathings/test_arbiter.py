"""An event that cloud and gateway report changes the state once, with any clocks, order and delays."""

from collections.abc import Sequence
from itertools import pairwise
from time import time
from typing import NamedTuple

from hypothesis import example, given, strategies as st
import pytest

from custom_components.instathings.api.arbiter import MAX_WAITING, WINDOW_SECONDS, Arbiter, Verdict, Way
from custom_components.instathings.api.model import Reading, Values
from custom_components.instathings.api.readings import is_later

DEVICE = "zbBulb001"
EPOCH = 1_764_000_000.0
WAYS = tuple(Way)


def reading(value: float | str, timestamp: float) -> Reading:
    """Return a reading with one value."""
    return Reading(DEVICE, EPOCH + timestamp, {"state": value})


class Event(NamedTuple):
    """A change of a device, `gap` seconds after the previous one; `delays` are those of the two ways."""

    gap: float
    value: int
    delays: tuple[float, float]


class Report(NamedTuple):
    """An event as a way reports it."""

    arrives: float
    number: int
    way: Way
    timestamp: float


def reports_of(events: Sequence[Event], offsets: Sequence[float], is_arrival: Sequence[bool]) -> list[Report]:
    """Return the reports in order. Each way keeps the order of the events, with timestamps of its own clock.

    If `is_arrival` is True, the timestamp is the time at which the way received the event, otherwise that of the event.
    """
    found: list[Report] = []
    for index, way in enumerate(WAYS):
        happens = arrives = 0.0
        for number, event in enumerate(events):
            happens += event.gap
            arrives = max(arrives, happens + event.delays[index])
            stamped = (arrives if is_arrival[index] else happens) + offsets[index]
            found.append(Report(arrives, number, way, stamped))
    return sorted(found)


# Sums of floats are not exact: a delay of the whole window may become longer than the window.
delay = st.floats(0, WINDOW_SECONDS - 0.001)
event = st.builds(Event, st.floats(0, 90), st.integers(0, 2), st.tuples(delay, delay))
offset = st.floats(-86_400, 86_400)


@given(st.lists(event, max_size=30), st.tuples(offset, offset), st.tuples(st.booleans(), st.booleans()))
@example([Event(0, 1, (0, 20)), Event(5, 0, (0, 20)), Event(5, 1, (0, 20))], (0, 0), (False, False))
@example([Event(0, 1, (60, 0)), Event(1, 0, (0, 0)), Event(1, 1, (0, 60))], (7200, 0), (True, True))
def test_each_event_changes_the_state_once_and_in_order(
    events: list[Event], offsets: tuple[float, float], is_arrival: tuple[bool, bool]
) -> None:
    arbiter = Arbiter()
    taken = [
        report.number
        for report in reports_of(events, offsets, is_arrival)
        if arbiter.take(report.way, reading(events[report.number].value, report.timestamp), report.arrives)
        is Verdict.NEW
    ]
    assert taken == list(range(len(events)))


class Cut(NamedTuple):
    """The times at which the connection of a way is lost and restored."""

    way: Way
    start: float
    end: float


def simulate(events: Sequence[Event], cuts: Sequence[Cut], is_arrival: Sequence[bool]) -> tuple[list[int], int | None]:
    """Return the numbers of the events that changed the state, and of the last event that any way reported.

    During a disconnect a way reports nothing; after the reconnect it reports its latest stored reading.
    """
    arbiter, taken = Arbiter(), list[int]()
    reported: set[int] = set()
    live = dict.fromkeys(WAYS, True)
    reports = reports_of(events, (0.0, 0.0), is_arrival)
    moments: list[tuple[float, int, Report | tuple[Way, bool]]] = [(one.arrives, 1, one) for one in reports]
    for cut in cuts:
        moments += [(cut.start, 0, (cut.way, False)), (cut.end, 2, (cut.way, True))]
    stored: dict[Way, Report] = {}
    for now, _, what in sorted(moments, key=lambda moment: moment[:2]):
        if isinstance(what, Report):
            stored[what.way] = what
            if live[what.way]:
                reported.add(what.number)
                row = reading(events[what.number].value, what.timestamp)
                if arbiter.take(what.way, row, now) is Verdict.NEW:
                    taken.append(what.number)
            continue
        way, live[way] = what[0], what[1]
        if live[way]:
            arbiter.resumed(way, now)
            if (latest := stored.get(way)) is not None:
                reported.add(latest.number)
                row = reading(events[latest.number].value, latest.timestamp)
                if arbiter.take_stored(way, row, now, is_other_live=live[way.other]) is Verdict.NEW:
                    taken.append(latest.number)
    return taken, max(reported, default=None)


short = st.floats(0, 0.5)
delay_of_a_second = st.floats(0, 1)
spaced = st.builds(Event, st.floats(3, 90), st.integers(0, 1), st.tuples(short, short))


@st.composite
def cuts_of(draw: st.DrawFn, seconds: float = 600) -> list[Cut]:
    """Return cuts that do not overlap with others of the same way."""
    found: list[Cut] = []
    for way in WAYS:
        times = sorted(draw(st.lists(st.floats(0, seconds), max_size=6, unique=True)))
        found += [Cut(way, start, end) for start, end in list(pairwise(times))[::2]]
    return found


@given(st.lists(spaced, max_size=25), cuts_of(), st.tuples(st.booleans(), st.booleans()))
def test_a_reconnected_way_does_not_restore_old_values(
    events: list[Event], cuts: list[Cut], is_arrival: tuple[bool, bool]
) -> None:
    """The clocks agree, as those of gateway and cloud normally do."""
    taken, last = simulate(events, cuts, is_arrival)
    assert taken == sorted(set(taken)), "no event changes the state twice or after a later one"
    if last is not None:
        assert events[taken[-1]].value == events[last].value


dense = st.builds(Event, st.floats(0.01, 3), st.integers(0, 2), st.tuples(delay_of_a_second, delay_of_a_second))


@given(st.lists(dense, max_size=40), cuts_of(60), st.tuples(st.booleans(), st.booleans()))
def test_the_state_is_the_last_one_that_any_way_reported(
    events: list[Event], cuts: list[Cut], is_arrival: tuple[bool, bool]
) -> None:
    """There are so many events that timestamps do not distinguish equal readings."""
    taken, last = simulate(events, cuts, is_arrival)
    if last is not None:
        assert events[taken[-1]].value == events[last].value


def test_a_reading_with_equal_values_is_a_copy() -> None:
    arbiter = Arbiter()
    assert arbiter.take(Way.CLOUD, reading("ON", 0), 0) is Verdict.NEW
    assert arbiter.take(Way.GATEWAY, reading("ON", 1), 1) is Verdict.COPY
    assert arbiter.take(Way.GATEWAY, reading("OFF", 1.5), 1.5) is Verdict.NEW
    arbiter = Arbiter()
    invalid = Reading(DEVICE, EPOCH, {"temperature": float("nan")})
    also = Reading(DEVICE, EPOCH, {"temperature": float("nan")})
    assert arbiter.take(Way.CLOUD, invalid, 2) is Verdict.NEW
    assert arbiter.take(Way.GATEWAY, also, 3) is Verdict.COPY


@pytest.mark.parametrize(("seconds", "verdict"), [(WINDOW_SECONDS, Verdict.COPY), (WINDOW_SECONDS + 0.1, Verdict.NEW)])
def test_a_copy_is_received_within_the_window(seconds: float, verdict: Verdict) -> None:
    arbiter = Arbiter()
    arbiter.take(Way.CLOUD, reading("ON", 0), 0)
    assert arbiter.take(Way.GATEWAY, reading("ON", 0), seconds) is verdict


def test_a_reading_after_a_newer_one_is_no_copy() -> None:
    """The gateway's second reading is later than everything that the cloud reported before its first one."""
    arbiter = Arbiter()
    assert arbiter.take_stored(Way.CLOUD, reading("ON", 0), 0, is_other_live=False) is Verdict.NEW
    assert arbiter.take(Way.GATEWAY, reading("OFF", 1), 1) is Verdict.NEW
    assert arbiter.take(Way.GATEWAY, reading("ON", 1.5), 1.5) is Verdict.NEW


def test_two_presses_are_two_events() -> None:
    arbiter = Arbiter()
    verdicts = [
        arbiter.take(way, reading("single", now), now)
        for now, way in ((0, Way.GATEWAY), (1, Way.GATEWAY), (2, Way.CLOUD), (3, Way.CLOUD), (4, Way.CLOUD))
    ]
    assert verdicts == [Verdict.NEW, Verdict.NEW, Verdict.COPY, Verdict.COPY, Verdict.NEW]


def test_a_press_after_a_reconnect_is_no_copy() -> None:
    """The gateway missed the first press, so its next press is no copy."""
    arbiter = Arbiter()
    assert arbiter.take(Way.CLOUD, reading("single", 0), 0) is Verdict.NEW
    arbiter.resumed(Way.GATEWAY, 5)
    assert arbiter.take(Way.GATEWAY, reading("single", 20), 20) is Verdict.NEW
    assert arbiter.take(Way.CLOUD, reading("single", 20), 21) is Verdict.COPY


def test_a_reading_that_the_other_way_missed_is_late() -> None:
    arbiter = Arbiter()
    arbiter.take(Way.CLOUD, reading("ON", 0), 0)
    arbiter.take(Way.GATEWAY, reading("ON", 0), 0)
    arbiter.resumed(Way.GATEWAY, 10)
    assert arbiter.take(Way.GATEWAY, reading("OFF", 11), 11) is Verdict.NEW
    # The cloud reports an event of the gateway's disconnect after ten seconds.
    assert arbiter.take(Way.CLOUD, reading("single", 8), 18) is Verdict.LATE
    assert arbiter.take(Way.CLOUD, reading("OFF", 11), 21) is Verdict.COPY


def test_a_pushed_reading_older_than_the_stored_one_is_late() -> None:
    """After a reconnect, the cloud pushes a delayed reading that is older than its stored one."""
    arbiter = Arbiter()
    arbiter.resumed(Way.CLOUD, 10)
    assert arbiter.take_stored(Way.CLOUD, reading("OFF", 9), 10, is_other_live=False) is Verdict.NEW
    assert arbiter.take(Way.CLOUD, reading("ON", 8), 11) is Verdict.LATE
    assert arbiter.take(Way.CLOUD, reading("OFF", 9), 12) is Verdict.LATE
    assert arbiter.take(Way.CLOUD, reading("ON", 12), 13) is Verdict.NEW


def test_a_reading_before_an_expected_copy_is_late() -> None:
    """The gateway has reconnected and reports at once; the cloud reports half a second later."""
    arbiter = Arbiter()
    arbiter.resumed(Way.GATEWAY, 10)
    assert arbiter.take(Way.GATEWAY, reading(3, 10.2), 10.2) is Verdict.NEW
    assert arbiter.take(Way.CLOUD, reading(2, 10), 10.5) is Verdict.LATE
    assert arbiter.take(Way.CLOUD, reading(3, 10.2), 10.7) is Verdict.COPY
    assert arbiter.take(Way.CLOUD, reading(4, 10.8), 11.3) is Verdict.NEW


def test_a_lost_reading_does_not_make_the_next_ones_late() -> None:
    """The gateway does not report 1; the known offset of the clocks shows that its next readings are later."""
    arbiter = Arbiter()
    arbiter.take(Way.GATEWAY, reading(0, 0), 0)
    assert arbiter.take(Way.CLOUD, reading(0, 0.01), 0.5) is Verdict.COPY
    assert arbiter.take(Way.CLOUD, reading(1, 0.6), 0.6) is Verdict.NEW
    for number in range(2, 10):
        happened = number / 10 + 0.5
        assert arbiter.take(Way.GATEWAY, reading(number, happened), happened) is Verdict.NEW
        assert arbiter.take(Way.CLOUD, reading(number, happened + 0.01), happened + 0.3) is Verdict.COPY


@pytest.mark.parametrize(
    ("is_learned", "taken"),
    [
        pytest.param(True, [0, 1, 2], id="as late as before"),
        # A known limit (docs/protocol/instathings.md#the-same-reading-by-both-ways): the event may be a new one.
        pytest.param(False, [0, 1, 2, 1, 2], id="never seen late before"),
    ],
)
def test_a_reconnected_cloud_with_late_timestamps(is_learned: bool, taken: list[int]) -> None:
    """The cloud has reconnected, and reports events of the gateway with timestamps that are 20 s later."""
    arbiter = Arbiter()
    happened = {0: "START", 1: "ON", 2: "OFF"}
    reports = [
        (Way.GATEWAY, 0, 0),
        (Way.CLOUD, 0, 20 if is_learned else 0),
        (Way.GATEWAY, 1, 100),
        (None, 0, 105),
        (Way.GATEWAY, 2, 110),
        (Way.CLOUD, 1, 120),
        (Way.CLOUD, 2, 130),
    ]
    found = []
    for way, number, now in reports:
        if way is None:
            arbiter.resumed(Way.CLOUD, now)
        elif arbiter.take(way, reading(happened[number], now), now) is Verdict.NEW:
            found.append(number)
    assert found == taken


def test_events_of_a_stored_reading_are_fired_when_it_is_pushed() -> None:
    arbiter = Arbiter()
    assert arbiter.take_stored(Way.GATEWAY, reading("single", 0), 0, is_other_live=True) is Verdict.NEW
    assert arbiter.take(Way.CLOUD, reading("single", 0), 1) is Verdict.LATE


def test_a_stored_reading_is_new_or_a_copy() -> None:
    arbiter = Arbiter()

    def stored(way: Way, value: str, at: float, *, live: bool) -> Verdict:
        return arbiter.take_stored(way, reading(value, at), 1000, is_other_live=live)

    assert stored(Way.CLOUD, "OFF", 100, live=False) is Verdict.NEW
    assert stored(Way.CLOUD, "OFF", 100, live=False) is Verdict.COPY, "the reading was stored before"
    assert stored(Way.GATEWAY, "ON", 0, live=False) is Verdict.COPY, "the reading is older"
    assert stored(Way.GATEWAY, "OFF", 130, live=False) is Verdict.COPY, "the reading has the same values"
    assert stored(Way.GATEWAY, "ON", 140, live=True) is Verdict.COPY, (
        "the reading may be older, and the cloud would report a newer one"
    )
    assert stored(Way.GATEWAY, "ON", 150, live=False) is Verdict.NEW
    assert stored(Way.CLOUD, "OFF", 300, live=True) is Verdict.NEW, "the reading is certainly newer"


def test_the_offset_of_clocks_that_differ_by_hours_is_measured() -> None:
    arbiter = Arbiter()
    arbiter.take(Way.CLOUD, reading("ON", 0), 0)
    arbiter.take(Way.GATEWAY, reading("ON", -7200), 0.1)
    arbiter.take(Way.CLOUD, reading("OFF", 100), 100)
    assert arbiter.take_stored(Way.GATEWAY, reading("ON", -7050), 200, is_other_live=False) is Verdict.NEW
    assert arbiter.take_stored(Way.CLOUD, reading("OFF", 120), 210, is_other_live=False) is Verdict.COPY


YEARS = 10 * 365 * 86_400.0


@pytest.mark.parametrize("way", WAYS)
def test_a_stored_reading_from_the_future_does_not_block_others(way: Way) -> None:
    """A gateway with a wrong clock stores a reading from the future, which stays its latest one for years."""
    arbiter, now = Arbiter(), time()

    def at(value: str, timestamp: float) -> Reading:
        return Reading(DEVICE, timestamp, {"state": value})

    far = at("far", now + YEARS)
    assert arbiter.take_stored(way, far, 0, is_other_live=False) is Verdict.NEW, "there is no other reading"
    assert arbiter.take(way, at("on", now), 1) is Verdict.NEW
    assert arbiter.take_stored(way, far, 2, is_other_live=False) is Verdict.COPY
    assert arbiter.take(way, at("off", now + 1), 3) is Verdict.NEW
    assert arbiter.take_stored(way, at("on", now + 2), 4, is_other_live=False) is Verdict.NEW
    assert arbiter.take_stored(way, at("off", now + 1), 5, is_other_live=False) is Verdict.COPY


def test_the_offset_of_a_changed_clock_is_measured_again() -> None:
    arbiter = Arbiter()
    for number in range(5):
        arbiter.take(Way.CLOUD, reading(f"{number}", 10 * number), 10 * number)
        arbiter.take(Way.GATEWAY, reading(f"{number}", 10 * number - YEARS), 10 * number + 0.1)
    for number in range(5, 7):
        arbiter.take(Way.CLOUD, reading(f"{number}", 10 * number), 10 * number)
        arbiter.take(Way.GATEWAY, reading(f"{number}", 10 * number), 10 * number + 0.1)
    # The cloud misses a copy: only the offset of the clocks shows that its next reading is later.
    assert arbiter.take(Way.GATEWAY, reading("lost", 100), 100) is Verdict.NEW
    assert arbiter.take(Way.CLOUD, reading("next", 110), 110) is Verdict.NEW


@pytest.mark.parametrize(
    ("ago", "known_ago", "later"),
    [
        (10, 20, True),
        (20, 10, False),
        (10, 10, False),
        (10, -YEARS, True),
        (-YEARS, 10, False),
        (-YEARS, -YEARS, False),
        (-YEARS - 1, -YEARS, True),
        (-30, 10, True),
    ],
)
def test_a_timestamp_in_the_future_is_not_later(ago: float, known_ago: float, later: bool) -> None:
    now = time()
    assert is_later(now - ago, now - known_ago) is later


def test_a_response_to_a_status_request_is_new_or_a_copy() -> None:
    arbiter = Arbiter()
    values: Values = {"state": "ON"}
    assert arbiter.take_status(Way.GATEWAY, DEVICE, values, 0) is Verdict.NEW
    assert arbiter.take_status(Way.CLOUD, DEVICE, values, 1) is Verdict.COPY
    assert arbiter.take_status(Way.CLOUD, DEVICE, values, 2) is Verdict.NEW
    arbiter.forget(DEVICE)
    assert arbiter.take_status(Way.GATEWAY, DEVICE, values, 3) is Verdict.NEW


@pytest.mark.parametrize(("oldest", "verdict"), [(0, Verdict.LATE), (1, Verdict.COPY)])
def test_the_number_of_expected_copies_is_limited(oldest: int, verdict: Verdict) -> None:
    arbiter = Arbiter()
    for number in range(MAX_WAITING + 1):
        arbiter.take(Way.CLOUD, reading(number, 0), 0)
    assert arbiter.take(Way.GATEWAY, reading(oldest, 0), 1) is verdict
