"""Code that all integrations share.

Each integration has a link `common` to this directory. Its package contains the modules that it imports.

- `client/`: connections, JSON, secrets. It imports no Home Assistant.
- `push/`: keyed state, the coordinator, the base entity, parts.
- `history/`: import of stored readings into long-term statistics.
- `flow`, `issues` and `actions`: base classes and helpers for config flows, repairs and actions.
- `automation`: triggers and conditions. `dashboard`: the response of `get_dashboard`.
- `thermostat`: a climate entity for two versions of Home Assistant.
"""
