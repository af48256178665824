"""The blueprints in Home Assistant, with the integrations and the simulators."""
