"""The exceptions of the demo."""


class DemoError(Exception):
    """An error whose message is one sentence for the user."""
