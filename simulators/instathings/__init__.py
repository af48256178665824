"""Instathings: a cloud project (`cloud`) and an on-premise gateway (`gateway`) of the same small house."""
