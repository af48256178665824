"""Whether the machine let us work: what is promised in seconds cannot be measured while it does not."""

import threading
import time

SLEEP_SECONDS = 0.02
# What a sleep may take longer on a machine that has time.
USUAL_SECONDS = 0.05


class Breath:
    """A thread that only sleeps, and adds up by how much it overslept."""

    def __init__(self) -> None:
        """Begin to sleep."""
        self.lost = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._sleep, name="breath", daemon=True)
        self._thread.start()

    def end(self) -> float:
        """End, and return how many seconds the machine did not let us work."""
        self._ended.set()
        self._thread.join()
        return self.lost

    def _sleep(self) -> None:
        while not self._ended.is_set():
            began = time.monotonic()
            time.sleep(SLEEP_SECONDS)
            late = time.monotonic() - began - SLEEP_SECONDS
            self.lost += late if late > USUAL_SECONDS else 0.0
