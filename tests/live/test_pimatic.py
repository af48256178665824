"""The client with a real pimatic server, which PIMATIC_URL, PIMATIC_USER and PIMATIC_PASSWORD name.

With PIMATIC_TEST_USERS=1, the server has the configuration of docs/protocol/pimatic.md#test-house with its users
resident, ctrl and reader. Then the tests of this configuration and of the roles run, too.
"""

from collections.abc import AsyncGenerator
import os

import aiohttp
import pytest
import pytest_socket
from yarl import URL

from simulators.pimatic.access import PASSWORDS
from tests.pimatic.conftest import entity_of
from tests.pimatic.end_to_end import EndToEndTests
from tests.pimatic.protocol import ProtocolTests, Server

__all__ = ["entity_of"]

pytestmark = pytest.mark.live

if "PIMATIC_URL" not in os.environ:
    pytest.skip("no real pimatic server: PIMATIC_URL is not set", allow_module_level=True)


@pytest.fixture
async def server() -> AsyncGenerator[Server]:
    """Return the real server, and check after the test that it still answers."""
    url = URL(os.environ["PIMATIC_URL"])
    pytest_socket.socket_allow_hosts([url.host or "127.0.0.1", "127.0.0.1"], allow_unix_socket=True)
    username, password = os.environ.get("PIMATIC_USER", "admin"), os.environ.get("PIMATIC_PASSWORD", "adminpw")
    yield Server(url, username, password, PASSWORDS if os.environ.get("PIMATIC_TEST_USERS") else {})
    headers = {"Authorization": aiohttp.encode_basic_auth(username, password)}
    async with (
        aiohttp.ClientSession() as session,
        session.get(url / "api/config/settings/gui", headers=headers) as response,
    ):
        assert response.status == 200, "the server does not answer after the test"


class TestAgainstARealServer(ProtocolTests):
    """The tests of the protocol, with the real server."""


class TestRealHouse(EndToEndTests):
    """The tests of the house, with a real server that has the test configuration."""

    @pytest.fixture(autouse=True)
    def house(self, server: Server) -> None:
        """Skip these tests if the server has another configuration."""
        if not server.roles:
            pytest.skip("PIMATIC_TEST_USERS is not set: the server may have another configuration")
