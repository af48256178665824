"""The state of one project: pushed by its webhook, polled before the first one and when none comes."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_TOKEN
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.device_registry import CONNECTION_NETWORK_MAC, DeviceInfo
from yarl import URL

from .api import (
    CLOCK_TOLERANCE,
    Board,
    DeploymentGroup,
    IottlyClient,
    Licenses,
    Message,
    NotFound,
    Project,
    ServerError,
)
from .common.client.errors import AuthFailed, PushError
from .common.history.run import HistoryRun
from .common.push.coordinator import PushCoordinator
from .common.push.parts import Parts, remove_device, remove_stale_devices
from .const import CONF_BASE_URL, CONF_PROJECT_ID, DOMAIN, LOGGER, MANUFACTURER, OPTION_POLL_INTERVAL
from .inbox import Fact, Inbox, Key
from .pace import Pace

if TYPE_CHECKING:
    from .common.history.statistics import Series

type IottlyConfigEntry = ConfigEntry[IottlyCoordinator]

# How many messages of each board are read at the start, at each poll, and after a long time away.
SEED_MESSAGES = 100
POLL_MESSAGES = 10
MOST_MESSAGES = 5000
# Requests under way at once.
AT_ONCE = 4
# Groups, licences and the list of boards change far less than messages come.
STRUCTURE_SECONDS = 300.0
# A message that a poll finds first may still be on its way as a webhook.
IN_FLIGHT = timedelta(seconds=10)
# Messages of unknown boards that wait for the project to be read again.
WAITING_MESSAGES = 100


class PartKind(Enum):
    """What a device can be."""

    PROJECT = "project"
    GROUP = "group"
    BOARD = "board"


class Part(NamedTuple):
    """A device: the project, one of its deployment groups, one of its boards."""

    kind: PartKind
    id: str


class Fetched(NamedTuple):
    """What one poll brought."""

    project: Project
    boards: dict[str, Board]
    licenses: Licenses | None
    messages: dict[str, list[Message]]
    when: datetime


def client_from(hass: HomeAssistant, data: Mapping[str, Any]) -> IottlyClient:
    """Make a client from a config entry's data (or a flow's input)."""
    return IottlyClient(
        async_get_clientsession(hass), URL(data[CONF_BASE_URL]), data[CONF_PROJECT_ID], data[CONF_TOKEN]
    )


class IottlyCoordinator(PushCoordinator[Key, Any]):
    """One project; a key is a board's leaf, or a fact about project, group or board."""

    config_entry: IottlyConfigEntry

    def __init__(self, hass: HomeAssistant, entry: IottlyConfigEntry) -> None:
        """Prepare; `async_start` connects."""
        super().__init__(hass, LOGGER, entry)
        self.client = client_from(hass, entry.data)
        self.inbox = Inbox(self.client.dropped)
        self.pace = Pace(hass.loop.time, entry.options.get(OPTION_POLL_INTERVAL))
        self.parts: Parts[Part] = Parts()
        self.project_id: str = entry.data[CONF_PROJECT_ID]
        self.pushed = 0
        self.history = HistoryRun(hass, entry, LOGGER, self._stored_series)
        self._project_device_id = ""
        self._structure: tuple[float, Project, Licenses | None] | None = None
        self._waiting: list[Message] = []

    # Polling ------------------------------------------------------------------------------------

    @override
    async def _async_session(self) -> None:
        """Read everything, then poll as often as the webhook leaves it necessary."""
        self._structure = None
        begin = datetime.now(UTC) - IN_FLIGHT
        full, _ = self._compose(await self._async_fetch(SEED_MESSAGES))
        self.pace.polled(missed=0)
        await self.async_connected(full)
        while True:
            await self.pace.wait()
            late = datetime.now(UTC) - IN_FLIGHT
            full, new = self._compose(await self._async_fetch(POLL_MESSAGES))
            self.pace.polled(missed=sum(message.timestamp < late for message in new))
            await self._async_replace(full)
            # A board that has just been added brings a history that is nobody's news.
            self._fire_all(message for message in new if message.timestamp >= begin)

    @override
    async def async_stop(self) -> None:
        await self.history.stop()
        await super().async_stop()

    def _stored_series(self) -> Iterable[Series]:
        from .history_import import stored_series  # needs the recorder, which may not be there

        return stored_series(self)

    @override
    async def async_request_refresh(self) -> None:
        """Poll now, structure included."""
        self._structure = None
        self.pace.hurry()
        await super().async_request_refresh()

    async def _async_fetch(self, count: int) -> Fetched:
        """Ask for everything that is polled."""
        when = datetime.now(UTC)
        project, licenses = await self._async_structure()
        props = await self.client.boards()
        boards = {board: Board(id=board) for board in project.boards}
        boards |= {board.id: board for board in props or ()}
        return Fetched(project, boards, licenses, await self._async_messages(boards, count), when)

    async def _async_structure(self) -> tuple[Project, Licenses | None]:
        now = self.hass.loop.time()
        if self._structure is None or now >= self._structure[0] + STRUCTURE_SECONDS:
            self._structure = (now, await self.client.project(), await self.client.licenses())
        return self._structure[1:]

    async def _async_messages(self, boards: Iterable[str], count: int) -> dict[str, list[Message]]:
        """Ask for the latest messages of each board; one that the server cannot serve has none."""
        slots = asyncio.Semaphore(AT_ONCE)
        failures: list[PushError] = []

        async def ask(board: str) -> tuple[str, list[Message]]:
            async with slots:
                try:
                    return board, await self._async_messages_of(board, count)
                except (NotFound, ServerError) as error:
                    failures.append(error)
                    return board, []

        asked = tuple(boards)
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(ask(board)) for board in asked]
        except* PushError as errors:
            raise _first(errors) from None
        if failures and len(failures) == len(asked):
            raise failures[0]
        return dict(task.result() for task in tasks)

    async def _async_messages_of(self, board: str, count: int) -> list[Message]:
        """Ask for a board's latest messages, and where these do not reach back to the last one known, for all."""
        messages = await self.client.messages(board, count=count)
        last = self.data.get(Key(board, Fact.LAST_MESSAGE))
        if last is None or len(messages) < count or messages[0].timestamp <= last:
            return messages
        return await self.client.history(
            board, start=last, end=datetime.now(UTC) + CLOCK_TOLERANCE, limit=MOST_MESSAGES
        )

    def _compose(self, fetched: Fetched) -> tuple[dict[Key, Any], list[Message]]:
        """Return the full state, what was known and still is included, and the messages not taken before."""
        project = fetched.project
        owners = {self.project_id, *(group.id for group in project.groups), *fetched.boards}
        full = {key: value for key, value in self.data.items() if key.owner in owners}
        full[Key(self.project_id, Fact.PROJECT)] = project
        full[Key(self.project_id, Fact.LICENSES)] = fetched.licenses
        full |= {Key(group.id, Fact.GROUP): group for group in project.groups}
        waiting, self._waiting = [message for message in self._waiting if message.board in fetched.boards], []
        new: list[Message] = []
        for board in fetched.boards.values():
            messages = [message for message in fetched.messages[board.id] if self.inbox.is_new(message)]
            messages += [message for message in waiting if message.board == board.id and self.inbox.is_new(message)]
            full[Key(board.id, Fact.BOARD)] = board
            full |= self.inbox.read_all(messages)
            full |= self.inbox.connection(board.id, board.connected, fetched.when)
            new += messages
        return full, sorted(new, key=lambda message: message.timestamp)

    # Pushed -------------------------------------------------------------------------------------

    @callback
    def async_take(self, message: Message, received: datetime) -> None:
        """Take a pushed message; one of an unknown board waits until the project was read again."""
        self.pushed += 1
        self.pace.pushed()
        changes: dict[Key, Any] = {Key(self.project_id, Fact.WEBHOOK): received}
        if Part(PartKind.BOARD, message.board) not in self.parts:
            if len(self._waiting) < WAITING_MESSAGES:
                self._waiting.append(message)
            if self.pace.may_hurry():
                self._structure = None
                self.pace.hurry()
        elif self.inbox.is_new(message):
            changes |= self.inbox.read(message, connected_at=received)
            self._apply(message.board, changes)
            self.fire(message.board, message)
            return
        self.apply(changes)

    async def async_fetch_board(self, board: str) -> None:
        """Ask for one board's latest messages, for somebody who waits for an answer.

        Raises what the client raises.
        """
        new = [message for message in await self.client.messages(board) if self.inbox.is_new(message)]
        self._apply(board, self.inbox.read_all(new))
        self._fire_all(new)

    def _apply(self, board: str, changes: Mapping[Key, Any]) -> None:
        """Store changes of a board; a leaf that is new gets its entity."""
        appeared = any(key not in self.data and isinstance(key.what, str) for key in changes)
        self.apply(changes)
        if appeared:
            self.parts.add(Part(PartKind.BOARD, board))

    def _fire_all(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self.fire(message.board, message)

    # Devices ------------------------------------------------------------------------------------

    @override
    @callback
    def _state_replaced(self) -> None:
        """Bring the devices in line with the project: boards and groups come and go."""
        registry = dr.async_get(self.hass)
        entry_id = self.config_entry.entry_id
        hub = Part(PartKind.PROJECT, self.project_id)
        self._project_device_id = registry.async_get_or_create(config_entry_id=entry_id, **self.device_info(hub)).id
        kinds = {Fact.GROUP: PartKind.GROUP, Fact.BOARD: PartKind.BOARD}
        parts = [Part(kinds[key.what], key.owner) for key in self.data if key.what in kinds]
        for part in parts:
            registry.async_get_or_create(config_entry_id=entry_id, **self.device_info(part))
        for gone in [part for part in self.parts if part not in (hub, *parts)]:
            self.forget_leaves(gone.id)
            remove_device(self.hass, self.config_entry, self.identifier(gone))
        self.parts.replace([hub, *parts])

    def remove_stale_devices(self) -> None:
        """Remove devices of boards and groups that went while nobody was connected."""
        remove_stale_devices(self.hass, self.config_entry, map(self.identifier, self.parts))

    def forget_leaves(self, board: str) -> None:
        """Forget what a board's messages told: its leaves get entities again when they come again."""
        self.forget(list(self.inbox.forget(board)))

    @property
    def boards(self) -> list[str]:
        """The ids of the boards that exist."""
        return [part.id for part in self.parts if part.kind is PartKind.BOARD]

    def part_of(self, identifiers: Collection[tuple[str, str]]) -> Part | None:
        """Return the part that a device with these identifiers is."""
        return next((part for part in self.parts if self.identifier(part) in identifiers), None)

    def identifier(self, part: Part) -> tuple[str, str]:
        """Return the device identifier of a part."""
        return (DOMAIN, part.id if part.kind is PartKind.BOARD else f"{part.kind.value}_{part.id}")

    def device_info(self, part: Part) -> DeviceInfo:
        """Return the device of a part."""
        project: Project = self.data[Key(self.project_id, Fact.PROJECT)]
        match part.kind:
            case PartKind.PROJECT:
                return DeviceInfo(
                    identifiers={self.identifier(part)},
                    manufacturer=MANUFACTURER,
                    name=project.name,
                    model="Project",
                    entry_type=dr.DeviceEntryType.SERVICE,
                )
            case PartKind.GROUP:
                group: DeploymentGroup = self.data[Key(part.id, Fact.GROUP)]
                return DeviceInfo(
                    identifiers={self.identifier(part)},
                    manufacturer=MANUFACTURER,
                    translation_key="group",
                    translation_placeholders={"name": group.name.lstrip("_")},
                    model="Deployment group",
                    entry_type=dr.DeviceEntryType.SERVICE,
                    via_device_id=self._project_device_id,
                )
        board: Board = self.data[Key(part.id, Fact.BOARD)]
        return DeviceInfo(
            identifiers={self.identifier(part)},
            connections={(CONNECTION_NETWORK_MAC, dr.format_mac(board.mac))} if board.mac else set(),
            manufacturer=MANUFACTURER,
            name=board.name or f"Board {part.id[:8]}",
            model=project.board_model or "Board",
            serial_number=part.id,
            sw_version=board.agent_version,
            via_device_id=self._project_device_id,
        )

    # Calls --------------------------------------------------------------------------------------

    async def async_flash(self, group: str) -> None:
        """Deploy a group's branch to its boards, and look soon what became of it."""
        await self.async_call(self.client.flash(group))
        await self.async_request_refresh()

    async def async_rename(self, board: str, name: str) -> None:
        """Give a board another name, there and here."""
        renamed = await self.async_call(self.client.rename_board(board, name))
        self.apply({Key(board, Fact.BOARD): renamed})
        self._state_replaced()


def _first(errors: BaseExceptionGroup[PushError]) -> PushError:
    """Return one of several errors that happened at once: one that ends the session for good if there is."""
    flat: Sequence[Any] = errors.exceptions
    return next((error for error in flat if isinstance(error, AuthFailed)), flat[0])
