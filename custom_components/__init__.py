"""The integrations, one directory each."""
