"""What a test does to loggers must end with it (tests/logs.py)."""

import logging

import pytest

from tests.logs import untouched

NEW = "custom_components.nobody_yet"


@untouched()
def meddle(name: str) -> None:
    """Do what a test might, and fail."""
    logger = logging.getLogger(name)
    logger.setLevel(7)
    logger.addHandler(logging.NullHandler())
    raise ValueError(f"a test with {name} failed")


@pytest.mark.parametrize("name", ["", "custom_components", "aiohttp.access"])
def test_levels_and_handlers_are_as_before(name: str) -> None:
    logger = logging.getLogger(name)
    before = logger.level, [*logger.handlers]
    with pytest.raises(ValueError, match="failed"):
        meddle(name)
    assert (logger.level, logger.handlers) == before


def test_a_logger_of_ours_that_is_new_has_no_level() -> None:
    with pytest.raises(ValueError, match="failed"):
        meddle(NEW)
    assert (logging.getLogger(NEW).level, logging.getLogger(NEW).handlers) == (logging.NOTSET, [])


def test_the_level_that_a_library_sets_when_it_is_imported_stays() -> None:
    with untouched():
        logging.getLogger("a_library_imported_meanwhile").setLevel(logging.ERROR)
    assert logging.getLogger("a_library_imported_meanwhile").level == logging.ERROR


def test_every_test_is_kept_so(request: pytest.FixtureRequest) -> None:
    assert "loggers_untouched" in request.fixturenames
