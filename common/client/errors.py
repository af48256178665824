"""The exceptions of the clients, from which vendors derive their own.

Their texts are shown to users, and never contain a URL, a token or a password.
"""


class PushError(Exception):
    """The base of all exceptions of a client."""


class CannotConnect(PushError):
    """The device cannot be reached, or the connection to it was lost."""


class PushRefused(CannotConnect):
    """The device answers, but refuses the push connection. Its state may be available in another way."""


class CertificateError(CannotConnect):
    """The TLS certificate of the device is not trusted, or is not the pinned one."""


class AuthFailed(PushError):
    """The device refused the credentials."""


class CommandFailed(PushError):
    """The device refused a command, or did something else."""


class NoAnswer(CommandFailed):
    """The device did not answer a command in time."""


class InvalidAnswer(PushError):
    """The answer of the device does not follow its protocol."""
