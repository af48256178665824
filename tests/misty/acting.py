"""The type of the fixture `act`."""

from collections.abc import Callable
from typing import Any

# Calls an action of an entity by platform and key: `act(platform, key, action, **data)`.
type Act = Callable[..., Any]
