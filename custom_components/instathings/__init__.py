"""Instathings: cloud projects and on-premise gateways."""
