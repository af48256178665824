"""Simulators of the five vendors' devices and clouds, for the demo, the tests and the benchmarks.

Each is derived from docs/protocol/<vendor>.md, never from the integration. `kit` has the shared code.
"""
