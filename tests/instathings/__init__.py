"""Tests of the Instathings integration, its clients and its simulators."""
