"""The coordinator of one project: messages are pushed by the webhook, and polled while it brings none."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_TOKEN, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.device_registry import CONNECTION_NETWORK_MAC, DeviceEntryType, DeviceInfo
from yarl import URL

from .api import (
    Board,
    DeploymentGroup,
    IottlyClient,
    Message,
    NoPermission,
    NoRoute,
    NotFound,
    Project,
    ServerError,
    SilentError,
    UnknownCommand,
)
from .common.client.errors import AuthFailed, CannotConnect, InvalidAnswer, PushError
from .common.client.slices import in_slices
from .common.history.run import HistoryRun
from .common.ids import join_id
from .common.push.coordinator import PushCoordinator
from .common.push.parts import PartDevices, Parts
from .common.push.turns import slice_lock
from .const import (
    CONF_BASE_URL,
    CONF_PROJECT_ID,
    DOMAIN,
    LOGGER,
    MANUFACTURER,
    OPTION_POLL_INTERVAL,
    OPTION_WEBHOOK_AUTH,
)
from .deployer import Deployer
from .message_store import Fact, Key, MessageStore
from .polling import PollSchedule, ProjectReader, ProjectState
from .revisions import Revisions

if TYPE_CHECKING:
    from .common.history.statistics import Series

type IottlyConfigEntry = ConfigEntry[IottlyCoordinator]

# How many messages of each board are read at the start, and at each poll.
SEED_MESSAGES = 100
POLL_MESSAGES = 10
# A message that a poll finds first may still arrive by the webhook.
IN_FLIGHT = timedelta(seconds=10)
# Messages of unknown boards that are kept until the project is read again.
MAX_PENDING_MESSAGES = 100
MAX_PENDING_BYTES = 1024 * 1024


class AnotherProject(InvalidAnswer):
    """The server returned another project than the entry's."""


class PartKind(StrEnum):
    """The kinds of devices."""

    PROJECT = "project"
    GROUP = "group"
    BOARD = "board"


class Part(NamedTuple):
    """A device: the project, one of its deployment groups, one of its boards."""

    kind: PartKind
    id: str


# Translation keys of failed calls, by the first class that matches. None: the message is the server's own.
ERROR_KEYS: dict[type[PushError], str | None] = {
    NoPermission: "no_permission",
    AuthFailed: "auth_failed",
    NoRoute: "no_route",
    NotFound: None,
    UnknownCommand: "unknown_command",
    SilentError: "server_failed",
    ServerError: None,
    CannotConnect: "unreachable",
    AnotherProject: "another_project",
    InvalidAnswer: "not_understood",
}
# A group or a board exists while it has this fact.
KINDS = {Fact.GROUP: PartKind.GROUP, Fact.BOARD: PartKind.BOARD}


def client_from(hass: HomeAssistant, data: Mapping[str, Any], options: Mapping[str, Any] | None = None) -> IottlyClient:
    """Return a client for the data and options of a config entry, or the input of a flow."""
    secrets = (data.get(CONF_WEBHOOK_ID), (options or {}).get(OPTION_WEBHOOK_AUTH))
    return IottlyClient(
        async_get_clientsession(hass),
        URL(data[CONF_BASE_URL]),
        data[CONF_PROJECT_ID],
        data[CONF_TOKEN],
        secrets=[secret for secret in secrets if secret],
    )


class IottlyCoordinator(PushCoordinator[Key, Any]):
    """The coordinator of one project; a key is a leaf of a board, or a fact about the project, a group or a board."""

    config_entry: IottlyConfigEntry

    error_keys = ERROR_KEYS
    # During the setup, a missing route means that the address is wrong.
    setup_error_keys = ERROR_KEYS | {NoRoute: "not_understood"}

    def __init__(self, hass: HomeAssistant, entry: IottlyConfigEntry) -> None:
        """Initialize; `async_start` connects."""
        super().__init__(hass, LOGGER, entry)
        self.client = client_from(hass, entry.data, entry.options)
        self.messages = MessageStore(self.client.dropped)
        self.schedule = PollSchedule(hass.loop.time, entry.options.get(OPTION_POLL_INTERVAL))
        self.parts: Parts[Part] = Parts()
        self.devices = PartDevices(hass, entry, self.device_info)
        self.project = Part(PartKind.PROJECT, entry.data[CONF_PROJECT_ID])
        self.webhook_key = Key(self.project.id, Fact.WEBHOOK)
        self.revisions = Revisions()
        self.deployer = Deployer(self)
        self.history = HistoryRun(hass, entry, LOGGER, self._stored_series, self.error_for)
        # The number of messages from the webhook.
        self.pushed = 0
        self._reader = ProjectReader(self.client, hass.loop.time)
        self._pending: list[Message] = []
        self._pending_bytes = 0
        # The changes of a poll, while it is read.
        self._changes: dict[Key, Any] | None = None
        self._is_stale_removed = False
        # False while boards or groups that are missing may still exist.
        self._is_complete = False
        # The number of boards with each MAC address: one that several boards report cannot identify a board.
        self._macs: Counter[str | None] = Counter()

    # Polling ------------------------------------------------------------------------------------

    @override
    async def _async_session(self) -> None:
        """Read everything, then poll, rarely while the webhook brings messages."""
        self._reader.forget()
        begin = self.hass.loop.time()
        full, _ = await self._async_compose(await self._async_poll(SEED_MESSAGES))
        self.schedule.polled(missed=0)
        await self.async_connected(full)
        while True:
            await self.schedule.wait()
            late = datetime.now(UTC) - IN_FLIGHT
            full, new = await self._async_compose(await self._async_poll(POLL_MESSAGES))
            self.schedule.polled(missed=sum(message.timestamp < late for message in new))
            await self._async_take_full(full)
            # The earlier messages of a board that has just been added are not events.
            # The clock may have been set since the beginning.
            age = timedelta(seconds=self.hass.loop.time() - begin) + IN_FLIGHT
            self._fire_all(message for message in new if message.timestamp >= datetime.now(UTC) - age)

    @override
    async def async_stop(self) -> None:
        await self.history.stop()
        await super().async_stop()

    def _stored_series(self) -> Iterable[Series]:
        from .history_import import stored_series  # needs the recorder, which may not be there

        return stored_series(self.hass, self.client, self.project.id, self.boards, self.messages)

    @override
    async def async_request_refresh(self) -> None:
        """Poll now, the project included."""
        self._poll_soon()
        await super().async_request_refresh()

    def _poll_soon(self) -> None:
        self._reader.forget()
        self.schedule.hurry()

    async def _async_poll(self, count: int) -> ProjectState:
        last_messages = {key.owner: value for key, value in self.data.items() if key.what is Fact.LAST_MESSAGE}
        polled = await self._reader.read(count, last_messages)
        if polled.project.id != self.config_entry.unique_id:
            # Its boards would replace the project's own.
            raise AnotherProject("the server answered with another project")
        return polled

    async def _async_compose(self, polled: ProjectState) -> tuple[dict[Key, Any], list[Message]]:
        """Return the full state, including known values of boards that still exist, and the new messages."""
        project, self._is_complete = polled.project, polled.is_complete
        owners = {self.project.id, *(group.id for group in project.groups), *polled.boards}
        if not polled.is_complete:
            owners |= {key.owner for key in self.data if key.what is Fact.GROUP}
        if polled.is_cut:
            self.parts.overflow()
        new: list[Message] = []
        changes: dict[Key, Any] = {}
        self._changes = changes
        try:
            # Thousands of messages take seconds.
            await in_slices(self._read_polled(polled, changes, new), slice_lock(self.hass, DOMAIN))
        finally:
            self._changes = None
        full = {key: value for key, value in (self.data | changes).items() if key.owner in owners}
        full[Key(self.project.id, Fact.PROJECT)] = project
        full[Key(self.project.id, Fact.LICENSES)] = polled.licenses
        full |= {Key(group.id, Fact.GROUP): group for group in project.groups}
        self.revisions.note(project.groups)
        full |= {Key(group.id, Fact.NEWEST): self.revisions.newest(group) for group in project.groups}
        return full, sorted(new, key=lambda message: message.timestamp)

    def _read_polled(self, polled: ProjectState, changes: dict[Key, Any], new: list[Message]) -> Iterator[None]:
        """Add the changes and the new messages of a poll, message by message."""
        pending, self._pending, self._pending_bytes = self._pending, [], 0
        for board in polled.boards.values():
            changes[Key(board.id, Fact.BOARD)] = board
            changes[Key(board.id, Fact.UNREAD)] = board.id in polled.unread
            for message in (*polled.messages[board.id], *(one for one in pending if one.board == board.id)):
                if self.messages.is_new(message):
                    changes.update(self.messages.read(message))
                    new.append(message)
                yield
            changes.update(self.messages.connection(board.id, board.connected, polled.when))
            yield

    @override
    def apply(self, changes: Mapping[Key, Any]) -> None:
        """Apply changes; those that are pushed while a poll is read are later than the ones of the poll before."""
        if self._changes is not None:
            self._changes.update(changes)
        super().apply(changes)

    # Pushed -------------------------------------------------------------------------------------

    @callback
    def async_take(self, message: Message, received: datetime) -> None:
        """Handle a pushed message; one of an unknown board is kept until the project is read again."""
        if Part(PartKind.BOARD, message.board) not in self.parts:
            # The board may belong to another project, so this does not prove that the webhook works.
            self._take_of_unknown_board(message)
            return
        self.pushed += 1
        self.schedule.pushed()
        changes: dict[Key, Any] = {self.webhook_key: received, Key(message.board, Fact.UNREAD): False}
        if self.messages.is_new(message):
            changes |= self.messages.read(message, connected_at=received)
            self._apply(message.board, changes)
            self.fire(message.board, message)
            return
        self.apply(changes)

    def _take_of_unknown_board(self, message: Message) -> None:
        size = message.size
        if len(self._pending) < MAX_PENDING_MESSAGES and self._pending_bytes + size <= MAX_PENDING_BYTES:
            self._pending.append(message)
            self._pending_bytes += size
        if self.schedule.may_hurry():
            self._poll_soon()

    async def async_fetch_board(self, board: str) -> None:
        """Read one board's latest messages, for an action that waits for an answer.

        Raises PushError.
        """
        new = [message for message in await self.client.messages(board) if self.messages.is_new(message)]
        self._apply(board, self.messages.read_all(new))
        self._fire_all(new)

    def _apply(self, board: str, changes: Mapping[Key, Any]) -> None:
        """Store changes of a board, and add entities for new leaves; nothing if it was removed meanwhile."""
        if Part(PartKind.BOARD, board) not in self.parts:
            return
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
        """Add and remove the devices of boards and groups."""
        parts = [self.project, *(Part(KINDS[key.what], key.owner) for key in self.data if key.what in KINDS)]
        self._macs = Counter(board.mac for key, board in self.data.items() if key.what is Fact.BOARD)
        # Removed boards first: a board that was installed again has the MAC address of the old one.
        for gone in [part for part in self.parts if part not in parts]:
            self.forget_leaves(gone.id)
            self.devices.remove(gone)
        if self._is_complete and not self._is_stale_removed:
            self._is_stale_removed = True
            self.devices.remove_stale(parts)
        for part in parts:
            self.devices.register(part)
        self.parts.replace(parts)

    def forget_leaves(self, board: str) -> None:
        """Forget a board's leaves; they get entities again with the next messages."""
        self.forget(list(self.messages.forget(board)))

    @property
    def boards(self) -> list[str]:
        """Return the ids of the existing boards."""
        return [part.id for part in self.parts if part.kind is PartKind.BOARD]

    def device_info(self, part: Part) -> DeviceInfo:
        """Return the device information of a part, also of a removed one."""
        identifiers = {(DOMAIN, device_identifier(part))}
        project: Project = self.data[Key(self.project.id, Fact.PROJECT)]
        if part == self.project:
            return _project_info(identifiers, project)
        info = DeviceInfo(identifiers=identifiers)
        match part.kind:
            case PartKind.GROUP if (group := self.data.get(Key(part.id, Fact.GROUP))) is not None:
                info = _group_info(identifiers, group)
            case PartKind.BOARD if (board := self.data.get(Key(part.id, Fact.BOARD))) is not None:
                mac = board.mac if self._macs[board.mac] == 1 else None
                info = _board_info(identifiers, board, project, mac)
        info["via_device_id"] = self.devices.get(self.project).id
        return info

    # Calls --------------------------------------------------------------------------------------

    @callback
    def async_offer(self, group: DeploymentGroup, revision: str, *, is_recalled: bool = False) -> None:
        """Set the newest revision of a group's branch."""
        self.revisions.offer(group.branch or "", revision, is_recalled=is_recalled)
        groups = [value for key, value in self.data.items() if key.what is Fact.GROUP]
        self.apply({Key(group.id, Fact.NEWEST): self.revisions.newest(group) for group in groups})

    async def async_rename(self, board: str, name: str) -> None:
        """Rename a board at Iottly and in Home Assistant."""
        renamed = await self.async_call(self.client.rename_board(board, name))
        if Part(PartKind.BOARD, board) not in self.parts:
            return  # it was removed meanwhile
        self.apply({Key(board, Fact.BOARD): renamed})
        self._state_replaced()


def device_identifier(part: Part) -> str:
    """Return the identifier of a part's device, unique among all parts."""
    if part.kind is not PartKind.BOARD:
        return f"{part.kind}_{part.id}"
    is_like_another = part.id.startswith(tuple(f"{kind}_" for kind in PartKind))
    return join_id(part.kind, part.id) if is_like_another else part.id


def _project_info(identifiers: set[tuple[str, str]], project: Project) -> DeviceInfo:
    return DeviceInfo(
        identifiers=identifiers,
        manufacturer=MANUFACTURER,
        name=project.name,
        model="Project",
        entry_type=DeviceEntryType.SERVICE,
    )


def _group_info(identifiers: set[tuple[str, str]], group: DeploymentGroup) -> DeviceInfo:
    return DeviceInfo(
        identifiers=identifiers,
        manufacturer=MANUFACTURER,
        translation_key="group",
        translation_placeholders={"name": group.name.lstrip("_")},
        model="Deployment group",
        entry_type=DeviceEntryType.SERVICE,
    )


def _board_info(identifiers: set[tuple[str, str]], board: Board, project: Project, mac: str | None) -> DeviceInfo:
    return DeviceInfo(
        identifiers=identifiers,
        manufacturer=MANUFACTURER,
        connections={(CONNECTION_NETWORK_MAC, mac)} if mac else set(),
        name=board.name or f"Board {board.id[:8]}",
        model=project.board_model or "Board",
        serial_number=board.id,
        sw_version=board.agent_version,
    )
