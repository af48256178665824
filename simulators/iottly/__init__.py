"""The Iottly cloud with a project of boards. See `cloud`."""

from .cloud import IottlyCloud

SIMULATOR = IottlyCloud

__all__ = ["SIMULATOR", "IottlyCloud"]
