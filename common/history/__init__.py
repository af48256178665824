"""The import of stored readings into long-term statistics of Home Assistant."""
