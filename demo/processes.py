"""Child processes, which are all stopped with the demo."""

import asyncio
import contextlib
import ctypes
import os
from pathlib import Path
import signal

# After SIGTERM, so that a process can save its data.
STOP_SECONDS = 20.0
PR_SET_PDEATHSIG = 1


class Child:
    """A running program in a new process group, with its output in a file."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path) -> None:
        """Initialize with a process; use `start`."""
        self.name = name
        self.log = log
        self._process = process

    @classmethod
    async def start(cls, name: str, command: list[str], *, log: Path, environment: dict[str, str]) -> Child:
        """Start a program. Only the demo receives Ctrl-C of the terminal, so that it can stop its children in order."""
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
        """True if the program is running."""
        return self._process.returncode is None

    async def wait(self) -> int:
        """Wait until the program exits and return its exit status."""
        return await self._process.wait()

    async def stop(self) -> None:
        """Stop the program and all processes of its group."""
        if self.running:
            self._signal(signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STOP_SECONDS):
                    await self._process.wait()
        self._signal(signal.SIGKILL)
        await self._process.wait()

    def last_words(self) -> str:
        """Return the last line of the output for error messages."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else "no output"

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def _end_with_parent() -> None:
    """Let Linux send SIGTERM to this process if the demo is killed."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
