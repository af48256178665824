"""Typed client of the Iottly API and parser of what its webhooks bring. Imports no Home Assistant."""

from .client import DEFAULT_BASE_URL, IottlyClient, parse_base_url
from .errors import CommandRefused, InvalidCommand, NoPermission, NotFound, ServerError
from .meaning import NumberMeaning, flag_meaning, leaf_name, number_meaning
from .message import CLOCK_TOLERANCE, parse_board_id
from .model import ORPHANED, Board, DeploymentGroup, Licenses, Message, MessageKind, Project
from .payload import LeafKind, LeafValue, as_kind, leaf_kind, leaves
from .webhook import MAX_BODY_BYTES, MalformedWebhook, parse_webhook

__all__ = [
    "CLOCK_TOLERANCE",
    "DEFAULT_BASE_URL",
    "MAX_BODY_BYTES",
    "ORPHANED",
    "Board",
    "CommandRefused",
    "DeploymentGroup",
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
    "NumberMeaning",
    "Project",
    "ServerError",
    "as_kind",
    "flag_meaning",
    "leaf_kind",
    "leaf_name",
    "leaves",
    "number_meaning",
    "parse_base_url",
    "parse_board_id",
    "parse_webhook",
]
