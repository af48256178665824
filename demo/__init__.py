"""A Home Assistant with all integrations, each connected to its simulator: `script/demo`.

`__main__` is the command line, `session` sets up Home Assistant, `exhibit` has the record of a vendor in the demo, and
`vendors/` the records.
"""
