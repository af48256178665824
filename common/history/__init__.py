"""Import of stored readings into long-term statistics."""
