"""Benchmarks of the integrations, each compared with a floor of the same run: `script/bench`."""
