"""Tests: real sockets against the simulators."""
