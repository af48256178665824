"""How many of our own files a change passes, from the frame that brings it to the state that is written."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from functools import cache
from inspect import isawaitable
from pathlib import Path
import sys
from types import FrameType
from typing import Any

from homeassistant.core import HomeAssistant, StateMachine
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest

from common.push.state import THROTTLE_SECONDS
from harness.vendor import LOOPBACK, Address, Endpoint
from harness.vendors import endpoints
from tests.entries import add_entry, running, set_up
from tests.waiting import eventually

ROOT = Path(__file__).resolve().parents[2]
# Someone who reads the code has to open so many files. Iottly is left out, because it polls.
MOST_FILES = {
    "instathings_cloud": 6,
    "instathings_gateway": 6,
    "misty": 6,
    "pimatic": 6,
    "rotoclear": 5,
}


class PathRecorder:
    """Notes our own files in the order in which a change enters them: by a call, or by a return to who waits."""

    def __init__(self, entity_id: str) -> None:
        """Initialize with the entity whose state ends the path."""
        self.path: list[str] = []
        self._entity_id = entity_id
        self._files: list[str] = []
        self._entered: set[FrameType] = set()

    def __call__(self, frame: FrameType, event: str, value: Any) -> None:
        """Handle an event of the interpreter, see sys.setprofile."""
        if event == "return":
            if frame.f_code.co_qualname == "Socket.receive" and isinstance(value, str | bytes):
                self._files, self._entered = [], {frame}
                self._note(frame)
            caller = frame.f_back
            if value is not None and caller is not None and frame in self._entered and caller not in self._entered:
                self._note(caller)
        elif event == "call" and frame.f_code is StateMachine.async_set_internal.__code__:
            if frame.f_locals["entity_id"] == self._entity_id and not self.path:
                self.path = list(self._files)
        elif event == "call":
            self._note(frame)

    def _note(self, frame: FrameType) -> None:
        self._entered.add(frame)
        file = _own(frame.f_code.co_filename)
        if file is not None and self._files[-1:] != [file]:
            self._files.append(file)


@cache
def _own(filename: str) -> str | None:
    """Return the name of one of our own files; that of a shared file without the vendor."""
    file = Path(filename)
    if not any(file.is_relative_to(folder) for folder in (ROOT / "custom_components", ROOT / "common")):
        return None
    return str(file.resolve().relative_to(ROOT))


@contextmanager
def recording(recorder: PathRecorder) -> Generator[PathRecorder]:
    """Record in this thread."""
    before = sys.getprofile()
    sys.setprofile(recorder)
    try:
        yield recorder
    finally:
        sys.setprofile(before)


async def change(endpoint: Endpoint, simulator: Any, n: int) -> None:
    """Change the watched value."""
    answer = endpoint.change(simulator, n)
    if isawaitable(answer):
        await answer


@pytest.fixture(params=MOST_FILES)
def endpoint(request: pytest.FixtureRequest) -> Endpoint:
    """Return an endpoint with a push connection."""
    return endpoints()[request.param]


@pytest.fixture
async def simulator(endpoint: Endpoint) -> AsyncGenerator[Any]:
    """Return its simulator, running."""
    async for simulator in running(endpoint.simulator()):
        yield simulator


async def test_a_change_passes_few_files(hass: HomeAssistant, endpoint: Endpoint, simulator: Any) -> None:
    for component in endpoint.needs:
        assert await async_setup_component(hass, component, {})
    await set_up(hass, add_entry(hass, endpoint.entry(Address(LOOPBACK, simulator.port))))
    platform, unique_id = endpoint.watched

    def entity_id() -> str | None:
        return er.async_get(hass).async_get_entity_id(platform, endpoint.domain, unique_id)

    if entity_id() is None:
        # The gateway does not know the device before it has sent something.
        await change(endpoint, simulator, 5)
        await eventually(lambda: hass.states.get(entity_id() or "sensor.none"))
    # A change of a measurement within this time waits in the throttle.
    await asyncio.sleep(2 * THROTTLE_SECONDS)
    with recording(PathRecorder(str(entity_id()))) as recorder:
        await change(endpoint, simulator, 7)
        await eventually(lambda: recorder.path, 30)
    path = recorder.path
    assert path[0] == "common/client/wire.py"
    assert len(path) <= MOST_FILES[endpoint.name], path
    assert len(path) == len(set(path)), f"a file is passed twice: {path}"
