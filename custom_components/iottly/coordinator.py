"""The state of one project: pushed by its webhook, polled before the first one and when none comes."""

from collections import Counter
from collections.abc import Iterable, Mapping
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
from .common.history.run import HistoryRun
from .common.ids import join_id
from .common.push.coordinator import PushCoordinator
from .common.push.parts import PartDevices, Parts
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
# A message that a poll finds first may still be on its way as a webhook.
IN_FLIGHT = timedelta(seconds=10)
# Messages of unknown boards that wait for the project to be read again.
MAX_PENDING_MESSAGES = 100
MAX_PENDING_BYTES = 1024 * 1024


class AnotherProject(InvalidAnswer):
    """The server answers with another project than the entry's."""


class PartKind(StrEnum):
    """What a device can be."""

    PROJECT = "project"
    GROUP = "group"
    BOARD = "board"


class Part(NamedTuple):
    """A device: the project, one of its deployment groups, one of its boards."""

    kind: PartKind
    id: str


# What a failed call is called: the first row whose class it is of. None is for what the server says in its own words.
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
# A group or a board exists while its fact is there.
KINDS = {Fact.GROUP: PartKind.GROUP, Fact.BOARD: PartKind.BOARD}


def client_from(hass: HomeAssistant, data: Mapping[str, Any], options: Mapping[str, Any] | None = None) -> IottlyClient:
    """Make a client from a config entry's data and options (or a flow's input)."""
    secrets = (data.get(CONF_WEBHOOK_ID), (options or {}).get(OPTION_WEBHOOK_AUTH))
    return IottlyClient(
        async_get_clientsession(hass),
        URL(data[CONF_BASE_URL]),
        data[CONF_PROJECT_ID],
        data[CONF_TOKEN],
        secrets=[secret for secret in secrets if secret],
    )


class IottlyCoordinator(PushCoordinator[Key, Any]):
    """One project; a key is a board's leaf, or a fact about project, group or board."""

    config_entry: IottlyConfigEntry

    error_keys = ERROR_KEYS
    # At the start a missing route is no generation's: the address is wrong.
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
        # How many messages the webhook has brought.
        self.pushed = 0
        self._reader = ProjectReader(self.client, hass.loop.time)
        self._pending: list[Message] = []
        self._pending_bytes = 0
        self._is_stale_removed = False
        # How many boards report each MAC address: one that several report identifies none of them.
        self._macs: Counter[str | None] = Counter()

    # Polling ------------------------------------------------------------------------------------

    @override
    async def _async_session(self) -> None:
        """Read everything, then poll as often as the webhook leaves it necessary."""
        self._reader.forget()
        begin = datetime.now(UTC) - IN_FLIGHT
        full, _ = self._compose(await self._async_poll(SEED_MESSAGES))
        self.schedule.polled(missed=0)
        await self.async_connected(full)
        while True:
            await self.schedule.wait()
            late = datetime.now(UTC) - IN_FLIGHT
            full, new = self._compose(await self._async_poll(POLL_MESSAGES))
            self.schedule.polled(missed=sum(message.timestamp < late for message in new))
            await self._async_take_full(full)
            # The earlier messages of a board that has just been added are not events.
            self._fire_all(message for message in new if message.timestamp >= begin)

    @override
    async def async_stop(self) -> None:
        await self.history.stop()
        await super().async_stop()

    def _stored_series(self) -> Iterable[Series]:
        from .history_import import stored_series  # needs the recorder, which may not be there

        leaves = {board: self.messages.leaf_kinds(board) for board in self.boards}
        return stored_series(self.hass, self.client, self.project.id, leaves)

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
            # Its boards would take the place of the project's own.
            raise AnotherProject("the server answered with another project")
        return polled

    def _compose(self, polled: ProjectState) -> tuple[dict[Key, Any], list[Message]]:
        """Return the full state, what was known and still exists included, and the messages not taken before."""
        project = polled.project
        owners = {self.project.id, *(group.id for group in project.groups), *polled.boards}
        if not polled.is_complete:
            owners |= {key.owner for key in self.data if key.what is Fact.GROUP}
        if polled.is_cut:
            self.parts.overflow()
        full = {key: value for key, value in self.data.items() if key.owner in owners}
        full[Key(self.project.id, Fact.PROJECT)] = project
        full[Key(self.project.id, Fact.LICENSES)] = polled.licenses
        full |= {Key(group.id, Fact.GROUP): group for group in project.groups}
        self.revisions.note(project.groups)
        full |= {Key(group.id, Fact.NEWEST): self.revisions.newest(group) for group in project.groups}
        pending, self._pending, self._pending_bytes = self._pending, [], 0
        new: list[Message] = []
        for board in polled.boards.values():
            found = [*polled.messages[board.id], *(message for message in pending if message.board == board.id)]
            messages = [message for message in found if self.messages.is_new(message)]
            full[Key(board.id, Fact.BOARD)] = board
            full[Key(board.id, Fact.UNREAD)] = board.id in polled.unread
            full |= self.messages.read_all(messages)
            full |= self.messages.connection(board.id, board.connected, polled.when)
            new += messages
        return full, sorted(new, key=lambda message: message.timestamp)

    # Pushed -------------------------------------------------------------------------------------

    @callback
    def async_take(self, message: Message, received: datetime) -> None:
        """Take a pushed message; one of an unknown board waits until the project was read again."""
        if Part(PartKind.BOARD, message.board) not in self.parts:
            # The board may be of another project, so this does not show that the webhook works.
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

        Raises what the client raises.
        """
        new = [message for message in await self.client.messages(board) if self.messages.is_new(message)]
        self._apply(board, self.messages.read_all(new))
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
        parts = [self.project, *(Part(KINDS[key.what], key.owner) for key in self.data if key.what in KINDS)]
        self._macs = Counter(board.mac for key, board in self.data.items() if key.what is Fact.BOARD)
        # Those that are gone first: a board that was installed anew has the MAC address of the old one.
        for gone in [part for part in self.parts if part not in parts]:
            self.forget_leaves(gone.id)
            self.devices.remove(gone)
        if not self._is_stale_removed:
            self._is_stale_removed = True
            self.devices.remove_stale(parts)
        for part in parts:
            self.devices.register(part)
        self.parts.replace(parts)

    def forget_leaves(self, board: str) -> None:
        """Forget a board's leaves: they get entities again when they come again."""
        self.forget(list(self.messages.forget(board)))

    @property
    def boards(self) -> list[str]:
        """The ids of the boards that exist."""
        return [part.id for part in self.parts if part.kind is PartKind.BOARD]

    def device_info(self, part: Part) -> DeviceInfo:
        """Return the device of a part, also of one that is gone."""
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
        """Note that a group's branch offers a revision."""
        self.revisions.offer(group.branch or "", revision, is_recalled=is_recalled)
        groups = [value for key, value in self.data.items() if key.what is Fact.GROUP]
        self.apply({Key(group.id, Fact.NEWEST): self.revisions.newest(group) for group in groups})

    async def async_rename(self, board: str, name: str) -> None:
        """Give a board another name, there and here."""
        renamed = await self.async_call(self.client.rename_board(board, name))
        self.apply({Key(board, Fact.BOARD): renamed})
        self._state_replaced()


def device_identifier(part: Part) -> str:
    """Return the identifier of a part's device; those of other parts never are the same."""
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
