"""Loggers are restored after each test (tests/logs.py)."""

import logging

import pytest

from tests.logs import loggers_restored

NEW = "custom_components.new_module"


@loggers_restored()
def change_logger(name: str) -> None:
    """Change a logger, and fail."""
    logger = logging.getLogger(name)
    logger.setLevel(7)
    logger.addHandler(logging.NullHandler())
    raise ValueError(f"a test with {name} failed")


@pytest.mark.parametrize("name", ["", "custom_components", "aiohttp.access"])
def test_levels_and_handlers_are_restored(name: str) -> None:
    logger = logging.getLogger(name)
    before = logger.level, [*logger.handlers]
    with pytest.raises(ValueError, match="failed"):
        change_logger(name)
    assert (logger.level, logger.handlers) == before


def test_a_new_logger_of_our_integrations_has_no_level() -> None:
    with pytest.raises(ValueError, match="failed"):
        change_logger(NEW)
    assert (logging.getLogger(NEW).level, logging.getLogger(NEW).handlers) == (logging.NOTSET, [])


def test_the_level_that_a_library_sets_on_import_stays() -> None:
    with loggers_restored():
        logging.getLogger("a_library_imported_meanwhile").setLevel(logging.ERROR)
    assert logging.getLogger("a_library_imported_meanwhile").level == logging.ERROR


def test_every_test_restores_the_loggers(request: pytest.FixtureRequest) -> None:
    assert "restore_loggers" in request.fixturenames
