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
        self._drawing = asyncio.Lock()
        self._scene: Scene | None = None
        self._frame = b""
        self.encoded = 0
        self.viewers = 0

    async def frame(self) -> bytes | None:
        """Return the picture of now, None while the selected head is not there.

        Drawing takes tens of milliseconds, at 4K more than a hundred: it stays off the event loop, and
        who waits for it takes the frame that was begun after he asked instead of a further one.
        """
        asked = self._phase()
        async with self._drawing:
            if not self._shows(asked):
                scene = scene_of(self._unit.values, self._phase())
                if scene is not None:
                    self._frame = await asyncio.to_thread(draw, scene)
                    self.encoded += 1
                self._scene = scene
            return self._frame if self._scene is not None else None

    async def next_frame(self) -> bytes | None:
        """Wait for the next beat of the stream's frame rate; all viewers share the beats."""
        beat = 1 / self._unit.values["recordingFps"]
        await asyncio.sleep(beat - time.monotonic() % beat)
        return await self.frame()

    def _shows(self, asked: int) -> bool:
        """Return whether the latest frame is of now, or was begun after it was asked for."""
        scene = self._scene
        return scene is not None and scene.phase >= asked and scene == scene_of(self._unit.values, scene.phase)

    def _phase(self) -> int:
        """Return how far the machine has moved: not at all unless values are live."""
        return int(time.monotonic() * self._unit.values["recordingFps"] + 0.5) if self._unit.live else 0
