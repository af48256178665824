"""The running simulators, each in its own process."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
import json
from pathlib import Path
import re
import socket
import sys
from typing import Any

import aiohttp

from harness.vendor import LOOPBACK as HOST, Address, Endpoint, Seen

from .errors import DemoError
from .processes import Child

START_SECONDS = 20.0
PORTS_FILE = "simulators.json"
_ANNOUNCED = re.compile(r":(\d+)/ \(control on (\d+)\)")


@dataclass(frozen=True, kw_only=True)
class Running:
    """A running simulator."""

    name: str
    host: str
    port: int
    control_port: int
    session: aiohttp.ClientSession

    @property
    def address(self) -> Address:
        """The address of the simulator."""
        return Address(self.host, self.port)

    @property
    def url(self) -> str:
        """The URL of the simulator, without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    async def command(self, name: str, **parameters: Any) -> Any:
        """Send a command to the control port, which changes the simulated device; return the result."""
        answer = await self._post("command", {"name": name, **parameters})
        return answer["result"]

    async def fault(self, **faults: Any) -> None:
        """Set or clear faults of the simulator."""
        await self._post("fault", faults)

    async def state(self) -> Any:
        """Return the state of the simulated device."""
        return await self._get("state")

    async def record(self, kind: str) -> list[dict[str, Any]]:
        """Return the received messages of one kind, the oldest first."""
        found: list[dict[str, Any]] = await self._get(f"record?kind={kind}")
        return found

    async def _get(self, path: str) -> Any:
        async with self.session.get(f"http://{HOST}:{self.control_port}/{path}") as response:
            return await response.json()

    async def _post(self, path: str, body: Any) -> Any:
        async with self.session.post(f"http://{HOST}:{self.control_port}/{path}", json=body) as response:
            if response.status != 200:
                raise DemoError(f"simulator {self.name} refused {body} (status {response.status})")
            return await response.json()


class Simulators(Mapping[str, Running]):
    """The running simulators by name. They keep the ports of earlier runs, which are in the config entries."""

    def __init__(self, directory: Path, session: aiohttp.ClientSession) -> None:
        """Initialize; `start` starts the simulators."""
        self.moved: set[str] = set()
        """Simulators with another port than in the earlier run."""
        self._directory = directory
        self._session = session
        self._children: list[Child] = []
        self._running: dict[str, Running] = {}
        self._ports_file = directory / PORTS_FILE

    def __getitem__(self, name: str) -> Running:
        """Return a simulator."""
        return self._running[name]

    def __iter__(self) -> Any:
        """Return an iterator over the names."""
        return iter(self._running)

    def __len__(self) -> int:
        """Return the number of simulators."""
        return len(self._running)

    async def start(self, endpoints: Iterable[Endpoint]) -> None:
        """Start all simulators at the same time, and wait until they listen."""
        earlier: dict[str, dict[str, int]] = (
            json.loads(self._ports_file.read_text()) if self._ports_file.exists() else {}
        )
        ports = {name: known["port"] for name, known in earlier.items()}
        running = await asyncio.gather(*(self._start(endpoint, ports.get(endpoint.name, 0)) for endpoint in endpoints))
        for one in running:
            self._running[one.name] = one
            if ports.get(one.name) != one.port:
                self.moved.add(one.name)
        now = {one.name: {"port": one.port, "control_port": one.control_port} for one in running}
        self._ports_file.write_text(json.dumps(earlier | now))

    @staticmethod
    def already_running(directory: Path, session: aiohttp.ClientSession) -> dict[str, Running]:
        """Return the simulators of a running demo with this directory."""
        known: dict[str, dict[str, int]] = json.loads((directory / PORTS_FILE).read_text())
        return {name: Running(name=name, host=HOST, session=session, **ports) for name, ports in known.items()}

    async def stop(self) -> None:
        """Stop all simulators."""
        await asyncio.gather(*(child.stop() for child in self._children))

    async def wait_for_end(self) -> str:
        """Wait until a simulator exits, and return its name."""
        if not self._children:
            await asyncio.Event().wait()
        waiting = {asyncio.create_task(child.wait()): child for child in self._children}
        try:
            ended, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
        return waiting[ended.pop()].name

    async def count(self, name: str, seen: Seen) -> int:
        """Return the number of matching messages in the record of a simulator."""
        return sum(seen.is_in(entry) for entry in await self[name].record(seen.kind))

    async def _start(self, endpoint: Endpoint, port: int) -> Running:
        if port and not is_free(HOST, port):
            port = 0
        child = await Child.start(
            endpoint.name,
            [
                sys.executable,
                "-m",
                "simulators",
                endpoint.name,
                "--host",
                HOST,
                "--port",
                str(port),
                *endpoint.arguments,
            ],
            log=self._directory / f"simulator_{endpoint.name}.log",
            environment={"PYTHONUNBUFFERED": "1"},
        )
        self._children.append(child)
        async with asyncio.timeout(START_SECONDS):
            while (found := _ANNOUNCED.search(child.log.read_text(encoding="utf-8"))) is None:
                if not child.running:
                    raise DemoError(f"simulator {endpoint.name} did not start: {child.last_words()}")
                await asyncio.sleep(0.05)
        return Running(
            name=endpoint.name,
            host=HOST,
            port=int(found[1]),
            control_port=int(found[2]),
            session=self._session,
        )


def is_free(host: str, port: int) -> bool:
    """Return True if a port is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
