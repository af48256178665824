"""The exceptions of the browser tests."""


class Unexpected(Exception):
    """The page is not as expected."""
