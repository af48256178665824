"""Iottly in Home Assistant."""
