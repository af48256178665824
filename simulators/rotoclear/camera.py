"""The camera stream. Each frame is drawn and encoded once for all viewers."""

import asyncio
import time
from typing import TYPE_CHECKING

from .picture import draw
from .scene import Scene, scene_of

if TYPE_CHECKING:
    from .unit import Unit


class Camera:
    """The frames of the selected camera head."""

    def __init__(self, unit: Unit) -> None:
        """Initialize with the unit."""
        self._unit = unit
        self._drawing = asyncio.Lock()
        self._scene: Scene | None = None
        self._frame = b""
        self.encoded = 0
        self.viewers = 0

    async def frame(self) -> bytes | None:
        """Return the current picture, or None if the selected head is not attached.

        Drawing takes tens of milliseconds, at 4K more than a hundred, so it is done in a thread. A frame that was begun
        after the call is shared by all waiting callers.
        """
        asked = self._phase()
        async with self._drawing:
            if not self._is_current(asked):
                scene = scene_of(self._unit.values, self._phase())
                if scene is not None:
                    self._frame = await asyncio.to_thread(draw, scene)
                    self.encoded += 1
                self._scene = scene
            return self._frame if self._scene is not None else None

    async def next_frame(self) -> bytes | None:
        """Wait for the next frame at the frame rate of the stream, which all viewers share."""
        beat = 1 / self._unit.values["recordingFps"]
        await asyncio.sleep(beat - time.monotonic() % beat)
        return await self.frame()

    def _is_current(self, asked: int) -> bool:
        """Return True if the latest frame is up to date, or was begun after the request."""
        scene = self._scene
        return scene is not None and scene.phase >= asked and scene == scene_of(self._unit.values, scene.phase)

    def _phase(self) -> int:
        """Return the position of the moving machine; it is constant unless values are live."""
        return int(time.monotonic() * self._unit.values["recordingFps"] + 0.5) if self._unit.live else 0
