"""What ends the demo."""


class DemoError(Exception):
    """A fault that a person can act on, in one sentence."""
