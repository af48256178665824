"""The coordinator of a device: connection, availability and commands, on top of keyed state.

A DataUpdateCoordinator calls every listener for every message. Here entities subscribe to the keys that they read
(state.py), and the listeners of `async_add_listener` are called only if the availability changes.
"""

from abc import abstractmethod
import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping
import logging
import traceback
from typing import Any, ClassVar, NotRequired, TypedDict, override

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryNotReady, HomeAssistantError
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from ..client.backoff import ReconnectLoop
from ..client.errors import AuthFailed, CannotConnect, NoAnswer, PushError, PushRefused
from ..client.slices import in_slices
from .state import KeyedState, Update
from .turns import slice_lock, take_turn

# The interval of `_async_without_push` while the device refuses the push connection.
FALLBACK_SECONDS = 30.0


class ConnectionFacts(TypedDict):
    """The state of the connection for diagnostics."""

    connected: bool
    attempts: int
    sessions: int
    last_error: str | None


class _Text(TypedDict):
    """Arguments of a translated exception."""

    translation_key: str
    translation_placeholders: NotRequired[dict[str, str]]


def _text_of(error: PushError, keys: Mapping[type[PushError], str | None], otherwise: str) -> _Text:
    """Return the translation key of the first matching class, or `otherwise` with the placeholder `reason`."""
    key = next((key for kind, key in keys.items() if isinstance(error, kind)), None)
    if key is not None:
        return {"translation_key": key}
    return {"translation_key": otherwise, "translation_placeholders": {"reason": str(error)}}


class PushCoordinator[K: Hashable, V](KeyedState[K, V], DataUpdateCoordinator[dict[K, V]]):
    """The coordinator of a device or a cloud with a push connection.

    A vendor implements `_async_session`: it connects, calls `async_connected` with the full state and `apply` with each
    change, and returns or raises PushError when the connection is lost.
    """

    config_entry: ConfigEntry[Any]

    # Translation keys for failed commands and for a failed setup, subclasses before their bases. None is for an
    # exception whose own text becomes the placeholder `reason` of the default key.
    error_keys: ClassVar[Mapping[type[PushError], str | None]] = {AuthFailed: "auth_failed", NoAnswer: "no_answer"}
    setup_error_keys: ClassVar[Mapping[type[PushError], str | None]] = {AuthFailed: "auth_failed"}

    def __init__(self, hass: HomeAssistant, logger: logging.Logger, entry: ConfigEntry[Any]) -> None:
        """Initialize; `async_start` connects."""
        DataUpdateCoordinator.__init__(self, hass, logger, config_entry=entry, name=entry.title)
        KeyedState.__init__(self, hass.loop)
        self.last_update_success = False
        self.connection = ReconnectLoop(
            lambda: self._async_guarded(self._async_session()), lost=self._async_lost, name=entry.title
        )
        # By the function that removes it, because the same listener may be added twice.
        self._availability_listeners: dict[CALLBACK_TYPE, CALLBACK_TYPE] = {}
        self._first_result: asyncio.Future[None] = hass.loop.create_future()
        self._task: asyncio.Task[None] | None = None
        self._is_fault_logged = False

    # Connection ---------------------------------------------------------------------------------

    @abstractmethod
    async def _async_session(self) -> None:
        """Connect, and handle messages until the connection is lost."""

    async def _async_without_push(self) -> Mapping[K, V] | None:
        """Return the full state while the push connection is refused; None if there is no other way to get it."""
        return None

    async def async_start(self) -> None:
        """Connect, and wait for the first full state.

        Raises a translated ConfigEntryNotReady if that fails, also for refused credentials: after ConfigEntryAuthFailed
        Home Assistant would not try again, and it does not start the reauthentication while another flow of the entry
        is open.
        """
        entry = self.config_entry
        entry.async_on_unload(self.hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._async_hass_stops))
        await take_turn(self.hass, entry.domain)
        self._task = entry.async_create_background_task(self.hass, self.connection.run(), f"{entry.domain} {self.name}")
        try:
            await self._first_result
        except PushError as error:
            await self.async_stop()
            if isinstance(error, AuthFailed):
                entry.async_start_reauth(self.hass)
            raise ConfigEntryNotReady(
                translation_domain=entry.domain, **_text_of(error, self.setup_error_keys, "cannot_connect")
            ) from None

    async def async_stop(self) -> None:
        """Close the connection."""
        self._stop_throttle()
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            self._settle_first(CannotConnect("stopped"))

    @override
    async def async_shutdown(self) -> None:
        """Also close the connection, for instance after a failed setup."""
        await super().async_shutdown()
        await self.async_stop()

    @override
    async def async_request_refresh(self) -> None:
        """Reconnect at once if the device is not connected."""
        self.connection.retry_now()

    async def _async_hass_stops(self, _event: Event) -> None:
        await self.async_stop()

    async def _async_guarded[T](self, work: Awaitable[T]) -> T:
        """Handle an unexpected exception as a lost connection, because the values would no longer be updated."""
        try:
            return await work
        except PushError:
            raise
        except (Exception, asyncio.CancelledError) as error:
            task = asyncio.current_task()
            if isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling():
                raise
            self._log_fault(error)
            raise CannotConnect(f"unexpected error ({type(error).__name__})") from None

    def _log_fault(self, error: BaseException) -> None:
        """Log the traceback of an unexpected exception, without its text, which may contain a token."""
        level = logging.DEBUG if self._is_fault_logged else logging.ERROR
        self._is_fault_logged = True
        where = "".join(traceback.format_tb(error.__traceback__))
        self.logger.log(level, "%s: unexpected %s in the connection\n%s", self.name, type(error).__name__, where)

    def _settle_first(self, error: PushError | None) -> bool:
        """End the wait of `async_start`; return True if it was waiting."""
        if self._first_result.done():
            return False
        if error is None:
            self._first_result.set_result(None)
        else:
            self._first_result.set_exception(error)
        return True

    def connection_facts(self) -> ConnectionFacts:
        """Return the state of the connection for diagnostics."""
        return {
            "connected": self.last_update_success,
            "attempts": self.connection.attempts,
            "sessions": self.connection.sessions,
            "last_error": str(self.last_exception) if self.last_exception else None,
        }

    # State --------------------------------------------------------------------------------------

    async def async_connected(self, full: Mapping[K, V]) -> None:
        """Replace the data by the full state, and make the entities available."""
        self.connection.established()
        await self._async_take_full(full)

    async def _async_take_full(self, full: Mapping[K, V]) -> None:
        due = self._replace(full)
        await self._async_state_replaced()
        was_available, self.last_update_success = self.last_update_success, True
        self._abort_reauth()
        if self._settle_first(None):
            return
        if not was_available:
            self.logger.info("%s is available again", self.name)
            due = dict.fromkeys([*self._availability_listeners.values(), *due])
        await self._async_notify(due)

    def _state_replaced(self) -> None:
        """Handle a new full state before its subscribers are called, for instance add and remove devices."""

    async def _async_state_replaced(self) -> None:
        """Handle a new full state as in `_state_replaced`, if that takes long."""
        self._state_replaced()

    async def _async_notify(self, updates: Iterable[Update]) -> None:
        """Call subscribers in slices, so that the event loop is not blocked."""
        await in_slices(map(self._notify, tuple(updates)), slice_lock(self.hass, self.config_entry.domain))

    # Commands -----------------------------------------------------------------------------------

    async def async_call[T](self, call: Awaitable[T]) -> T:
        """Await a call of the client, and translate its exceptions to HomeAssistantError.

        Refused credentials start the reauthentication.
        """
        try:
            return await call
        except PushError as error:
            if isinstance(error, AuthFailed):
                self.config_entry.async_start_reauth(self.hass)
            raise self.error_for(error) from None

    def error_for(self, error: PushError) -> HomeAssistantError:
        """Return the translated exception for a failed command, see `error_keys`."""
        return HomeAssistantError(
            translation_domain=self.config_entry.domain, **_text_of(error, self.error_keys, "command_failed")
        )

    # Availability -------------------------------------------------------------------------------

    @callback
    @override
    def async_add_listener(self, update_callback: CALLBACK_TYPE, context: Any = None) -> Callable[[], None]:
        """Call `update_callback` when the availability changes; return a function that removes it."""

        def remove() -> None:
            self._availability_listeners.pop(remove, None)

        self._availability_listeners[remove] = update_callback
        return remove

    @callback
    @override
    def async_update_listeners(self) -> None:
        """Call the listeners for the availability."""
        for update in tuple(self._availability_listeners.values()):
            self._notify(update)

    async def _async_lost(self, reason: PushError) -> float | None:
        """Make the entities unavailable, unless the state is available without the push connection.

        Refused credentials start the reauthentication each time, because Home Assistant does not start it while another
        flow of the entry is open.
        """
        if isinstance(reason, PushRefused):
            try:
                if await self._async_guarded(self._async_fall_back()):
                    return FALLBACK_SECONDS
            except PushError as error:
                reason = error
        if not self._settle_first(reason):
            await self._async_set_unavailable(reason)
            if isinstance(reason, AuthFailed):
                self.config_entry.async_start_reauth(self.hass)
        return self.connection.refused_wait() if isinstance(reason, AuthFailed) else None

    async def _async_fall_back(self) -> bool:
        """Replace the data by the state without the push connection; return False if there is none."""
        full = await self._async_without_push()
        if full is not None:
            await self._async_take_full(full)
        return full is not None

    async def _async_set_unavailable(self, reason: PushError) -> None:
        self.last_exception = reason
        if self.last_update_success:
            self.last_update_success = False
            self.logger.info("%s is unavailable: %s", self.name, reason)
            await self._async_notify(self._availability_listeners.values())

    @callback
    def _abort_reauth(self) -> None:
        """Abort the reauthentication, because the device accepts the credentials again."""
        flows = self.hass.config_entries.flow
        for flow in self.config_entry.async_get_active_flows(self.hass, {SOURCE_REAUTH}):
            flows.async_abort(flow["flow_id"])
