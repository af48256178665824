"""Faithful simulators of the five vendors' devices and clouds, for the demo, the tests and the benchmarks.

Each is derived from the vendor's own page and the recorded facts, never from the integration.
`kit` holds what all of them share.
"""
