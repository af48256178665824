"""The stream: each frame is drawn and encoded once, whoever watches it."""

import asyncio
import time
from typing import TYPE_CHECKING

from .picture import draw
from .scene import Scene, scene_of

if TYPE_CHECKING:
    from .unit import Unit


class Camera:
    """Frames of the selected camera head."""

    def __init__(self, unit: Unit) -> None:
        """Watch a unit."""
        self._unit = unit
        self._scene: Scene | None = None
        self._frame: asyncio.Future[bytes] | None = None
        self.encoded = 0
        self.viewers = 0

    async def frame(self) -> bytes | None:
        """Return the picture of now, None while the selected head is not there.

        Drawing takes tens of milliseconds, at 4K more than a hundred: it stays off the event loop.
        """
        scene = scene_of(self._unit.values, self._phase())
        if scene is None:
            return None
        if scene != self._scene or self._frame is None or self._frame.cancelled():
            self._scene = scene
            self.encoded += 1
            self._frame = asyncio.ensure_future(asyncio.to_thread(draw, scene))
        return await asyncio.shield(self._frame)

    async def next_frame(self) -> bytes | None:
        """Wait for the next beat of the stream's frame rate; all viewers share the beats."""
        beat = 1 / self._unit.values["recordingFps"]
        await asyncio.sleep(beat - time.monotonic() % beat)
        return await self.frame()

    def _phase(self) -> int:
        """Return how far the machine has moved: not at all unless values are live."""
        return int(time.monotonic() * self._unit.values["recordingFps"] + 0.5) if self._unit.live else 0
