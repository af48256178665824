"""How long the machine held this process up: promises in seconds cannot be measured meanwhile."""

import threading
import time

SLEEP_SECONDS = 0.02
# How late a sleep ends on an idle machine.
USUAL_SECONDS = 0.05


class StallMonitor:
    """A thread that only sleeps, and adds up how late it woke."""

    def __init__(self) -> None:
        """Start the thread."""
        self.lost = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sleep, name="stall monitor", daemon=True)
        self._thread.start()

    def end(self) -> float:
        """End the thread; return the seconds for which the process was held up."""
        self._ended.set()
        self._thread.join()
        return self.lost

    def _sleep(self) -> None:
        while not self._ended.is_set():
            began = time.monotonic()
            time.sleep(SLEEP_SECONDS)
            late = time.monotonic() - began - SLEEP_SECONDS
            self.lost += late if late > USUAL_SECONDS else 0.0
