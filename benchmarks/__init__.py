"""How fast the integrations are, always against a floor of the same run: `script/bench`."""
