"""The HTTP API: GET and POST on /api (docs/protocol/rotoclear.md#http-api)."""

from typing import TYPE_CHECKING, Any

from aiohttp import web
import orjson

from .conversion import Refused, from_text
from .users import LOGIN_FIELDS, User
from .variables import VARIABLES

if TYPE_CHECKING:
    from .simulator import RotoclearSimulator

GET = "get"


class HttpApi:
    """Handles requests one after the other, and their keys in the given order."""

    def __init__(self, simulator: RotoclearSimulator) -> None:
        """Initialize with the simulator."""
        self._simulator = simulator

    def user_of(self, request: web.Request, *, header: bool) -> User:
        """Return the user in the query of a request or, if allowed, in its Basic header.

        Raises HTTPUnauthorized.
        """
        users = self._simulator.users
        user = users.by_query(request.query)
        if user is None and header and not any(name in request.query for name in LOGIN_FIELDS):
            user = users.by_header(request.headers.get("Authorization", ""))
        if user is None or self._simulator.faults.get("unauthorized"):
            self._simulator.record.add("unauthorized", path=request.path)
            raise web.HTTPUnauthorized(headers={"WWW-Authenticate": 'Basic realm="rotoclear"'})
        return user

    async def get(self, request: web.Request) -> web.Response:
        """Read and set the variables in the query."""
        user = self.user_of(request, header=True)
        pairs = [(key, text) for key, text in request.query.items() if key not in LOGIN_FIELDS]
        self._simulator.record.add("get", user=user.name, pairs=pairs)
        return self._answer(
            user, [(key, _listed(text) if key == GET else _converted(key, text)) for key, text in pairs]
        )

    async def post(self, request: web.Request) -> web.Response:
        """Read and set the variables in a JSON object, with any content type."""
        user = self.user_of(request, header=True)
        try:
            body = orjson.loads(await request.read())
        except orjson.JSONDecodeError:
            raise web.HTTPBadRequest from None
        if not isinstance(body, dict):
            raise web.HTTPBadRequest
        self._simulator.record.add("post", user=user.name, body=body)
        return self._answer(user, list(body.items()))

    def _answer(self, user: User, steps: list[tuple[str, Any]]) -> web.Response:
        unit = self._simulator.unit
        if not steps:
            return self.respond({key: value for key, value in unit.snapshot().items() if user.may_read(key)})
        answer: dict[str, Any] = {}
        for key, value in steps:
            if key == GET:
                wanted = value if isinstance(value, list) else []
                answer |= unit.snapshot(name for name in wanted if isinstance(name, str) and user.may_read(name))
            elif user.may_write(key):
                answer[key] = self._simulator.write(user, key, value, "http")
        unit.publish()
        return self.respond({key: value for key, value in answer.items() if _is_visible(user, key)})

    def respond(self, answer: dict[str, Any]) -> web.Response:
        """Return a JSON response, or invalid data with a fault."""
        return web.Response(text=self._simulator.encode(answer), content_type="application/json")


def _is_visible(user: User, key: str) -> bool:
    return not VARIABLES[key].readable or user.may_read(key)


def _listed(text: str) -> list[str]:
    return [name.strip() for name in text.removeprefix("[").removesuffix("]").split(",")]


def _converted(key: str, text: str) -> Any:
    """Return the value of a text in a query; None, which is invalid for all variables, if it has none."""
    if key not in VARIABLES:
        return text
    try:
        return from_text(VARIABLES[key], text)
    except Refused:
        return None
