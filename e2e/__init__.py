"""Tests of Home Assistant in a real browser: `script/e2e`.

The tests use a demo in the background. `browser` types, clicks and takes screenshots; `story` has the tests for each
vendor (add, use, reconfigure, reauthenticate), and `stories/` their data; `tasks` counts the steps of common tasks.
"""
