"""What an integration has to survive: its simulator, through a proxy that misbehaves.

`script/chaos` prints a table of vendor by fault and phase and exits non-zero when a row breaks its promise.

`faults` and `lifecycle` are what happens, `vendors/` with whom, `experiment` what is measured and demanded.
`remote_end` is simulator and proxy, in a thread of their own, `observed_home` is Home Assistant.
`fuzz` feeds arbitrary bytes to every vendor's `api/`, through its `fuzz_targets/`.
"""
