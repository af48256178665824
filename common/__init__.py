"""What every vendor of this project shares: pushed device state into Home Assistant.

Each integration has a link `common` to this directory; a package holds the modules that it uses.

- `client/` speaks to devices and imports no Home Assistant.
- `push/` turns keyed state into entities.
- `history/` imports stored readings into long-term statistics.
- `flow`, `issues` and `actions` are what config flows, repairs and actions have in common.
- `automation` makes triggers and conditions, `dashboard` the answer of `get_dashboard`.
- `thermostat` is the base of thermostats for two versions of Home Assistant.
"""
