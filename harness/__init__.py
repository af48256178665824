"""What demo, benchmarks, chaos, e2e and tests share: one record per vendor, one way to start Home Assistant."""
