"""Keyed device state, and how it becomes entities of Home Assistant."""
