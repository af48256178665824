"""What ends the demo."""


class DemoError(Exception):
    """Something a person can act on, told in one sentence."""
