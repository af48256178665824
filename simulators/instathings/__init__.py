"""Instathings: a cloud project (`cloud`) and an on-premise gateway (`gateway`), over the same small house."""
