"""Tests with real servers. They are skipped if the environment names no server."""
