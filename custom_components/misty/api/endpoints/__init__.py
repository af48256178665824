"""The table of all known commands of a Misty II: 227 endpoints with parameters, ranges and choices.

The vendor's reference documents 157 of them, the vendor's SDK lists 190. Source: docs/protocol/misty.md#command-list.
"""

from ..errors import InvalidArgument
from .expression import ASSETS, EXPRESSION
from .model import Arguments, Endpoint, Level, Parameter, ParameterKind
from .motion import MOTION, SLAM
from .speech import AUDIO, CONVERSATION
from .system import SKILLS, SYSTEM
from .vision import VISION

ENDPOINTS: dict[tuple[str, str], Endpoint] = {
    (endpoint.method, endpoint.path): endpoint
    for endpoint in (*SYSTEM, *SKILLS, *ASSETS, *EXPRESSION, *AUDIO, *CONVERSATION, *MOTION, *SLAM, *VISION)
}

# Commands with two paths: newer firmware lists the first, the vendor's SDK uses the second.
ALIASES = {
    "videos/recordings/start": "video/record/start",
    "videos/recordings/stop": "video/record/stop",
    "videos/recordings/rename": "video/rename",
    "videos/settings": "video/settings",
    "text/error/clear": "text/clear",
}

# The robot accepts these commands even while it installs software: docs/protocol/misty.md#software-updates.
ALWAYS_ALLOWED = frozenset({"halt", "drive/stop"})


def find(method: str, path: str) -> Endpoint:
    """Return an endpoint. Raises InvalidArgument if it is unknown."""
    path = path.strip("/").lower().removeprefix("api/")
    endpoint = ENDPOINTS.get((method.upper(), path))
    if endpoint is None:
        raise InvalidArgument("unknown_endpoint", f"{method.upper()} {path}")
    return endpoint


__all__ = [
    "ALIASES",
    "ALWAYS_ALLOWED",
    "ENDPOINTS",
    "Arguments",
    "Endpoint",
    "Level",
    "Parameter",
    "ParameterKind",
    "find",
]
