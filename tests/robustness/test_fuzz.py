"""Arbitrary input for every fuzz target: a short version of `script/chaos --fuzz`."""

import asyncio
import logging
from typing import Any

from hypothesis import strategies as st
import pytest

from chaos.fuzz import (
    MOST_GROWTH,
    MOST_KINDS,
    fuzz,
    kinds_of_dropped,
    memory_growth,
    memory_growth_by_different,
    storm,
)
from chaos.fuzz_target import FuzzTarget, all_domains, feed, fuzz_targets_of, quiet_loop
from chaos.mutate import Mutator

CASES = 150
MUTATED = 1000
TARGETS = [(domain, name) for domain in all_domains() for name in fuzz_targets_of(domain)[0]]
MEGABYTES = 10 * 1024 * 1024


@pytest.mark.parametrize(("domain", "target"), TARGETS, ids=[f"{domain} {name}" for domain, name in TARGETS])
def test_arbitrary_input_raises_nothing(domain: str, target: str) -> None:
    fuzz(domain, target, CASES)


@pytest.mark.parametrize(("domain", "target"), TARGETS, ids=[f"{domain} {name}" for domain, name in TARGETS])
def test_damaged_messages_raise_nothing(domain: str, target: str) -> None:
    storm(domain, target, MUTATED)


def test_a_failing_input_is_minimized_and_reported_with_its_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise a broken fuzzer would look like one that finds nothing."""

    def take(value: Any) -> None:
        if b"Content-Length" in value:
            raise KeyError

    target = FuzzTarget(st.none(), Mutator.multipart, take, ())
    monkeypatch.setattr("chaos.fuzz.fuzz_targets_of", lambda _domain: ({"broken": target}, []))
    reports = []
    for _ in range(2):
        with pytest.raises(AssertionError, match="of seed 3: b'Content-Length'") as caught:
            storm("rotoclear", "broken", 500, 3)
        reports.append(str(caught.value))
    assert reports[0] == reports[1]


def test_an_error_in_a_task_that_is_not_awaited_is_found() -> None:
    async def fail() -> None:
        raise KeyError

    async def take() -> None:
        task = asyncio.create_task(fail())
        await asyncio.sleep(0)
        assert task.done()

    with pytest.raises(AssertionError, match="logged"), quiet_loop() as loop:
        feed(FuzzTarget(st.none(), Mutator.body, lambda _: take(), ()), None, loop)


@pytest.mark.parametrize("domain", all_domains())
def test_dropped_input_is_counted_by_few_kinds(domain: str) -> None:
    """If the name of a kind contained the input, a device could fill the memory and the diagnostics."""
    kinds = kinds_of_dropped(domain, 800)
    assert 0 < len(kinds) < MOST_KINDS
    assert max(map(len, kinds)) < 100


@pytest.mark.parametrize("domain", all_domains())
def test_memory_does_not_grow(domain: str, caplog: pytest.LogCaptureFixture) -> None:
    # The log that pytest keeps in memory must not count.
    caplog.set_level(logging.ERROR, logger="custom_components")
    assert memory_growth(domain, pool=60, rounds=8) < MOST_GROWTH
    assert memory_growth_by_different(domain, cases=400) < MOST_GROWTH


HUGE: dict[str, Any] = {
    "text": b'"' + b"a" * MEGABYTES + b'"',
    "list": b"[" + b"0," * (MEGABYTES // 2) + b"0]",
    "keys": b"{" + b",".join(b'"%d":1' % number for number in range(MEGABYTES // 11)) + b"}",
    "deep": b"[" * MEGABYTES,
    "deep objects": b'{"a":' * (MEGABYTES // 5),
    "no JSON": b"\xff" * MEGABYTES,
}


def _shapes(domain: str, body: bytes) -> dict[str, Any]:
    """Return the body in the format of each fuzz target of a vendor that takes received bytes."""
    answer: Any = (200, "application/json", body, {})
    text = body.decode("latin-1")
    shapes: dict[str, Any] = dict.fromkeys(("state", "fetch", "token", "gateway answers", "handshake"), answer)
    shapes |= {target: [f"42{text}", body] for target in ("packets", "gateway packets")}
    shapes |= {"websocket": [text, body], "webhook": (body, "board"), "frame": body, "stream": body}
    shapes["answers"] = {"iottly": "project", "instathings": "devices"}.get(domain, "device"), answer
    return shapes


TAKING_BYTES = [(domain, target) for domain, target in TARGETS if target in _shapes(domain, b"")]


@pytest.mark.parametrize("huge", HUGE)
@pytest.mark.parametrize(("domain", "target"), TAKING_BYTES, ids=[f"{domain} {name}" for domain, name in TAKING_BYTES])
def test_ten_megabytes_raise_nothing(domain: str, target: str, huge: str) -> None:
    loop = asyncio.new_event_loop()
    try:
        feed(fuzz_targets_of(domain)[0][target], _shapes(domain, HUGE[huge])[target], loop)
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        # `close` does not wait for the threads of the executor.
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
