"""Typed client of the Iottly API and parser of what its webhooks bring. Imports no Home Assistant."""

from .client import DEFAULT_BASE_URL, IottlyClient
from .command import InvalidCommand, command_values
from .errors import CommandRefused, NoPermission, NoRoute, NotFound, ServerError, SilentError, UnknownCommand
from .meaning import (
    flag_meaning,
    is_inverted,
    is_measured,
    leaf_name,
    names_clock,
    number_meaning,
    same_names,
    split_path,
)
from .message import CLOCK_TOLERANCE, LONG_BODY_BYTES, MAX_BODY_BYTES, MalformedWebhook, parse_id, parse_webhook
from .model import Board, DeploymentGroup, Identity, LeafKind, LeafValue, Licenses, Message, MessageKind, Project
from .parse import MAX_BOARDS
from .payload import as_kind, is_placeholder, is_secret_path, leaf_kind, parse_number

__all__ = [
    "CLOCK_TOLERANCE",
    "DEFAULT_BASE_URL",
    "LONG_BODY_BYTES",
    "MAX_BOARDS",
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
    "NoRoute",
    "NotFound",
    "Project",
    "ServerError",
    "SilentError",
    "UnknownCommand",
    "as_kind",
    "command_values",
    "flag_meaning",
    "is_inverted",
    "is_measured",
    "is_placeholder",
    "is_secret_path",
    "leaf_kind",
    "leaf_name",
    "names_clock",
    "number_meaning",
    "parse_id",
    "parse_number",
    "parse_webhook",
    "same_names",
    "split_path",
]
