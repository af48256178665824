"""Experiments that only one subject has."""
