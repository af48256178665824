"""Typed client of the Iottly API and parser of what its webhooks bring. Imports no Home Assistant."""

from .client import DEFAULT_BASE_URL, IottlyClient, parse_base_url
from .command import InvalidCommand, command_values
from .errors import CommandRefused, NoPermission, NotFound, ServerError
from .meaning import flag_meaning, leaf_name, number_meaning
from .message import CLOCK_TOLERANCE, MAX_BODY_BYTES, MalformedWebhook, parse_webhook
from .model import Board, DeploymentGroup, Identity, LeafKind, LeafValue, Licenses, Message, MessageKind, Project
from .payload import as_kind, leaf_kind

__all__ = [
    "CLOCK_TOLERANCE",
    "DEFAULT_BASE_URL",
    "MAX_BODY_BYTES",
    "Board",
    "CommandRefused",
    "DeploymentGroup",
    "Identity",
    "InvalidCommand",
    "IottlyClient",
    "LeafKind",
    "LeafValue",
    "Licenses",
    "MalformedWebhook",
    "Message",
    "MessageKind",
    "NoPermission",
    "NotFound",
    "Project",
    "ServerError",
    "as_kind",
    "command_values",
    "flag_meaning",
    "leaf_kind",
    "leaf_name",
    "number_meaning",
    "parse_base_url",
    "parse_webhook",
]
