"""A Home Assistant core in this process, with the integrations of this repository and few other components.

It uses only Home Assistant's own interfaces, so that it works with every version.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager, suppress
import gc
import logging
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

from homeassistant import block_async_io, bootstrap, loader
from homeassistant.auth import auth_manager_from_config
from homeassistant.components.http.config import async_get_and_load_store
from homeassistant.config_entries import ConfigEntries, ConfigEntry, ConfigEntryState, ConfigSubentryDataWithId
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity
from homeassistant.setup import async_setup_component

import custom_components
from simulators.kit import free_port

from .vendor import Entry


def config_entry(wanted: Entry, subentries: tuple[ConfigSubentryDataWithId, ...] = ()) -> ConfigEntry[Any]:
    """Return a config entry that is not added yet."""
    return ConfigEntry(
        version=1,
        minor_version=1,
        source="user",
        discovery_keys=MappingProxyType({}),
        subentries_data=subentries,
        **wanted.arguments,
    )


class Home:
    """A running Home Assistant."""

    def __init__(self, hass: HomeAssistant, http_port: int, changes: ExitStack) -> None:
        """Initialize; use `home`. Patches of Home Assistant's classes are added to `changes`."""
        self.hass = hass
        self.http_port = http_port
        self._changes = changes

    async def add(
        self, wanted: Entry, *, subentries: tuple[ConfigSubentryDataWithId, ...] = (), enable_all: bool = True
    ) -> ConfigEntry[Any]:
        """Add a config entry and wait until it is loaded. Raises RuntimeError if it cannot be loaded.

        `enable_all` also enables the entities that are disabled by default.
        """
        entry = config_entry(wanted, subentries)
        if enable_all:
            everything = patch.object(Entity, "entity_registry_enabled_default", property(lambda _: True))
            self._changes.enter_context(everything)
        await self.hass.config_entries.async_add(entry)
        await self.hass.async_block_till_done()
        if entry.state is not ConfigEntryState.LOADED:
            raise RuntimeError(f"{wanted.domain} is {entry.state}: {entry.reason}")
        return entry

    async def settle(self) -> None:
        """Wait until Home Assistant is idle, and collect the garbage so that it does not disturb a measurement."""
        await self.hass.async_block_till_done()
        gc.collect()
        gc.freeze()

    def entity_id(self, domain: str, platform: str, unique_id: str) -> str | None:
        """Return the entity id of a unique id, or None."""
        return er.async_get(self.hass).async_get_entity_id(platform, domain, unique_id)


@asynccontextmanager
async def home(*integrations: Path) -> AsyncGenerator[Home]:
    """Start Home Assistant with its HTTP server on a free port; stop it afterwards.

    `integrations` are directories with further integrations.
    """
    for folder in map(str, integrations):
        if folder not in custom_components.__path__:
            custom_components.__path__.append(folder)
    # Without its warnings that custom integrations were not tested by Home Assistant.
    logging.getLogger("homeassistant.loader").setLevel(logging.ERROR)
    # Home Assistant reports blocking calls in the event loop of this process, so the file system is used in a thread.
    directory = await asyncio.to_thread(TemporaryDirectory, prefix="home-assistant-")
    hass = HomeAssistant(directory.name)
    try:
        port = await _start(hass)
        with ExitStack() as changes:
            yield Home(hass, port, changes)
    finally:
        await hass.async_stop(force=True)
        await asyncio.to_thread(directory.cleanup)


async def _start(hass: HomeAssistant) -> int:
    """Start the core and its HTTP server; return the port."""
    loader.async_setup(hass)
    with suppress(RuntimeError):  # already enabled by an earlier Home Assistant in this process
        block_async_io.enable()
    hass.config.skip_pip = True
    hass.config_entries = ConfigEntries(hass, {})
    if not await bootstrap.async_load_base_functionality(hass):
        raise RuntimeError("Home Assistant did not start")
    hass.auth = await auth_manager_from_config(hass, [{"type": "homeassistant"}], [])
    port = free_port()
    http = {"server_host": ["127.0.0.1"], "server_port": port}
    for component in ("homeassistant", "http"):
        if not await async_setup_component(hass, component, {"http": http}):
            raise RuntimeError(f"{component} was not set up")
    # Home Assistant restarts without the new settings if they are not confirmed within five minutes.
    await (await async_get_and_load_store(hass)).async_promote_pending()
    await hass.async_start()
    await hass.http.start()
    hass.set_state(CoreState.running)
    return port
