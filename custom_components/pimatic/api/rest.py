"""The REST API, to check credentials, and for calls while the Socket.IO connection is refused.

Source: docs/protocol/pimatic.md#rest.
"""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from ..common.client.errors import AuthFailed, CannotConnect, CertificateError, InvalidAnswer, NoAnswer
from ..common.client.wire import LONG_FRAME, DropCounter, decode_json, encode_json, read_body
from .actions import ApiAction
from .errors import ParameterInvalid, PermissionDenied, Refused

# A thousand devices with thirty values of history each are about ten megabytes.
MAX_ANSWER_BYTES = 64 * 1024 * 1024


class Rest:
    """Calls API actions by HTTP. Each request carries the credentials, so that it needs no session.

    Each answer renews the session cookies that open the Socket.IO connection; the session's
    jar must take them unquoted and from IP addresses, see `cookie_jar` in client.py.
    """

    def __init__(
        self, session: aiohttp.ClientSession, base_url: URL, username: str, password: str, dropped: DropCounter
    ) -> None:
        """Initialize with an HTTP session that is used for this server alone; nothing is sent yet."""
        self._session = session
        self._base_url = base_url
        self._auth = aiohttp.encode_basic_auth(username, password, "utf-8") if username else None
        self._dropped = dropped
        self._under_way: set[asyncio.Timeout] = set()
        self._closed = False

    def close(self) -> None:
        """Cancel the running requests and refuse new ones.

        aiohttp loses a connection whose session is closed during a request.
        """
        self._closed = True
        for limit in self._under_way:
            if not limit.expired():
                limit.reschedule(0.0)

    async def call(self, action: ApiAction, params: Mapping[str, Any], *, seconds: float) -> dict[str, Any]:
        """Call an action whose parameters were checked, within so many seconds; return its whole answer, an object.

        Raises AuthFailed, PermissionDenied, Refused, NoAnswer, CannotConnect, InvalidAnswer.
        """
        body = dict(params)
        path = "/".join(_path_part(part, body) for part in action.path.split("/"))
        url = self._base_url.with_path(path, encoded=True)
        if action.method == "GET":
            url = url.with_query(_query(body))
            body = {}
        status, raw = await self._request(action.method, url, body, seconds)
        if status == 401:
            raise AuthFailed("the server refused the credentials")
        if status == 403:
            raise PermissionDenied("the user's role may not do this")
        if status in (502, 503, 504):
            raise CannotConnect(f"the server is not ready (status {status})")
        if len(raw) > LONG_FRAME:
            answer = await asyncio.to_thread(decode_json, raw, self._dropped, MAX_ANSWER_BYTES)
        else:
            answer = decode_json(raw, self._dropped, MAX_ANSWER_BYTES)
        if not isinstance(answer, dict):
            raise InvalidAnswer(f"the server does not answer as pimatic does (status {status})")
        if status != 200:
            detail = answer.get("message")
            raise Refused("the server refused the command", detail if isinstance(detail, str) else "")
        return answer

    async def _request(self, method: str, url: URL, body: dict[str, Any], seconds: float) -> tuple[int, bytes]:
        headers = {"Authorization": self._auth} if self._auth else {}
        if body:
            headers["Content-Type"] = "application/json"
        if self._closed:
            raise CannotConnect("the connection was closed")
        limit = asyncio.timeout(seconds)
        self._under_way.add(limit)
        try:
            async with (
                limit,
                self._session.request(
                    method,
                    url,
                    data=encode_json(body) if body else None,
                    headers=headers,
                    allow_redirects=False,
                ) as response,
            ):
                return response.status, await read_body(response, MAX_ANSWER_BYTES)
        except aiohttp.ClientConnectorCertificateError:
            raise CertificateError("the server's certificate is not trusted") from None
        except TimeoutError:
            raise NoAnswer("the server did not answer in time") from None
        except (aiohttp.ClientError, RuntimeError) as error:
            # RuntimeError: Home Assistant stops, and its session is closed.
            raise CannotConnect(f"connection failed ({type(error).__name__})") from None
        finally:
            self._under_way.discard(limit)


def _path_part(part: str, body: dict[str, Any]) -> str:
    """Return one part of the path; the parameter of a placeholder is removed from the body."""
    if not part.startswith(":"):
        return part
    value = str(body.pop(part[1:]))
    if value in ("", ".", ".."):
        raise ParameterInvalid("parameter_not_sendable", parameter=part[1:])
    return quote(value, safe="")


def _query(params: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return query parameters; an object's entries as `criteria[limit]=3`."""
    pairs: list[tuple[str, str]] = []
    for name, value in params.items():
        if isinstance(value, dict):
            pairs += [(f"{name}[{key}]", _text(entry)) for key, entry in value.items()]
        else:
            pairs.append((name, _text(value)))
    return pairs


def _text(value: Any) -> str:
    return value if isinstance(value, str) else encode_json(value).decode()
