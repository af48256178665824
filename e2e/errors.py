"""What ends a chapter."""


class Unexpected(Exception):
    """The page shows something else than it should."""
