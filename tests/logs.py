"""Restores the loggers after each test, so that the next test finds its own messages only."""

from collections.abc import Iterator
from contextlib import contextmanager
import logging

# Libraries may set the level of their loggers when they are imported, and keep it. These packages never do.
NEVER_SET = ("custom_components", "homeassistant", "common")

# Home Assistant's test plugin logs every SQL statement, and the thread of the recorder also logs between two tests.
logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)
# This module logs a traceback if libturbojpeg is missing, which no test needs, and nothing else.
logging.getLogger("homeassistant.components.camera.img_util").setLevel(logging.CRITICAL)


@contextmanager
def loggers_restored() -> Iterator[None]:
    """Restore the level and the handlers of all loggers at the end."""
    before = {logger: (logger.level, [*logger.handlers]) for logger in _loggers()}
    try:
        yield
    finally:
        for logger in _loggers():
            if logger in before or logger.name.partition(".")[0] in NEVER_SET:
                _restore(logger, *before.get(logger, (logging.NOTSET, [])))


def _restore(logger: logging.Logger, level: int, handlers: list[logging.Handler]) -> None:
    if logger.level != level:
        # The loggers of Home Assistant's integration `logger` override this method.
        logging.Logger.setLevel(logger, level)
    if logger.handlers != handlers:
        logger.handlers[:] = handlers


def _loggers() -> list[logging.Logger]:
    """Return all loggers and the root logger."""
    named = list(logging.root.manager.loggerDict.values())
    return [logging.root, *(one for one in named if isinstance(one, logging.Logger))]
