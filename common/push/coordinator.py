"""The coordinator: one device's connection, its availability and its commands, over keyed state.

Home Assistant's own coordinator calls every listener for every message. Here entities subscribe to the
keys that they read (state.py), and `async_add_listener` is for the availability, which concerns them all.
"""

from abc import abstractmethod
import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping
from itertools import count
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

# How often the state is fetched another way while the device refuses its push channel.
FALLBACK_SECONDS = 30.0


class ConnectionFacts(TypedDict):
    """What diagnostics show of every vendor's connection."""

    connected: bool
    attempts: int
    sessions: int
    last_error: str | None


class _Text(TypedDict):
    """A text of the vendor's translations, as Home Assistant's exceptions take it."""

    translation_key: str
    translation_placeholders: NotRequired[dict[str, str]]


def _text_of(error: PushError, keys: Mapping[type[PushError], str | None], otherwise: str) -> _Text:
    """Return the text of the first class that an error is of, or `otherwise`, which has the error's own `reason`."""
    key = next((key for kind, key in keys.items() if isinstance(error, kind)), None)
    if key is not None:
        return {"translation_key": key}
    return {"translation_key": otherwise, "translation_placeholders": {"reason": str(error)}}


class PushCoordinator[K: Hashable, V](KeyedState[K, V], DataUpdateCoordinator[dict[K, V]]):
    """State of one device or cloud, driven by its push channel.

    A vendor implements `_async_session`: connect, hand the full state to `async_connected`, then
    each change to `apply`, and return or raise PushError when the connection is lost.
    """

    config_entry: ConfigEntry[Any]

    # What a failed command, and a failed setup, are called in the vendor's translations; subclasses before their bases.
    # None is for an error whose own words are shown.
    error_keys: ClassVar[Mapping[type[PushError], str | None]] = {AuthFailed: "auth_failed", NoAnswer: "no_answer"}
    setup_error_keys: ClassVar[Mapping[type[PushError], str | None]] = {}

    def __init__(self, hass: HomeAssistant, logger: logging.Logger, entry: ConfigEntry[Any]) -> None:
        """Initialize; nothing is connected before `async_start`."""
        DataUpdateCoordinator.__init__(self, hass, logger, config_entry=entry, name=entry.title)
        KeyedState.__init__(self, hass.loop)
        self.last_update_success = False
        self.connection = ReconnectLoop(
            lambda: self._async_guarded(self._async_session()), lost=self._async_lost, name=entry.title
        )
        # Numbered: two listeners may be one and the same function.
        self._listener_numbers = count()
        self._availability_listeners: dict[int, CALLBACK_TYPE] = {}
        self._first_result: asyncio.Future[None] = hass.loop.create_future()
        self._task: asyncio.Task[None] | None = None
        self._is_fault_logged = False

    # Life ---------------------------------------------------------------------------------------

    @abstractmethod
    async def _async_session(self) -> None:
        """Hold one connection, from connecting to its loss."""

    async def _async_without_push(self) -> Mapping[K, V] | None:
        """Return the full state got another way while the push channel is refused, or None."""
        return None

    async def async_start(self) -> None:
        """Connect and wait for the first full state.

        Raises ConfigEntryNotReady, translated, when that fails. Refused credentials are asked for again, but the
        entry goes on trying: after ConfigEntryAuthFailed, Home Assistant would wait for a person for ever, also
        where it dropped the request because another dialog of the entry was open.
        """
        entry = self.config_entry
        entry.async_on_unload(self.hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._async_hass_stops))
        await take_turn(self.hass, entry.domain)
        self._task = entry.async_create_background_task(self.hass, self.connection.run(), f"{entry.domain} {self.name}")
        try:
            await self._first_result
        except AuthFailed:
            await self.async_stop()
            entry.async_start_reauth(self.hass)
            raise ConfigEntryNotReady(translation_domain=entry.domain, translation_key="auth_failed") from None
        except PushError as error:
            await self.async_stop()
            raise ConfigEntryNotReady(
                translation_domain=entry.domain, **_text_of(error, self.setup_error_keys, "cannot_connect")
            ) from None

    async def async_stop(self) -> None:
        """Close the connection and wait until it is closed. Harmless when called twice."""
        self._stop_throttle()
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            self._settle_first(CannotConnect("stopped"))

    @override
    async def async_shutdown(self) -> None:
        """Stop with the config entry, also after a setup that failed half way."""
        await super().async_shutdown()
        await self.async_stop()

    @override
    async def async_request_refresh(self) -> None:
        """Connect at once if the device is away and fresh data are requested."""
        self.connection.retry_now()

    async def _async_hass_stops(self, _event: Event) -> None:
        await self.async_stop()

    async def _async_guarded[T](self, work: Awaitable[T]) -> T:
        """Turn a fault of ours into a lost connection: it must never leave stale values behind."""
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
        """Log where a fault happened, loudly the first time; its text could hold a token and stays out."""
        level = logging.DEBUG if self._is_fault_logged else logging.ERROR
        self._is_fault_logged = True
        where = "".join(traceback.format_tb(error.__traceback__))
        self.logger.log(level, "%s: unexpected %s in the connection\n%s", self.name, type(error).__name__, where)

    def _settle_first(self, error: PushError | None) -> bool:
        """Answer the waiting `async_start`; return True if it was still waiting."""
        if self._first_result.done():
            return False
        if error is None:
            self._first_result.set_result(None)
        else:
            self._first_result.set_exception(error)
        return True

    def connection_facts(self) -> ConnectionFacts:
        """Return what diagnostics show of every vendor's connection."""
        return {
            "connected": self.last_update_success,
            "attempts": self.connection.attempts,
            "sessions": self.connection.sessions,
            "last_error": str(self.last_exception) if self.last_exception else None,
        }

    # State --------------------------------------------------------------------------------------

    async def async_connected(self, full: Mapping[K, V]) -> None:
        """Take the full state as the truth: new values in, keys that are gone out, entities available."""
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
        """React to a new full state before its subscribers are called (for instance: which devices exist)."""

    async def _async_state_replaced(self) -> None:
        """React to a new full state as `_state_replaced`: for what may be thousands of things, in slices."""
        self._state_replaced()

    async def _async_notify(self, updates: Iterable[Update]) -> None:
        """Call many subscribers in slices, so that the event loop is never held up."""
        await in_slices(map(self._notify, tuple(updates)), slice_lock(self.hass, self.config_entry.domain))

    # Commands -----------------------------------------------------------------------------------

    async def async_call[T](self, call: Awaitable[T]) -> T:
        """Await a call of the client; its errors become translated HomeAssistantErrors.

        Refused credentials start the reauthentication.
        """
        try:
            return await call
        except PushError as error:
            if isinstance(error, AuthFailed):
                self.config_entry.async_start_reauth(self.hass)
            raise self.error_for(error) from None

    def error_for(self, error: PushError) -> HomeAssistantError:
        """Return what a person is shown when a command failed.

        A vendor with more kinds of refusal adds them to `error_keys`, or handles them first.
        """
        return HomeAssistantError(
            translation_domain=self.config_entry.domain, **_text_of(error, self.error_keys, "command_failed")
        )

    # Availability -------------------------------------------------------------------------------

    @callback
    @override
    def async_add_listener(self, update_callback: CALLBACK_TYPE, context: Any = None) -> Callable[[], None]:
        """Call `update_callback` when the device goes or comes back; return what ends it."""
        number = next(self._listener_numbers)
        self._availability_listeners[number] = update_callback

        def unsubscribe() -> None:
            self._availability_listeners.pop(number, None)

        return unsubscribe

    @callback
    @override
    def async_update_listeners(self) -> None:
        """Call everything that depends on the availability."""
        for update in tuple(self._availability_listeners.values()):
            self._notify(update)

    async def _async_lost(self, reason: PushError) -> float | None:
        """Mark everything unavailable, unless the state can be had without the push channel.

        Refused credentials ask for new ones each time: Home Assistant drops the request while another flow
        of the entry is open, for instance in a browser tab that was closed.
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
        """Take the state got without the push channel; return True if there is such a way."""
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
        """Take the request for new credentials back: the device takes the ones that we have."""
        flows = self.hass.config_entries.flow
        for flow in self.config_entry.async_get_active_flows(self.hass, {SOURCE_REAUTH}):
            flows.async_abort(flow["flow_id"])
