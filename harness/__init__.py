"""Code that demo, benchmarks, chaos, e2e and tests share: the records of the vendors, and Home Assistant in process."""
