"""Blueprints at work: the real automation engine, the real integration, the simulator."""
