"""A real Home Assistant with every vendor's integration, set up against the simulators: `script/demo`.

`__main__` is the command line, `session` the order of things, `vendor` what a vendor's entry consists of and
`vendors/` the entries themselves.
"""
