"""Moving from pimatic: rules become drafts of automations, variables become helpers, pages become a dashboard.

`namespace`, `grammar`, `expressions`, `predicates`, `actions` and `rules` parse a rule as the server does, without Home
Assistant. `entity_map`, `templates`, `triggers`, `steps` and `automation` make a draft of the parsed rule.

`dry_run` runs a draft without its actions, `executions` finds the runs of a rule in the server's log, and `comparison`
compares the runs of both. `watch` does that for one rule, `watches` for all rules of a server. `agreement` is the
repair for rules whose drafts agree. `sources` collects the data that all drafts need.
"""
