"""One module per measure; each has `run(name, size, quick)`, which returns rows."""
