"""The time limit for silence: raised after it, put off by everything heard, gone afterwards."""

import asyncio
from time import monotonic

import pytest

from common.client.silence import Silence


async def test_silence_ends_the_wait() -> None:
    loop = asyncio.get_running_loop()
    start = loop.time()
    with pytest.raises(TimeoutError):
        async with Silence(0.05):
            await asyncio.sleep(5)
    assert 0.04 < loop.time() - start < 1


async def test_what_is_heard_puts_the_end_off() -> None:
    loop = asyncio.get_running_loop()
    heard = 0.0

    async def listen() -> None:
        nonlocal heard
        async with Silence(0.1) as silence:
            for _ in range(6):
                await asyncio.sleep(0.03)
                silence.heard_at = monotonic()
                heard = loop.time()
            await asyncio.sleep(5)

    start = loop.time()
    with pytest.raises(TimeoutError):
        await listen()
    assert heard - start > 0.15
    assert 0.09 < loop.time() - heard < 1


async def test_nothing_is_left_of_it() -> None:
    async with Silence(0.02) as silence:
        silence.heard_at = monotonic()
    await asyncio.sleep(0.05)


async def test_a_cancellation_from_elsewhere_stays_one() -> None:
    async def wait() -> None:
        async with Silence(5):
            await asyncio.sleep(5)

    task = asyncio.create_task(wait())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
