"""The SHA-256 fingerprint of the unit's certificate."""

import asyncio
import hashlib
import ssl

from ..common.client.errors import CannotConnect

CONNECT_SECONDS = 10.0


def readable_fingerprint(fingerprint: str) -> str:
    """Return a fingerprint as browsers show it, such as `AB:CD:...`."""
    return ":".join(fingerprint[i : i + 2] for i in range(0, len(fingerprint), 2)).upper()


async def fetch_fingerprint(host: str, port: int, context: ssl.SSLContext) -> str:
    """Return the fingerprint of the unit's current certificate as 64 hexadecimal digits. Raises CannotConnect.

    `context` must not verify certificates. Nothing is sent after the TLS handshake.
    """
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(host, port, ssl=context)
    except OSError, TimeoutError, ValueError:  # ValueError: an invalid host name
        raise CannotConnect("no TLS connection is possible on this port") from None
    try:
        certificate = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    finally:
        writer.close()
    if not certificate:
        raise CannotConnect("the unit showed no certificate")
    return hashlib.sha256(certificate).hexdigest()
