"""The reconnect loop: how long it waits between two attempts, and what ends a wait early."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest

from common.client import backoff as module
from common.client.backoff import ReconnectLoop
from common.client.errors import AuthFailed, CannotConnect, PushError


class EndOfTest(Exception):
    """Ends the loop. Otherwise it only ends when it is cancelled."""


type Step = Callable[[ReconnectLoop], Awaitable[None]]


class Waits:
    """Runs the reconnect loop with a list of sessions, and records the waits between them without waiting."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, steps: list[Step]) -> None:
        self.waits: list[float] = []
        self.reasons: list[str] = []
        self._steps: Iterator[Step] = iter(steps)
        monkeypatch.setattr(module, "BACKOFF_FIRST", 1.0)
        monkeypatch.setattr(module, "BACKOFF_LONGEST", 60.0)
        monkeypatch.setattr(module, "uniform", self._longest)
        self.connection = ReconnectLoop(self._session, lost=self._lost, name="test")

    def _longest(self, _low: float, high: float) -> float:
        self.waits.append(high)
        return 0.0

    async def _session(self) -> None:
        step = next(self._steps, None)
        if step is None:
            raise EndOfTest
        await step(self.connection)

    async def _lost(self, reason: PushError) -> float | None:
        self.reasons.append(str(reason))
        return None

    async def run(self) -> list[float]:
        """Return the longest possible value of each wait."""
        with pytest.raises(EndOfTest):
            await self.connection.run()
        return self.waits


async def fails(_connection: ReconnectLoop) -> None:
    """Fail to connect."""
    raise CannotConnect("no route")


async def short(connection: ReconnectLoop) -> None:
    """Connect, and lose the connection at once."""
    connection.established()


def held(seconds: float) -> Step:
    """Return a session that is lost after this time."""

    async def step(connection: ReconnectLoop) -> None:
        connection.established()
        assert connection._established_at is not None
        connection._established_at -= seconds

    return step


@pytest.mark.parametrize(
    ("steps", "waits"),
    [
        pytest.param([fails] * 9, [1, 2, 4, 8, 16, 32, 60, 60, 60], id="waits double up to a minute"),
        pytest.param([fails] * 4 + [held(60), fails], [1, 2, 4, 8, 1, 2], id="a long session resets the wait"),
        pytest.param([fails] * 4 + [short, fails], [1, 2, 4, 8, 1, 2], id="a single short session resets it too"),
        pytest.param([short] * 9, [1, 2, 4, 8, 16, 32, 60, 60, 60], id="short sessions in a row do not"),
        pytest.param([short] * 4 + [held(60), short], [1, 2, 4, 8, 1, 1], id="short sessions, then a long one"),
    ],
)
async def test_waits_between_attempts(monkeypatch: pytest.MonkeyPatch, steps: list[Step], waits: list[float]) -> None:
    assert await Waits(monkeypatch, steps).run() == waits


async def test_jitter_shortens_a_wait_by_half_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[tuple[float, float]] = []

    def note(low: float, high: float) -> float:
        drawn.append((low, high))
        return 0.0

    waits = Waits(monkeypatch, [fails] * 3)
    monkeypatch.setattr(module, "uniform", note)
    await waits.run()
    assert drawn == [(0.5, 1.0), (1.0, 2.0), (2.0, 4.0)]


async def test_each_lost_session_is_reported_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = Waits(monkeypatch, [fails, short])
    await waits.run()
    assert waits.reasons == ["no route", "the device closed the connection"]
    assert (waits.connection.attempts, waits.connection.sessions) == (3, 1)


async def test_waits_after_refused_credentials_grow_to_15_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = Waits(monkeypatch, [])
    loop = waits.connection
    assert [loop.refused_wait() for _ in range(6)] == [60, 120, 240, 480, 900, 900]
    loop.established()
    assert loop.refused_wait() == 60


async def test_refused_credentials_do_not_end_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(_connection: ReconnectLoop) -> None:
        raise AuthFailed("wrong token")

    waits = Waits(monkeypatch, [refused, short])
    await waits.run()
    assert waits.reasons == ["wrong token", "the device closed the connection"]


class Attempts:
    """Counts failing attempts. `wait` is the time that the loop waits after each of them."""

    def __init__(self, wait: float | None) -> None:
        self._wait = wait
        self.started = asyncio.Event()
        self.slow = False
        self.connection = ReconnectLoop(self._session, lost=self._lost, name="test")

    async def _session(self) -> None:
        self.started.set()
        if self.slow:
            await asyncio.sleep(0.05)
        raise CannotConnect("no route")

    async def _lost(self, _reason: PushError) -> float | None:
        return self._wait

    async def next(self) -> None:
        """Wait for the next attempt."""
        self.started.clear()
        await asyncio.wait_for(self.started.wait(), 5)


async def test_retry_now_ends_the_wait() -> None:
    attempts = Attempts(wait=3600)
    running = asyncio.create_task(attempts.connection.run())
    await attempts.next()
    await asyncio.sleep(0.01)
    assert attempts.connection.attempts == 1

    attempts.connection.retry_now()
    await attempts.next()
    await asyncio.sleep(0.01)
    assert attempts.connection.attempts == 2, "one call makes one attempt"
    running.cancel()


async def test_retry_now_during_an_attempt_skips_the_wait_after_it() -> None:
    """When a device is discovered while an attempt hangs, the next attempt follows at once."""
    attempts = Attempts(wait=3600)
    attempts.slow = True
    running = asyncio.create_task(attempts.connection.run())
    await attempts.next()
    attempts.connection.retry_now()
    await attempts.next()
    assert attempts.connection.attempts == 2
    running.cancel()


async def test_retry_now_is_forgotten_when_the_attempt_succeeds() -> None:
    attempts = Attempts(wait=3600)
    attempts.slow = True
    running = asyncio.create_task(attempts.connection.run())
    await attempts.next()
    attempts.connection.retry_now()
    attempts.connection.established()
    await asyncio.sleep(0.1)
    assert attempts.connection.attempts == 1
    running.cancel()


@pytest.mark.timing(reason="counts the attempts in a fifth of a second")
async def test_the_callback_can_set_the_wait() -> None:
    attempts = Attempts(wait=0.01)
    running = asyncio.create_task(attempts.connection.run())
    await asyncio.sleep(0.2)
    assert 5 < attempts.connection.attempts <= 21
    running.cancel()
