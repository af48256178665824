"""Shared code of the clients. It imports no Home Assistant."""
