"""Keyed state of a device, its coordinator and its entities."""
