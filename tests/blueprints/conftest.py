"""The fixtures of the vendors whose blueprints are run here."""

from tests.rotoclear.conftest import entity_of, entry, unit, user_input

__all__ = ["entity_of", "entry", "unit", "user_input"]
