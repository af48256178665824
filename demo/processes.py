"""Child processes of which none outlives the demo."""

import asyncio
import contextlib
import ctypes
import os
from pathlib import Path
import signal

# Time to save what a process has to save.
PATIENCE_SECONDS = 20.0
PR_SET_PDEATHSIG = 1


class Child:
    """One running program, in a process group of its own, whose output goes to a file."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path) -> None:
        """Initialize with a program; use `start`."""
        self.name = name
        self.log = log
        self._process = process

    @classmethod
    async def start(cls, name: str, command: list[str], *, log: Path, environment: dict[str, str]) -> Child:
        """Start a program. Ctrl-C in the terminal reaches only the demo, which then stops its children in order."""
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=os.environ | environment,
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )
        return cls(name, process, log)

    @property
    def running(self) -> bool:
        """Return True if the program runs."""
        return self._process.returncode is None

    async def wait(self) -> int:
        """Return the exit status, once there is one."""
        return await self._process.wait()

    async def stop(self) -> None:
        """End the program and whatever it started."""
        if self.running:
            self._signal(signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await self._process.wait()
        self._signal(signal.SIGKILL)
        await self._process.wait()

    def last_words(self) -> str:
        """Return the last line of the output, for an error message."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else "no output"

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def _end_with_parent() -> None:
    """Ask Linux to end this process when the demo is killed, which could then stop nothing any more."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
