"""Moving from pimatic: its rules become drafts of automations, its variables helpers, its pages a dashboard.

`house`, `grammar`, `expressions`, `predicates`, `actions` and `rules` read a rule as the server does and import no Home
Assistant. `places`, `templates`, `triggers`, `steps` and `automation` make a draft of what was read.
"""
