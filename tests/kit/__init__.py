"""Tests of the shared code of the simulators."""
