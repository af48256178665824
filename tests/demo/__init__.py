"""The demo: all five vendors in one Home Assistant, as people meet them."""
