"""The measures: each module has `run(name, size, quick)`, which returns the rows of a workload."""
