"""Chaos tests: an integration connects to its simulator through a proxy that causes faults.

`script/chaos` prints a table with a row for each vendor, fault and phase. It fails if a row breaks a promise.

- `faults`, `lifecycle`, `floods`, `flapping` and `trials/`: the experiments.
- `vendors/`: the subjects, which are the endpoints of the vendors.
- `experiment`: the promises. `result`: the rows.
- `remote_end`: the simulator and the proxy, in another thread. `observed_home`: Home Assistant.
- `fuzz`: arbitrary input for the `api/` of each vendor, through its `fuzz_targets/`.
"""
