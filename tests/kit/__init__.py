"""Tests of what all simulators share."""
