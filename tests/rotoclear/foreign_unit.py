"""A second, minimal simulator of a control unit.

Where docs/protocol/rotoclear.md allows several formats, it uses another one than `simulators.rotoclear`: some numbers
are texts, the first light is 0 or 1, pressures are in bar, storages are a list, and a WebSocket message has one key.
HTTP answers are chunked, in reverse order of the keys, of another media type and without a Server header. Writes of
variables that cannot be read are not answered. It shares no code with the other simulator, so a test with both finds
code that depends on the choices of one.
"""

import asyncio
from base64 import b64decode
import binascii
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from io import BytesIO
import json
import re
from typing import Any

from aiohttp import WSMsgType, web
from PIL import Image

from simulators.kit.listener import Listener
from simulators.kit.ports import free_port

TOKEN = "foreign token/1"
MAC = "02:42:ac:11:00:07"
DISK = {"uuid": "disk-a", "name": "Stick A", "free": 1_000_000}
OTHER_DISK = {"uuid": "disk-b", "name": "Stick B", "free": 2_000_000}
SHARE = {"uuid": "share-c", "name": "Share C"}
STORAGES = {storage["uuid"]: storage for storage in (DISK, OTHER_DISK, SHARE)}

READ_ONLY: dict[str, Any] = {
    "cam0Exists": True,
    "cam1Exists": True,
    "lineRateA": "3.0G",
    "lineRateB": "1.5G",
    "ver0": "C-17/2.3",
    "ver1": "C-18/2.3",
    "rpm0": 3800,
    "rpm1": "3900",
    "RPM0": 3791,
    "RPM1": "3902",
    "downstat": "",
    "fpgaTemp": "48 °C",
    "hdmiConnected": 0,
    "hdmiName": "",
    "cfg30": "30",
    "cfg40": "0",
    "cfg31": "60",
    "cfg41": "60",
    "oct0": "41.25 °C",
    "oct1": "40 °C",
    "licenseConfig": ["api"],
    "licenseModules": [{"name": "api"}, {"name": "backup"}],
    "hasInternet": "false",
    "macAddr": MAC,
    "hostname": "rotoclear-foreign",
    "netInfo": [
        {"name": "wlan0", "macAddress": "02:42:ac:11:00:08", "connections": []},
        {"name": "eth0", "macAddress": MAC, "connections": [{"address": "10.1.2.3", "netmask": "255.0.0.0"}]},
    ],
    "psi0": "1.712 bar",
    "psi1": "0.998bar",
    "psiSetpoint": "1.15 bar",
    "recordTime": "0",
    "rtspStatus": {"state": "stopped"},
    "diskStorages": [DISK, OTHER_DISK],
    "netStorages": {"workshop": SHARE},
    "systemDescription": {"model": "C2"},
    "time": [2026, 1, 2, 3, 4, 5],
    "ntpStatus": {"ok": False},
    "seconds": 1_767_323_045,
    "connectionUrls": {"urls": ["http://10.1.2.3:80"]},
    "swVersion": "3.0.1",
    "fmVersion": "2",
    "httpStatus": {"state": "running"},
    "httpsStatus": {"state": "stopped"},
    "httpsCertificate": {"notAfter": "Jan  2 03:04:05 2030 GMT"},
    "backupStoredFileDuration": "00:00:00",
    "backupFileCapacity": "00:00:00",
    "backupRemainingCapacitySeconds": 14313,
    "backupRemainingCapacityHours": 3.976,
    "backupRemainingCapacity": "3:58h",
    "storageBackupCapacity": "3:58h",
}

BOTH: dict[str, Any] = {
    "cameraSwitch": False,
    "autoRotate0": False,
    "autoRotate1": True,
    "dictRotation0": 1,
    "dictRotation1": True,
    "light0": 0,
    "light1": False,
    "exposure": True,
    "whiteBalance": True,
    "noiseSuppression": False,
    "redGain": 0,
    "blueGain": "0",
    "brightness": 0,
    "expo": "12.5",
    "gain": "0",
    "sharpness": "5",
    "saturation": 0.5,
    "contrast": 2,
    "cam0SelectedSensor": 0,
    "cam1SelectedSensor": "1",
    "language": "de",
    "zoom0": 1000,
    "zoom1": "0",
    "pan0": {"x": 50, "y": 50},
    "pan1": {"y": 25.5, "x": "75"},
    "pip": "0",
    "changeVideoName": "v",
    "changeImageName": "",
    "changePostName": "",
    "changeBackupPostName": "",
    "record": "stop",
    "rtspPort": "1025",
    "rtspOn": False,
    "backupStorage": None,
    "recordingStorage": None,
    "alignmentStream0": "0",
    "alignmentStream1": "1",
    "backupResolution": "HD",
    "recordingResolution": "FullHD",
    "recordingFps": "15",
    "backupFps": 10,
    "recordingPictureQuality": 80,
    "backupPictureQuality": "80",
    "mjpgStreamIsOpen": 0,
    "recordingWithTimeStamp": False,
    "recordingWithDateStamp": 0,
    "backupWithTimeStamp": False,
    "backupWithDateStamp": False,
    "timezone": "UTC",
    "ntpHost": "",
    "ntpSync": False,
    "userAuthentication": {"web": True},
    "httpOn": True,
    "httpsOn": False,
    "httpPort": 80,
    "httpsPort": "443",
    "backupActive": False,
    "backupUseCompleteSpace": True,
    "backupMaximumRecordingTimeCapacity": 12,
}

READABLE = READ_ONLY | BOTH
WRITE_ONLY = ("takePicture", "createTag")
WRITABLE = (*BOTH, *WRITE_ONLY)

RANGES: dict[str, tuple[float, float]] = {
    "redGain": (-128, 127),
    "blueGain": (-128, 127),
    "brightness": (-7, 7),
    "expo": (0.01, 1000),
    "gain": (0, 42),
    "sharpness": (1, 15),
    "saturation": (-7, 7),
    "contrast": (1, 2.5),
    "cam0SelectedSensor": (0, 1),
    "cam1SelectedSensor": (0, 1),
    "pip": (0, 4),
    "recordingPictureQuality": (1, 100),
    "backupPictureQuality": (1, 100),
    "httpPort": (1, 65000),
    "httpsPort": (1, 65000),
    "rtspPort": (1, 65535),
    "recordingFps": (1, 60),
    "backupFps": (1, 30),
    "backupMaximumRecordingTimeCapacity": (0, 1_000_000),
}
SWITCHES = {key for key, value in BOTH.items() if isinstance(value, bool)} | {
    "light0",
    "dictRotation0",
    "mjpgStreamIsOpen",
    "recordingWithDateStamp",
}
NEEDS_OFF = {
    "redGain": "whiteBalance",
    "blueGain": "whiteBalance",
    "brightness": "exposure",
    "expo": "exposure",
    "gain": "exposure",
}
LOGIN = ("user", "token", "password")


class ForeignUnit:
    """A control unit. `values` is its state, `written` has all writes in their order."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.port = 0
        self.token = TOKEN
        self.values: dict[str, Any] = {**json.loads(json.dumps(READABLE)), **values}
        self.written: list[tuple[str, Any]] = []
        self._arrived = asyncio.Event()
        self._sockets: set[web.WebSocketResponse] = set()

    # For tests ------------------------------------------------------------------------------------

    async def change(self, key: str, value: Any) -> None:
        """Change a readable variable as the unit does."""
        if key not in READABLE:
            raise KeyError(key)
        self.values[key] = value
        await self._send({key})

    def written_to(self, key: str) -> list[Any]:
        """Return the values that clients wrote to a variable, in their order."""
        return [value for name, value in self.written if name == key]

    async def wait_written(self, key: str, seconds: float = 2) -> Any:
        """Wait for a write to a variable, and return the latest value. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not (found := self.written_to(key)):
                self._arrived.clear()
                await self._arrived.wait()
        return found[-1]

    @property
    def connections(self) -> int:
        """The number of open WebSockets."""
        return len(self._sockets)

    # State ----------------------------------------------------------------------------------------

    def _write(self, key: str, value: Any) -> set[str]:
        """Write a value. Return the keys that have changed."""
        self.written.append((key, value))
        self._arrived.set()
        if key in WRITE_ONLY:
            return set()
        before = json.dumps(self.values[key])
        if (automatic := NEEDS_OFF.get(key)) is None or not self.values[automatic]:
            self.values[key] = self._converted(key, value)
        return {key} if json.dumps(self.values[key]) != before else set()

    def _converted(self, key: str, value: Any) -> Any:
        now = self.values[key]
        if key in SWITCHES:
            return self._switched(now, value)
        if key in RANGES:
            return _limited(now, value, *RANGES[key])
        if key.startswith("zoom"):
            return round(_limited(int(now), int(now) + (_number(value) or 0), 0, 31424))
        if key.startswith("pan"):
            return self._panned(now, value)
        if key in {"recordingStorage", "backupStorage"}:
            return STORAGES.get(value, now)
        if key == "record":
            return self._recording(now, value)
        return value if type(value) is type(now) else now

    def _switched(self, now: Any, value: Any) -> Any:
        if not isinstance(value, bool | int):
            return now
        return bool(value) if isinstance(now, bool) else int(value)

    def _panned(self, now: dict[str, Any], step: Any) -> dict[str, Any]:
        if not isinstance(step, dict):
            return now
        return {axis: _limited(0, float(now[axis]) + (_number(step.get(axis, 0)) or 0), 0, 100) for axis in ("x", "y")}

    def _recording(self, now: str, command: Any) -> str:
        """Return the new state of the recording. `release` resumes it after a pause. It needs a storage."""
        if self.values["recordingStorage"] is None or command not in {"start", "pause", "release", "stop"}:
            return now
        if command in {"pause", "release"} and now == "stop":
            return now
        return "start" if command == "release" else command

    async def _send(self, keys: set[str]) -> None:
        """Send the changed variables to every client, each in its own message."""
        for key in sorted(keys, reverse=True):
            for socket in list(self._sockets):
                await socket.send_str(json.dumps({key: self.values[key]}))

    # Requests -------------------------------------------------------------------------------------

    def _allowed(self, request: web.Request, *, header: bool) -> bool:
        given = request.query.get("token", request.query.get("password"))
        if given is None and header:
            user, given = _basic(request.headers.get("Authorization", ""))
        else:
            user = request.query.get("user", "API-User")
        return (user, given) == ("API-User", self.token)

    async def api(self, request: web.Request) -> web.StreamResponse:
        """Serve /api: WebSocket, GET and POST."""
        upgrade = "Upgrade" in request.headers
        if not self._allowed(request, header=not upgrade):
            return web.Response(status=401)
        if upgrade:
            return await self._socket(request)
        if request.method == "POST":
            return await self._answer(request, list(json.loads(await request.text()).items()))
        steps = [(key, _from_query(key, text)) for key, text in request.query.items() if key not in LOGIN]
        return await self._answer(request, steps or [("get", list(READABLE))])

    async def _answer(self, request: web.Request, steps: list[tuple[str, Any]]) -> web.StreamResponse:
        answered: set[str] = set()
        changed: set[str] = set()
        for key, value in steps:
            if key == "get":
                answered |= {name for name in value if name in READABLE}
            elif key in WRITABLE:
                changed |= self._write(key, value)
                answered |= {key} & READABLE.keys()
        await self._send(changed)
        body = json.dumps({key: self.values[key] for key in sorted(answered, reverse=True)}, indent=1).encode()
        response = web.StreamResponse(headers={"Content-Type": "text/plain; charset=utf-8"})
        response.enable_chunked_encoding()
        await response.prepare(request)
        for start in range(0, len(body), 700):
            await response.write(body[start : start + 700])
        await response.write_eof()
        return response

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str(json.dumps(dict(sorted(self.values.items(), reverse=True))))
        self._sockets.add(socket)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._receive(json.loads(message.data))
        finally:
            self._sockets.discard(socket)
        return socket

    async def _receive(self, message: dict[str, Any]) -> None:
        changed: set[str] = set()
        for key, value in message.items():
            if key in WRITABLE:
                changed |= self._write(key, value)
        await self._send(changed)

    async def still(self, request: web.Request) -> web.Response:
        """Serve /camera.jpeg."""
        if not self._allowed(request, header=True):
            return web.Response(status=401)
        return web.Response(body=self._picture(), content_type="image/jpeg")

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Serve /camera.mjpeg with parts without a length."""
        if not self.values["mjpgStreamIsOpen"] and not self._allowed(request, header=True):
            return web.Response(status=401)
        response = web.StreamResponse(headers={"Content-Type": 'multipart/x-mixed-replace; boundary="--x"'})
        await response.prepare(request)
        while request.transport is not None:
            await response.write(b"----x\r\nContent-Type: image/jpeg\r\n\r\n" + self._picture() + b"\r\n")
            await asyncio.sleep(0.1)
        return response

    def _picture(self) -> bytes:
        head = int(bool(self.values["cameraSwitch"]))
        grey = 230 if self.values[f"light{head}"] else 20
        out = BytesIO()
        Image.new("RGB", (640, 360), (grey, grey, 255 * head)).save(out, "JPEG")
        return out.getvalue()


def _number(value: Any) -> float | None:
    """Return a number, or None for another type."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _limited(now: Any, value: Any, low: float, high: float) -> Any:
    """Return a number within its range. It becomes a text if the old value is a text."""
    if (number := _number(value)) is None:
        return now
    inside = min(max(number, low), high)
    whole = int(inside) if inside == int(inside) else inside
    return str(whole) if isinstance(now, str) else whole


def _basic(header: str) -> tuple[str, str]:
    try:
        name, _, password = b64decode(header.removeprefix("Basic ")).decode().partition(":")
    except binascii.Error, UnicodeDecodeError:
        return "", ""
    return name, password


def _from_query(key: str, text: str) -> Any:
    if key == "get":
        return text.strip("[]").split(",")
    if text in {"true", "false"}:
        return text == "true"
    if isinstance(READABLE.get(key), str) and key not in RANGES:
        return text
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d+\.\d+", text) else text


async def _without_server(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.pop("Server", None)


@asynccontextmanager
async def foreign_unit(port: int = 0, **values: Any) -> AsyncIterator[ForeignUnit]:
    """Run a foreign unit with some other values."""
    unit = ForeignUnit(values)
    application = web.Application()
    application.on_response_prepare.append(_without_server)
    routes: dict[str, Callable[[web.Request], Any]] = {
        "/api": unit.api,
        "/camera.jpeg": unit.still,
        "/camera.mjpeg": unit.stream,
    }
    for path, handler in routes.items():
        application.router.add_route("*", path, handler)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    listener = Listener(runner, ("127.0.0.1", port or free_port()))
    await listener.start()
    unit.port = unit.values["httpPort"] = listener.port
    try:
        yield unit
    finally:
        await listener.stop()
