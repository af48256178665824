"""The probe of the benchmarks: it measures a `hass` process from the inside.

`BENCH_PROBE` in the environment is the order, see `benchmarks/real.py`. The report is written to the file in the order.
"""

from collections import Counter
import json
import os
from pathlib import Path
import time
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import Event, HomeAssistant
from homeassistant.helpers.typing import ConfigType

from benchmarks.clocks import resident_bytes

from .holds import HoldWatch
from .reloads import reload_often
from .writes import count_writes, disable_throttle

DOMAIN = "bench_probe"
# The number of holds in the report, which are the longest ones.
MOST_HOLDS = 5
TASKS = {"reloads": reload_often, "writes": count_writes}


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Measure the start, and then execute the order."""
    order = json.loads(os.environ["BENCH_PROBE"])
    if order.get("unthrottled"):
        disable_throttle()
    watch = HoldWatch()
    watch.__enter__()

    async def started(_event: Event) -> None:
        watch.__exit__()
        report: dict[str, Any] = {
            "at": time.time(),
            "cpu": time.process_time(),
            "held": watch.longest,
            "holds": [hold._asdict() for hold in sorted(watch.holds, reverse=True)[:MOST_HOLDS]],
            **_facts(hass),
        }
        if (task := TASKS.get(order["task"])) is not None:
            report |= await task(hass, order)
        await hass.async_add_executor_job(_write, Path(order["report"]), report)

    hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STARTED, started)
    return True


def _facts(hass: HomeAssistant) -> dict[str, Any]:
    """Return the loaded entries by integration, the failed ones, the number of entities, and the memory."""
    entries = hass.config_entries.async_entries()
    loaded = Counter(entry.domain for entry in entries if entry.state is ConfigEntryState.LOADED)
    return {
        "loaded": dict(loaded),
        "failed": [
            f"{entry.domain}: {entry.reason}" for entry in entries if entry.state is not ConfigEntryState.LOADED
        ],
        "entities": len(hass.states.async_all()),
        "bytes": resident_bytes(),
    }


def _write(path: Path, report: dict[str, Any]) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(report), encoding="utf-8")
    fresh.replace(path)
