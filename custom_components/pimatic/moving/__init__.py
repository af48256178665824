"""Moving from pimatic: its rules become drafts of automations, its variables helpers, its pages a dashboard.

`house`, `grammar`, `expressions`, `predicates`, `actions` and `rules` read a rule as the server does and import no Home
Assistant. `places`, `templates`, `triggers`, `steps` and `automation` make a draft of what was read.

`shadow` runs a draft without its actions; `executions` reads the server's log, and `comparison` joins the runs of both.
`watch` does that for one rule and `watches` for a server; `agreement` is the repair that follows. `sources` gathers
what all drafts need.
"""
