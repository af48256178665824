"""The demo: all five integrations in one Home Assistant."""
