"""How fast the integrations are, always beside a floor measured in the same run: `script/bench`."""
