"""The time to import an integration and to set up its entry, without blocking calls in the event loop."""

import asyncio
import json
import logging
import sys
from typing import override

from ..clocks import Stopwatch
from ..results import Result, WrongCount, single
from ..session import session
from ..workloads import workload_named

# A script for a child process: it imports the modules of Home Assistant first, and then measures the integration.
_IMPORT = """
import importlib, json, sys, time
from pathlib import Path
from homeassistant import bootstrap
from homeassistant.helpers import config_validation, update_coordinator
name = sys.argv[1]
folder = Path("custom_components") / name
modules = sorted(path for path in folder.rglob("*.py") if path.name != "__init__.py")
for path in modules:
    if path.parent == folder:
        try:
            importlib.import_module(f"homeassistant.components.{path.stem}")
        except ModuleNotFoundError:
            pass
for dependency in json.loads((folder / "manifest.json").read_text()).get("dependencies", ()):
    importlib.import_module(f"homeassistant.components.{dependency}")
start = time.perf_counter(), time.process_time()
for path in modules:
    importlib.import_module(".".join(path.with_suffix("").parts))
print(json.dumps([time.perf_counter() - start[0], time.process_time() - start[1]]))
"""


async def run(name: str, size: int, quick: bool) -> list[Result]:
    """Measure one vendor."""
    imported = await _import(workload_named(name).domain)
    blocked, watch = _Blocked(), Stopwatch()
    logging.getLogger().addHandler(blocked)
    async with session(name, size, load=False) as one:
        with watch:
            await one.load()
    logging.getLogger().removeHandler(blocked)
    if blocked.found:
        raise WrongCount(f"{name} blocks the event loop: {blocked.found[0][:300]}")
    return [
        single("import", name, "s", imported),
        single("setup to loaded", name, "s", watch.wall),
    ]


async def _import(name: str) -> float:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", _IMPORT, name, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{name} cannot be imported")
    seconds: float = json.loads(output)[0]
    return seconds


class _Blocked(logging.Handler):
    """Keeps the log messages of Home Assistant about blocking calls."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        if (message := record.getMessage()).startswith("Detected blocking call"):
            self.found.append(message)
