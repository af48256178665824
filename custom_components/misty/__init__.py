"""Misty II, a robot, in Home Assistant."""
