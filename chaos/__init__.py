"""What a home has to survive: the real integrations against the simulators, through a proxy that misbehaves.

`script/chaos` prints a table of vendor by fault and phase and exits non-zero when a row breaks its promise.

`faults` and `lifecycle` are what is done, `vendors/` to whom, `promise` what is measured and demanded;
`side` is the other end of the wire (simulator and proxy, in a thread of their own), `home` our end.
`fuzz` throws arbitrary bytes at every vendor's `api/`.
"""
