"""The webhook that Iottly's servers call with each message."""

import asyncio
from functools import partial
from http import HTTPStatus
import secrets

from aiohttp.hdrs import METH_POST
from aiohttp.web import Request, RequestPayloadError, Response
from homeassistant.components import webhook
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.helpers.network import NoURLAvailableError
from homeassistant.util import dt as dt_util

from .api import LONG_BODY_BYTES, MAX_BODY_BYTES, MalformedWebhook, parse_webhook
from .const import DOMAIN, HEADER_AUTH, HEADER_DEVICE, LOGGER, OPTION_WEBHOOK, OPTION_WEBHOOK_AUTH, QUERY_DEVICE
from .coordinator import IottlyConfigEntry

BODY_SECONDS = 10.0
# Of all bodies that are being received: the URL needs no login, and boards do not send so much at once.
MAX_ARRIVING_BYTES = 8 * 1024 * 1024

# The reasons to refuse a call, and the status of the response: for users who try the URL, because the vendor's
# servers ignore it.
UNAUTHORIZED = "a wrong or missing secret"
OVERSIZED = "an oversized body"
BUSY = "too many bodies at once"
UNREADABLE = "a body that did not arrive"
UNREADABLE_ENCODING = "a body in a broken encoding"
MALFORMED = "a body without a message"
ANSWERS = {
    UNAUTHORIZED: HTTPStatus.UNAUTHORIZED,
    OVERSIZED: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    UNREADABLE: HTTPStatus.REQUEST_TIMEOUT,
    UNREADABLE_ENCODING: HTTPStatus.BAD_REQUEST,
    MALFORMED: HTTPStatus.BAD_REQUEST,
}


def register_webhook(hass: HomeAssistant, entry: IottlyConfigEntry) -> None:
    """Register the entry's webhook, unless it is switched off, until the entry is unloaded."""
    if not entry.options.get(OPTION_WEBHOOK, True):
        return
    webhook_id = entry.data[CONF_WEBHOOK_ID]
    receiver = Receiver(entry)
    # Iottly's cloud calls it from the internet.
    webhook.async_register(
        hass, DOMAIN, entry.title, webhook_id, receiver.handle, local_only=False, allowed_methods=[METH_POST]
    )
    entry.async_on_unload(lambda: webhook.async_unregister(hass, webhook_id))


class _Refused(Exception):
    """A body was refused; the text is the reason."""


class Receiver:
    """Handles the calls of one entry's webhook."""

    def __init__(self, entry: IottlyConfigEntry) -> None:
        """Initialize for an entry, whose options have the secret."""
        self._coordinator = entry.runtime_data
        self._name = entry.title
        self._secret: str = entry.options.get(OPTION_WEBHOOK_AUTH, "")
        self._refused: set[str] = set()
        self._arriving_bytes = 0

    async def handle(self, hass: HomeAssistant, webhook_id: str, request: Request) -> Response:
        """Handle one message. Each reason to refuse a call is logged once."""
        if not self._knows_secret(request):
            return self._refuse(UNAUTHORIZED)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await self._read(request)
        except _Refused as refused:
            return self._refuse(str(refused))
        except RequestPayloadError:
            return self._refuse(UNREADABLE_ENCODING)
        except TimeoutError, ConnectionError:
            return self._refuse(UNREADABLE)
        received = dt_util.utcnow()
        parse = partial(
            parse_webhook,
            body,
            board=request.headers.get(HEADER_DEVICE) or request.query.get(QUERY_DEVICE),
            received=received,
            dropped=self._coordinator.client.dropped,
            redactor=self._coordinator.client.redactor,
        )
        try:
            # A long body takes milliseconds, and dozens may arrive at once.
            message = await hass.async_add_executor_job(parse) if len(body) > LONG_BODY_BYTES else parse()
        except MalformedWebhook:
            return self._refuse(MALFORMED)
        self._coordinator.async_take(message, received)
        return Response(status=HTTPStatus.OK)

    def _knows_secret(self, request: Request) -> bool:
        """Return True if the request has the secret, compared in constant time, or no secret is configured."""
        given = request.headers.get(HEADER_AUTH, "")
        # aiohttp decodes invalid UTF-8 to surrogates.
        sent = given.encode(errors="surrogateescape")
        return not self._secret or secrets.compare_digest(sent, self._secret.encode(errors="surrogateescape"))

    async def _read(self, request: Request) -> bytes:
        """Return the body. Raises _Refused if it is too large, or if there are too many at once."""
        body = bytearray()
        try:
            while piece := await request.content.read(65536):
                body += piece
                self._arriving_bytes += len(piece)
                if len(body) > MAX_BODY_BYTES:
                    raise _Refused(OVERSIZED)
                if self._arriving_bytes > MAX_ARRIVING_BYTES:
                    raise _Refused(BUSY)
        finally:
            self._arriving_bytes -= len(body)
        return bytes(body)

    def _refuse(self, reason: str) -> Response:
        self._coordinator.client.dropped.add(f"webhook with {reason}")
        if reason not in self._refused:
            self._refused.add(reason)
            LOGGER.warning("%s: the webhook was called with %s; later ones are only counted", self._name, reason)
        return Response(status=ANSWERS[reason])


async def async_webhook_url(hass: HomeAssistant, webhook_id: str) -> str:
    """Return the URL to enter at Iottly: that of Home Assistant Cloud, else the external one, else the internal one."""
    if "cloud" in hass.config.components:
        # Imported only if it is set up, because it imports many other integrations.
        from homeassistant.components import cloud

        if cloud.async_active_subscription(hass):
            try:
                return await cloud.async_get_or_create_cloudhook(hass, webhook_id)
            except cloud.CloudNotAvailable:
                LOGGER.debug("Home Assistant Cloud has no URL for the webhook now")
    try:
        return webhook.async_generate_url(hass, webhook_id)
    except NoURLAvailableError:
        return webhook.async_generate_path(webhook_id)


async def async_remove_cloudhook(hass: HomeAssistant, webhook_id: str) -> None:
    """Delete the URL at Home Assistant Cloud, if there is one."""
    if "cloud" not in hass.config.components:
        return
    from homeassistant.components import cloud

    try:
        await cloud.async_delete_cloudhook(hass, webhook_id)
    except cloud.CloudNotAvailable, ValueError:
        LOGGER.debug("Home Assistant Cloud had no URL for the webhook")
