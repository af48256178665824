"""A `hass` process with the integration `bench_probe`.

The probe (`integrations/bench_probe`) gets an order in the environment and writes a report to a file. The `task` of an
order is `start`, which only reports the start, or `reloads` or `writes`, see the modules of the probe.
"""

import asyncio
from collections.abc import Iterable
import json
import os
from pathlib import Path
import sys
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry
import orjson

from demo.directory import Directory
from demo.processes import Child
from simulators.kit import free_port

ROOT = Path(__file__).parents[1]
LOOPBACK = "127.0.0.1"
SLOW = "is taking over"


class RealHome:
    """A configuration directory. Home Assistant can be started with it several times."""

    def __init__(self, path: Path, entries: Iterable[ConfigEntry[Any]] = ()) -> None:
        """Write the configuration with these config entries to a directory."""
        self.directory = Directory(path)
        path.mkdir(parents=True, exist_ok=True)
        port = free_port()
        self.directory.write(host=LOOPBACK, port=port, url=f"http://{LOOPBACK}:{port}")
        config = self.directory.config
        with (config / "configuration.yaml").open("a", encoding="utf-8") as file:
            file.write("\nbench_probe:\n")
        for integration in (ROOT / "benchmarks" / "integrations").iterdir():
            if (integration / "manifest.json").exists():
                _link(config / "custom_components" / integration.name, integration)
        # The packages that the probe imports. With the whole repository, its custom_components would be imported.
        self._packages = path / "packages"
        self._packages.mkdir(exist_ok=True)
        for package in ("benchmarks", "common"):
            _link(self._packages / package, ROOT / package)
        if stored := [entry.as_dict() for entry in entries]:
            content = {"version": 1, "minor_version": 5, "key": "core.config_entries", "data": {"entries": stored}}
            (config / ".storage" / "core.config_entries").write_bytes(orjson.dumps(content))

    async def run(self, limit: float, **order: Any) -> dict[str, Any]:
        """Start Home Assistant with an order, wait for the report of the probe, and stop it.

        `seconds` of the report is the time from the start of the process until Home Assistant is started, `slow` has
        the lines of the log about slow components. Raises RuntimeError if there is no report within `limit` seconds.
        """
        report = self.directory.path / "report.json"
        report.unlink(missing_ok=True)
        started = time.time()
        child = await Child.start(
            "homeassistant",
            [sys.executable, "-P", "-m", "homeassistant", "--config", str(self.directory.config), "--log-no-color"],
            log=self.directory.path / "hass.log",
            environment={
                "BENCH_PROBE": json.dumps({**order, "report": str(report)}),
                "PYTHONPATH": str(self._packages),
                **_NO_INSTALLING,
            },
        )
        try:
            async with asyncio.timeout(limit):
                while not report.exists():
                    if not child.running:
                        raise RuntimeError(f"Home Assistant ended: {child.last_words()}")
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise RuntimeError(f"no report within {limit:.0f} s: {child.last_words()}") from None
        finally:
            await child.stop()
        answer: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
        log = child.log.read_text(encoding="utf-8", errors="replace")
        return {
            **answer,
            "seconds": answer["at"] - started,
            "slow": [line for line in log.splitlines() if SLOW in line],
        }


# All requirements are installed, so uv must not use the network.
_NO_INSTALLING = {"UV_OFFLINE": "1", "UV_NO_CACHE": "1"}


def _link(link: Path, target: Path) -> None:
    if not os.path.lexists(link):
        link.symlink_to(target, target_is_directory=True)
