"""The camera over HTTP: a picture and a stream (docs/protocol/rotoclear.md#camera-stream)."""

from typing import TYPE_CHECKING

from aiohttp import web

from .garbage import NOT_A_PICTURE

if TYPE_CHECKING:
    from .simulator import RotoclearSimulator

BOUNDARY = "rotoclearframe"


class Streams:
    """Serves pictures to authorized viewers. The credentials can only be in the query."""

    def __init__(self, simulator: RotoclearSimulator) -> None:
        """Initialize with the simulator."""
        self._simulator = simulator

    async def jpeg(self, request: web.Request) -> web.Response:
        """Send a picture."""
        self._simulator.http_api.user_of(request, header=False)
        self._simulator.record.add("jpeg")
        frame = await self._simulator.camera.frame()
        if frame is None:
            raise web.HTTPServiceUnavailable(text="No camera head")
        return web.Response(body=self._spoiled(frame), content_type="image/jpeg")

    async def mjpeg(self, request: web.Request) -> web.StreamResponse:
        """Send pictures until the viewer disconnects."""
        anonymous = not self._known(request)
        self._simulator.record.add("mjpeg", anonymous=anonymous)
        camera = self._simulator.camera
        response = web.StreamResponse()
        response.content_type = "multipart/x-mixed-replace"
        response.headers["Content-Type"] = f"multipart/x-mixed-replace; boundary={BOUNDARY}"
        response.headers["Cache-Control"] = "no-store"
        await response.prepare(request)
        camera.viewers += 1
        try:
            await self._pump(request, response, anonymous=anonymous)
        except ConnectionError:
            pass
        finally:
            camera.viewers -= 1
        return response

    async def _pump(self, request: web.Request, response: web.StreamResponse, *, anonymous: bool) -> None:
        camera = self._simulator.camera
        frame = await camera.frame()
        while request.transport is not None and not (anonymous and not self._open):
            if frame is not None and not self._simulator.faults.get("silent"):
                await response.write(_part(self._spoiled(frame)))
            frame = await camera.next_frame()

    def _known(self, request: web.Request) -> bool:
        """Return True if the viewer is authorized; mjpgStreamIsOpen allows all viewers."""
        try:
            self._simulator.http_api.user_of(request, header=False)
        except web.HTTPUnauthorized:
            if not self._open:
                raise
            return False
        return True

    @property
    def _open(self) -> bool:
        return bool(self._simulator.unit.values["mjpgStreamIsOpen"])

    def _spoiled(self, frame: bytes) -> bytes:
        return NOT_A_PICTURE if self._simulator.faults.get("garbage") else frame


def _part(frame: bytes) -> bytes:
    head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(frame)}\r\n\r\n"
    return head.encode() + frame + b"\r\n"
