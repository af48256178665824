"""Instathings: client, integration and simulators."""
