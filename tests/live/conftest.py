"""Fixtures: the real servers of the live tests."""

import os

import pytest
import pytest_socket
from yarl import URL

from tests.pimatic.protocol import Server


@pytest.fixture
def server(socket_enabled: None) -> Server:
    """Return the real pimatic server, for tests with Home Assistant."""
    url = URL(os.environ["PIMATIC_URL"])
    pytest_socket.socket_allow_hosts([url.host or "127.0.0.1", "127.0.0.1"], allow_unix_socket=True)
    return Server(url, os.environ.get("PIMATIC_USER", "admin"), os.environ.get("PIMATIC_PASSWORD", "adminpw"), {})
