"""The protocol side of what every vendor shares. It imports no Home Assistant."""
