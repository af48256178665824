"""Fixtures of the vendors with blueprints."""

from tests.rotoclear.conftest import entity_of, entry, unit, user_input

__all__ = ["entity_of", "entry", "unit", "user_input"]
