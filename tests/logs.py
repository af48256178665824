"""Keeps what a test does to loggers in that test: the next one asserts on its own log."""

from collections.abc import Iterator
from contextlib import contextmanager
import logging

# A library that is imported meanwhile may set a level of its own, and keeps it; these never do.
SET_NONE = ("custom_components", "homeassistant", "common")

# Home Assistant's test plugin asks for every statement, and the recorder's thread logs them between two tests, too.
logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)
# On import, it logs a traceback where libturbojpeg is missing, which no test needs. It logs nothing else.
logging.getLogger("homeassistant.components.camera.img_util").setLevel(logging.CRITICAL)


@contextmanager
def untouched() -> Iterator[None]:
    """Undo every change of a logger's level and handlers."""
    before = {logger: (logger.level, [*logger.handlers]) for logger in _loggers()}
    try:
        yield
    finally:
        for logger in _loggers():
            if logger in before or logger.name.partition(".")[0] in SET_NONE:
                _restore(logger, *before.get(logger, (logging.NOTSET, [])))


def _restore(logger: logging.Logger, level: int, handlers: list[logging.Handler]) -> None:
    if logger.level != level:
        # The method itself: Home Assistant's `logger` makes loggers that may refuse.
        logging.Logger.setLevel(logger, level)
    if logger.handlers != handlers:
        logger.handlers[:] = handlers


def _loggers() -> list[logging.Logger]:
    """Return all loggers, the root too."""
    named = list(logging.root.manager.loggerDict.values())
    return [logging.root, *(one for one in named if isinstance(one, logging.Logger))]
