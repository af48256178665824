"""Home Assistant in a real browser: `script/e2e`.

A bare demo runs in the background; each vendor is added, used and mended by typing and clicking.
`browser` is what a person can do and see, `stories` what is done for each vendor.
"""
