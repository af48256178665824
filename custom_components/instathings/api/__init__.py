"""Typed asyncio client of the Instathings cloud and of its on-premise gateways. Imports no Home Assistant."""
