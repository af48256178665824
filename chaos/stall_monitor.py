"""Measures how long the machine stalled this process, because promises in seconds cannot be checked then."""

import threading
import time

SLEEP_SECONDS = 0.02
# The delay of a sleep on an idle machine.
USUAL_SECONDS = 0.05


class StallMonitor:
    """A thread that sleeps and adds up the delays."""

    def __init__(self) -> None:
        """Start the thread."""
        self.lost = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sleep, name="stall monitor", daemon=True)
        self._thread.start()

    def end(self) -> float:
        """End the thread; return the seconds for which the process was stalled."""
        self._ended.set()
        self._thread.join()
        return self.lost

    def _sleep(self) -> None:
        while not self._ended.is_set():
            began = time.monotonic()
            time.sleep(SLEEP_SECONDS)
            late = time.monotonic() - began - SLEEP_SECONDS
            self.lost += late if late > USUAL_SECONDS else 0.0
