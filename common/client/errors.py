"""What can go wrong between Home Assistant and a device. The vendors' own errors derive from these.

Messages are written for people and never carry a URL, a token or a password.
"""


class PushError(Exception):
    """Base of everything a vendor's client raises."""


class CannotConnect(PushError):
    """The device cannot be reached, or the connection to it was lost."""


class PushRefused(CannotConnect):
    """The device answers, but refuses its push channel: its state may still be had another way."""


class CertificateError(CannotConnect):
    """The device's TLS certificate is not trusted, or is not the pinned one."""


class AuthFailed(PushError):
    """The device refused the credentials. Trying again with the same ones is useless."""


class CommandFailed(PushError):
    """The device refused a command, or did something else than asked."""


class NoAnswer(CommandFailed):
    """The device did not answer a command in time."""


class InvalidAnswer(PushError):
    """The device answered with something that is not of its protocol."""
