"""A Home Assistant with one config entry, whose log, tasks and connections are checked."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
import importlib
import logging
import socket
import threading
import time
import traceback
from typing import Any, override
from unittest.mock import patch

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import Event, callback
from homeassistant.helpers import aiohttp_client, device_registry as dr
from homeassistant.helpers.entity_platform import async_get_platforms
from homeassistant.helpers.event import EventStateChangedData
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

from harness.home import Home, config_entry, home
from harness.vendor import Command

from .subject import HOST, Subject

# Log messages of Home Assistant and Python that are expected in experiments.
EXPECTED_LINES = (
    "We found a custom integration",
    "not ready yet",
    "could not authenticate",
    "Reauthentication flow",
    # The system may not have this library.
    "Error loading libturbojpeg",
    # A corrupted header with a cookie.
    "Can not load cookies",
    # A command without a response when Home Assistant stops.
    "was still running after final writes shutdown stage",
    # Warnings of asyncio's debug mode and about slow work on a busy machine.
    "Executing <",
    "Updating state for",
    "poll ",
)


class Dns(AbstractResolver):
    """A resolver for one name, which can fail."""

    fails = False

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the address of this machine. Raises OSError for other names, or if DNS fails."""
        if self.fails or host != HOST:
            raise OSError(None, f"{host} has no address")
        return [{"hostname": host, "host": "127.0.0.1", "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}]

    @override
    async def close(self) -> None:
        """Do nothing."""

    async def real_close(self) -> None:
        """Do nothing. Home Assistant calls this method of its own resolver when it stops."""


class Lines(logging.Handler):
    """Keeps the log from level INFO."""

    def __init__(self) -> None:
        """Initialize without lines."""
        super().__init__(logging.INFO)
        self.records: list[logging.LogRecord] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.records.append(record)

    def count(self, domain: str, phrase: str) -> int:
        """Return the number of INFO lines of an integration with a phrase."""
        return sum(
            record.levelno == logging.INFO
            and record.name.startswith(f"custom_components.{domain}")
            and phrase in record.getMessage()
            for record in self.records
        )

    def unexpected(self) -> list[str]:
        """Return the warnings and errors that are not expected."""
        return [
            f"{record.levelname} {record.name}: {record.getMessage()[:300]}{_exception(record)}".replace("\n", " ")
            for record in self.records
            if record.levelno >= logging.WARNING and not any(phrase in record.getMessage() for phrase in EXPECTED_LINES)
        ]


def _exception(record: logging.LogRecord) -> str:
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return ""
    frames = traceback.extract_tb(error.__traceback__)
    return f" ({error!r} at {frames[-1].filename}:{frames[-1].lineno})" if frames else f" ({error!r})"


class ObservedHome:
    """One Home Assistant with one config entry."""

    def __init__(self, running: Home, subject: Subject, lines: Lines, dns: Dns) -> None:
        """Initialize; use `observed_home`."""
        self.hass = running.hass
        self.http_port = running.http_port
        self.subject = subject
        self.lines = lines
        self.dns = dns
        self.entry: ConfigEntry[Any]
        self.stopped = False
        self._home = running
        self._endpoint = subject.endpoint
        self._before: set[asyncio.Task[Any]] = set()

    async def add(self, port: int, *, tls: bool) -> None:
        """Make the config entry; `set_up` adds it to Home Assistant."""
        for component in self._endpoint.needs:
            assert await async_setup_component(self.hass, component, {})
        await self.hass.async_block_till_done()
        self._before = asyncio.all_tasks()
        self.entry = config_entry(self.subject.entry(port, tls=tls))

    async def set_up(self) -> bool:
        """Add the entry and set it up; return True if it is loaded."""
        await self.hass.config_entries.async_add(self.entry)
        await self.hass.async_block_till_done()
        return self.entry.state is ConfigEntryState.LOADED

    async def reload(self) -> None:
        """Reload the entry."""
        await self.hass.config_entries.async_reload(self.entry.entry_id)

    def state_of(self, where: tuple[str, str]) -> str:
        """Return the state of an entity, or "missing" if it does not exist."""
        entity_id = self.entity_id(where)
        state = self.hass.states.get(entity_id) if entity_id else None
        return state.state if state else "missing"

    def entity_id(self, where: tuple[str, str]) -> str | None:
        """Return the entity id for a platform and a unique id, or None."""
        return self._home.entity_id(self._endpoint.domain, *where)

    def can_send(self, command: Command) -> bool:
        """Return True if the entity of a command is available, because Home Assistant calls no others.

        The property of the entity is used, because its state may be written later.
        """
        entity_id = self.entity_id(command.entity)
        platforms = async_get_platforms(self.hass, self._endpoint.domain)
        found = [platform.entities[entity_id] for platform in platforms if entity_id in platform.entities]
        return bool(found) and found[0].available

    async def send(self, command: Command, n: int) -> None:
        """Send the n-th command."""
        await self.hass.services.async_call(*command.service, self._call_of(command, n), blocking=True)

    def _call_of(self, command: Command, n: int) -> dict[str, Any]:
        if command.device is None:
            return {"entity_id": self.entity_id(command.entity), **command.argument(n)}
        devices = dr.async_entries_for_config_entry(dr.async_get(self.hass), self.entry.entry_id)
        found = [device.id for device in devices if (self._endpoint.domain, command.device) in device.identifiers]
        return {"device_id": found[0], **command.argument(n)}

    @property
    def is_available(self) -> bool:
        """Return True if the watched entity has a value."""
        return self.state_of(self._endpoint.watched) not in ("unavailable", "missing")

    def shows(self, n: int) -> bool:
        """Return True if the state of the watched entity is the n-th value."""
        state = self.state_of(self._endpoint.watched)
        return state not in ("unavailable", "missing", "unknown") and self._endpoint.shows(state, n)

    async def until(self, holds: Callable[[], bool], seconds: float) -> float | None:
        """Wait until a condition on the states holds; return the seconds, or None after the limit."""
        began = self.hass.loop.time()
        changed = asyncio.Event()

        @callback
        def state_changed(_event: Event[EventStateChangedData]) -> None:
            changed.set()

        stop = self.hass.bus.async_listen("state_changed", state_changed)
        try:
            async with asyncio.timeout(seconds):
                while not holds():
                    changed.clear()
                    with _suppress_timeout():
                        async with asyncio.timeout(0.02):
                            await changed.wait()
        except TimeoutError:
            return None
        finally:
            stop()
        return self.hass.loop.time() - began

    async def left_tasks(self, seconds: float = 3.0) -> list[str]:
        """Return the names of the tasks that are left by the entry after some seconds."""
        until = self.hass.loop.time() + seconds
        while True:
            current = asyncio.current_task()
            left = [
                task
                for task in asyncio.all_tasks() - self._before
                if task is not current and not task.done() and not _is_of_server(task)
            ]
            if not left or self.hass.loop.time() > until:
                return [f"{task.get_name()} {getattr(task.get_coro(), '__qualname__', '')}" for task in left]
            await asyncio.sleep(0.02)

    def pooled_connections(self) -> int:
        """Return the number of idle connections in Home Assistant's pool."""
        connectors = self.hass.data.get(aiohttp_client.DATA_CONNECTOR, {})
        return sum(len(kept) for connector in connectors.values() for kept in connector._conns.values())

    def forget_addresses(self) -> None:
        """Clear the DNS caches of Home Assistant's connectors."""
        for connector in self.hass.data.get(aiohttp_client.DATA_CONNECTOR, {}).values():
            assert isinstance(connector, aiohttp.TCPConnector)
            connector.clear_dns_cache()

    def reauthenticates(self) -> bool:
        """Return True if there is a reauthentication flow."""
        return any(self.hass.config_entries.flow.async_progress_by_handler(self._endpoint.domain))

    async def stop(self) -> None:
        """Stop Home Assistant, if it is not stopped already."""
        if not self.stopped:
            self.stopped = True
            await self.hass.async_stop(force=True)


def _is_of_server(task: asyncio.Task[Any]) -> bool:
    """Return True for a connection to Home Assistant's HTTP server, which the caller of a webhook keeps open."""
    return getattr(task.get_coro(), "__qualname__", "") == "RequestHandler.start"


@asynccontextmanager
async def observed_home(subject: Subject) -> AsyncGenerator[ObservedHome]:
    """Start a Home Assistant, and stop it at the end."""
    lines, dns = Lines(), Dns()
    root = logging.getLogger()
    root.addHandler(lines)
    logging.getLogger("custom_components").setLevel(logging.INFO)
    resolve = patch.object(aiohttp_client, "_async_make_resolver", lambda _hass: dns)
    try:
        with _shortened(subject), resolve:
            async with home() as running:
                ours = ObservedHome(running, subject, lines, dns)
                try:
                    yield ours
                finally:
                    await ours.stop()
    finally:
        root.removeHandler(lines)


@contextmanager
def jumped_clock(seconds: float) -> Iterator[None]:
    """Change the wall clock; the monotonic clock is not changed."""
    real_time, ours = time.time, threading.main_thread()
    with (
        # Not for the thread of the remote end.
        patch("time.time", lambda: real_time() + (seconds if threading.current_thread() is ours else 0.0)),
        patch.object(dt_util, "utcnow", lambda: dt_util.utc_from_timestamp(real_time() + seconds)),
    ):
        yield


@contextmanager
def _shortened(subject: Subject) -> Iterator[None]:
    saved: list[tuple[Any, str, Any]] = []
    try:
        for place, value in subject.all_shortened.items():
            name, constant = place.split(":")
            module = importlib.import_module(f"custom_components.{subject.domain}.{name}")
            saved.append((module, constant, getattr(module, constant)))
            setattr(module, constant, value)
        yield
    finally:
        for module, constant, value in saved:
            setattr(module, constant, value)


@contextmanager
def _suppress_timeout() -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        pass
