"""The client of Iottly's HTTP API, both generations of it.

The routes are those of docs/protocol/iottly.md#routes. Every call raises AuthFailed (401), NoPermission
(403 for the project), NotFound (404), ServerError (any other error status), CannotConnect, or
InvalidAnswer (docs/protocol/iottly.md#errors).
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import aiohttp
from yarl import URL

from ..common.client.errors import AuthFailed, CannotConnect, InvalidAnswer
from ..common.client.markup import seen
from ..common.client.secrets import Redactor
from ..common.client.wire import DropCounter, encode_json, read_body
from .answers import decode_answer
from .command import command_values
from .errors import CommandRefused, NoPermission, NoRoute, NotFound, ServerError, SilentError, UnknownCommand
from .message import LONG_BODY_BYTES, oldest_first, parse_message
from .model import Board, Boards, Identity, Licenses, Message, MessageKind, Project
from .parse import parse_board, parse_boards, parse_error, parse_licenses, parse_project

DEFAULT_BASE_URL = "https://api.cloud.iottly.com/v1.0"
REQUEST_SECONDS = 15.0
MAX_ANSWER_BYTES = 4 * 1024 * 1024
# The most messages of one request.
MAX_HISTORY_BYTES = 16 * 1024 * 1024
# The most messages that a page of either history route has.
MAX_MESSAGES = 100
# A response with more messages is invalid: to parse them would only take time.
MOST_LISTED = 1000
# Characters of the server's message that are searched for secrets, and that are shown.
MOST_WORDS = 10_000
LONGEST_WORDS = 255
# The beginning of the server's message for an unknown command type or board.
NO_SUCH_COMMAND = "list index out of range"


class IottlyClient:
    """One project of one Iottly cloud."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: URL,
        project_id: str,
        token: str,
        *,
        dropped: DropCounter | None = None,
        secrets: Iterable[str] = (),
    ) -> None:
        """Initialize with the API's base (ending in `/v1.0`), the project's id and one of its tokens.

        `secrets` are those besides the token that must not come back in what the server tells.
        """
        self._session = session
        self._base = base_url
        self._project = project_id
        # The name is not "Authorization", see docs/protocol/iottly.md#authentication.
        self._headers = {"Authentication": f"bearer {token}", "Accept": "application/json"}
        self.redactor = Redactor([token, *secrets])
        self.dropped = dropped if dropped is not None else DropCounter()
        # True if the server has the routes of the newer generation; None if that is unknown.
        self.has_props: bool | None = None
        self.has_licenses: bool | None = None
        self.has_paginated: bool | None = None

    # The project --------------------------------------------------------------------------------

    async def ping(self) -> None:
        """Check that the server is an Iottly cloud of either generation, and accepts the token."""
        try:
            answer = await self._call("GET", "project", "ping")
        except NotFound, NoPermission, ServerError:
            # In the older generation this is the path of a project, whose id would be "ping".
            try:
                answer = await self._call("GET", "ping")
            except NotFound:
                raise InvalidAnswer("the server is no Iottly cloud") from None
        match answer:
            case {"status": "pong"}:
                return
        raise InvalidAnswer("the server is no Iottly cloud")

    async def project(self) -> Project:
        """Return the project, with its groups and their boards if this generation lists them."""
        return await self._parsed(parse_project, await self._project_call("GET", "inspect"))

    async def boards(self) -> Boards | None:
        """Return the boards' properties, or None if the server has no such route."""
        if self.has_props is False:
            return None
        try:
            answer = await self._project_call("GET", "devices", "props")
        except NotFound:
            if self.has_props:
                raise  # the route exists, so this is not the older generation
            self.has_props = False
            return None
        self.has_props = True
        return await self._parsed(parse_boards, answer)

    async def licenses(self) -> Licenses | None:
        """Return the numbers of the project's licences, or None if the server has no such route or forbids it."""
        if self.has_licenses is False:
            return None
        try:
            answer = await self._project_call("GET", "license")
        except NotFound, NoPermission:
            self.has_licenses = False
            return None
        self.has_licenses = True
        return await self._parsed(parse_licenses, answer)

    async def flash(self, group_id: str) -> None:
        """Deploy the group's branch to all its boards. Raises CommandRefused besides the common errors."""
        await self._command("deploymentgroups", group_id, "flashfw")

    # A board ------------------------------------------------------------------------------------

    async def board(self, board_id: str) -> Board:
        """Return one board's properties (newer generation)."""
        answer = await self._part_call("GET", "device", board_id, "props")
        return await self._checked_board(answer, board_id)

    async def rename_board(self, board_id: str, name: str) -> Board:
        """Rename a board and return its properties (newer generation). Raises CommandRefused."""
        answer = await self._command("device", board_id, "props", method="PUT", body={"name": name})
        return await self._checked_board(answer, board_id)

    async def send_command(self, board_id: str, cmd_type: str, values: Mapping[str, Any]) -> None:
        """Send a command. Only a message from the board confirms that the board received it.

        Raises InvalidCommand (see `command_values`) before anything is sent, CommandRefused with the
        server's words, and the common errors.
        """
        body = {"cmd_type": cmd_type, "values": command_values(cmd_type, values)}
        await self._command("device", board_id, "command", body=body)

    # Messages -----------------------------------------------------------------------------------

    async def messages(
        self, board_id: str, *, count: int = 10, query: Mapping[str, Any] | None = None
    ) -> list[Message]:
        """Return the board's latest messages (up to 100), oldest first.

        `query` is a MongoDB filter; a filter by date finds nothing (docs/protocol/iottly.md#query-filters).
        """
        params = {"numMessages": str(min(count, MAX_MESSAGES))}
        if query:
            params["queryJson"] = encode_json(query).decode()
        answer = await self._part_call("GET", "messages", board_id, params=params)
        messages = await asyncio.to_thread(self._parse_messages, answer, board_id)
        return oldest_first(messages)[-MAX_MESSAGES:]

    async def history(
        self,
        board_id: str,
        *,
        start: datetime,
        end: datetime,
        kind: MessageKind | None = None,
        limit: int = 1000,
    ) -> list[Message]:
        """Return the board's messages with `start` <= timestamp < `end`, oldest first.

        The older generation cannot look back further than the latest 100 messages.
        """
        if self.has_paginated is not False:
            try:
                return await self._paginated(board_id, start, end, kind, limit)
            except NotFound:
                pass  # a server that has the route may say so too, when it has nothing in this time
        messages = await self.messages(board_id, count=MAX_MESSAGES)
        found = [message for message in messages if start <= message.timestamp < end]
        if found:
            self.has_paginated = False
        return [message for message in found if kind is None or message.kind is kind][:limit]

    async def _paginated(
        self, board_id: str, start: datetime, end: datetime, kind: MessageKind | None, limit: int
    ) -> list[Message]:
        """Page by date: each page begins where the last one ended, and a message on both counts once.

        The request has no page number: the first page may be 0 or 1 (docs/protocol/iottly.md#paginated-messages).
        """
        found: dict[Identity, Message] = {}
        is_full = True
        room = MAX_HISTORY_BYTES
        while is_full and start < end and len(found) < limit and room > 0:
            answered, is_full = await self._page(board_id, start, end, kind)
            page = [message for message in answered if start <= message.timestamp < end]
            if not page:
                # The server ignores the requested times: further pages would be the same.
                break
            room -= sum(message.size for message in page)
            before = len(found)
            found |= {message.identity: message for message in page}
            # Nothing new on the page: one millisecond has more messages than a page.
            step = timedelta(0) if len(found) > before else timedelta(milliseconds=1)
            start = max(message.timestamp for message in page) + step
        return list(found.values())[:limit]

    async def _page(
        self, board_id: str, start: datetime, end: datetime, kind: MessageKind | None
    ) -> tuple[list[Message], bool]:
        """Return one page, and True if there may be another. Raises NotFound if the route may be missing."""
        params = {
            "l": str(MAX_MESSAGES),
            "type": "all" if kind is None else kind.value,
            "from": _iso(start),
            "to": _iso(end),
            "sort": "asc",
        }
        try:
            answer = await self._part_call("GET", "device", board_id, "messages", "paginated", params=params)
        except NotFound as error:
            if not isinstance(error, NoRoute) or self.has_paginated:
                return [], False
            raise
        self.has_paginated = True
        messages = await asyncio.to_thread(self._parse_messages, answer, board_id)
        messages.sort(key=lambda message: message.timestamp)
        return messages[:MAX_MESSAGES], len(answer["messages"]) >= MAX_MESSAGES

    def _parse_messages(self, answer: Any, board_id: str) -> list[Message]:
        match answer:
            case {"messages": list(values)} if len(values) <= MOST_LISTED:
                received = datetime.now(UTC)
                parsed = [parse_message(value, received, self.dropped, self.redactor) for value in values]
                return [message for message in parsed if message is not None and message.board == board_id]
        raise InvalidAnswer("the server's answer lists no messages")

    async def _checked_board(self, answer: Any, board_id: str) -> Board:
        board = await self._parsed(parse_board, answer)
        if board is None or board.id != board_id:
            raise InvalidAnswer("the server's answer describes no board")
        return board

    # HTTP ---------------------------------------------------------------------------------------

    async def _command(self, *path: str, method: str = "POST", body: Mapping[str, Any] | None = None) -> Any:
        """Send a command; raise CommandRefused if the server returns an error message."""
        try:
            return await self._part_call(method, *path, body=body)
        except SilentError, NoRoute:
            raise
        except (NotFound, ServerError) as error:
            kind = UnknownCommand if str(error).startswith(NO_SUCH_COMMAND) else CommandRefused
            raise kind(str(error)) from None

    async def _project_call(self, method: str, *path: str, **options: Any) -> Any:
        return await self._call(method, "project", self._project, *path, **options)

    async def _part_call(self, method: str, *path: str, **options: Any) -> Any:
        """Send a request about a board or a group: a missing permission does not mean that the token is invalid."""
        try:
            return await self._project_call(method, *path, **options)
        except NoPermission as error:
            raise ServerError(HTTPStatus.FORBIDDEN, str(error)) from None

    async def _call(
        self,
        method: str,
        *path: str,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Any:
        """Send a request and return its JSON. Redirects are not followed, because they would receive the token."""
        url = self._base.joinpath(*path)
        try:
            async with (
                asyncio.timeout(REQUEST_SECONDS),
                self._session.request(
                    method,
                    url,
                    params=params,
                    data=None if body is None else encode_json(body),
                    headers={**self._headers, "Content-Type": "application/json"},
                    allow_redirects=False,
                ) as response,
            ):
                status, raw = response.status, await read_body(response, MAX_ANSWER_BYTES)
                asked_for = response.headers.get("WWW-Authenticate", "").lower()
        except TimeoutError:
            raise CannotConnect("the server did not answer in time") from None
        except (aiohttp.ClientError, RuntimeError) as error:
            # RuntimeError: Home Assistant stops, and its session is closed.
            raise CannotConnect(f"connection failed ({type(error).__name__})") from None
        if status == HTTPStatus.OK:
            return await asyncio.to_thread(self._answer, raw) if len(raw) > LONG_BODY_BYTES else self._answer(raw)
        if status == HTTPStatus.UNAUTHORIZED and asked_for.startswith(("basic", "digest")):
            raise InvalidAnswer("the server is no Iottly cloud: it wants a user and a password")
        raise _error(status, *self._words(raw, status))

    def _answer(self, raw: bytes) -> Any:
        """Return the JSON of a response with status 200, unless it is an error."""
        value = decode_answer(raw, self.dropped, MAX_ANSWER_BYTES)
        match value:
            case None:
                raise InvalidAnswer("the server's answer is not JSON")
            case {"status": int(status), "error": str(words)} if status >= HTTPStatus.BAD_REQUEST:
                raise _error(status, self._clean(words), True)
        return value

    async def _parsed[T](self, parse: Callable[[Any, DropCounter], T], answer: Any) -> T:
        """Parse a response with our own secrets redacted, outside the event loop: it may have thousands of values."""
        return await asyncio.to_thread(lambda: parse(self.redactor.value(answer), self.dropped))

    def _words(self, raw: bytes, status: int) -> tuple[str, bool]:
        """Return the server's error message, and True if the body is an error of Iottly's API."""
        value = decode_answer(raw, self.dropped, MAX_ANSWER_BYTES) if raw.lstrip().startswith(b"{") else None
        words = parse_error(value)
        if words is None:
            return f"the server answered with status {status}", False
        return f"{self._clean(words)} (status {status})", True

    def _clean(self, words: str) -> str:
        """Return the server's words for users: one short line without secrets, which it may repeat.

        A secret that is cut in the middle would not be redacted any more.
        """
        return " ".join(seen(self.redactor.text(words[:MOST_WORDS])).split())[:LONGEST_WORDS]


def _error(status: int, words: str, is_own: bool) -> AuthFailed | NotFound | ServerError:
    match status:
        case HTTPStatus.UNAUTHORIZED:
            return AuthFailed(words)
        case HTTPStatus.FORBIDDEN:
            return NoPermission(words)
        case HTTPStatus.NOT_FOUND:
            return NotFound(words) if is_own else NoRoute(words)
    return ServerError(status, words) if is_own else SilentError(status, words)


def _iso(moment: datetime) -> str:
    """Return a time in the format of the paginated route: UTC, without a zone, in milliseconds."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")
