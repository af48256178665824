"""The keyed coordinator: a message costs what changed, not what exists.

Data is one flat dict, key to value. Listeners name the keys they read; `apply` compares, stores
and calls only the listeners of keys that changed. Home Assistant's own coordinator calls every
listener for every message.
"""

from abc import abstractmethod
import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping
import logging
from time import monotonic
import traceback
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryNotReady, HomeAssistantError
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from ..client.backoff import Connection
from ..client.errors import AuthFailed, CannotConnect, NoAnswer, PushError, PushRefused
from .throttle import INTERVAL, WAITING, Listeners, Throttle

# How often the state is fetched another way while the device refuses its push channel.
FALLBACK_SECONDS = 30.0
# Long enough to be worth a turn of the event loop, short enough that nothing else is late.
SLICE_SECONDS = 0.005

_MISSING: Any = object()
UNWRITTEN = "%s: a state could not be written"


class PushCoordinator[K: Hashable, V](DataUpdateCoordinator[dict[K, V]]):
    """State of one device or cloud, driven by its push channel.

    A vendor implements `_async_session`: connect, hand the full state to `async_connected`, then
    each change to `apply`, and return or raise PushError when the connection is lost.
    """

    config_entry: ConfigEntry[Any]

    def __init__(self, hass: HomeAssistant, logger: logging.Logger, entry: ConfigEntry[Any]) -> None:
        """Prepare; nothing is connected before `async_start`."""
        super().__init__(hass, logger, config_entry=entry, name=entry.title)
        self.data = {}
        self.last_update_success = False
        self.connection = Connection(
            lambda: self._async_guarded(self._async_session()), lost=self._async_lost, name=entry.title
        )
        self._told: dict[K, Listeners] = {}
        self._followers: dict[CALLBACK_TYPE, CALLBACK_TYPE] = {}
        self._throttle = Throttle(hass.loop, self._notify)
        self._event_listeners: dict[Hashable, tuple[Callable[[Any], None], ...]] = {}
        self._first_result: asyncio.Future[None] = hass.loop.create_future()
        self._task: asyncio.Task[None] | None = None
        self._faulty = False

    # Life ---------------------------------------------------------------------------------------

    @abstractmethod
    async def _async_session(self) -> None:
        """Hold one connection, from connecting to its loss."""

    async def _async_without_push(self) -> Mapping[K, V] | None:
        """Return the full state got another way while the push channel is refused, or None."""
        return None

    async def async_start(self) -> None:
        """Connect and wait for the first full state.

        Raises ConfigEntryNotReady or ConfigEntryAuthFailed, translated, when that fails.
        """
        entry = self.config_entry
        entry.async_on_unload(self.hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, self._async_hass_stops))
        self._task = entry.async_create_background_task(self.hass, self._async_run(), f"{entry.domain} {self.name}")
        try:
            await self._first_result
        except AuthFailed:
            await self.async_stop()
            raise ConfigEntryAuthFailed(translation_domain=entry.domain, translation_key="auth_failed") from None
        except PushError as error:
            await self.async_stop()
            raise ConfigEntryNotReady(
                translation_domain=entry.domain,
                translation_key="cannot_connect",
                translation_placeholders={"reason": str(error)},
            ) from None

    async def async_stop(self) -> None:
        """Close the connection and wait until it is closed. Harmless when called twice."""
        self._throttle.stop()
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
        """Connect at once when somebody asks for fresh data while the device is away."""
        self.connection.retry_now()

    async def _async_hass_stops(self, _event: Event) -> None:
        await self.async_stop()

    async def _async_run(self) -> None:
        try:
            await self.connection.run()
        except AuthFailed as error:
            if not self._settle_first(error):
                await self._async_set_unavailable(error)
                self.config_entry.async_start_reauth(self.hass)

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
        level = logging.DEBUG if self._faulty else logging.ERROR
        self._faulty = True
        where = "".join(traceback.format_tb(error.__traceback__))
        self.logger.log(level, "%s: unexpected %s in the connection\n%s", self.name, type(error).__name__, where)

    def _settle_first(self, error: PushError | None) -> bool:
        """Answer the waiting `async_start`; tell whether it was still waiting."""
        if self._first_result.done():
            return False
        if error is None:
            self._first_result.set_result(None)
        else:
            self._first_result.set_exception(error)
        return True

    def connection_facts(self) -> dict[str, Any]:
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
        await self._async_replace(full)

    @callback
    def apply(self, changes: Mapping[K, V]) -> None:
        """Store what changed and call the listeners of these keys, each once."""
        data, told = self.data, self._told
        due: list[CALLBACK_TYPE] = []
        appeared = False
        for key, value in changes.items():
            known = data.get(key, _MISSING)
            if known == value:
                continue
            data[key] = value
            if known is _MISSING:
                appeared = True
            if (listeners := told.get(key)) is not None:
                due += listeners.always
                # Those that wait will read this value, too.
                if listeners.sometimes and listeners.free_at != WAITING:
                    if (now := monotonic()) >= listeners.free_at:
                        listeners.free_at = now + INTERVAL
                        due += listeners.sometimes
                    else:
                        self._throttle.hold(listeners)
        for update in due if len(due) < 2 else dict.fromkeys(due):
            # As `_notify` does, without its call: this is what every message comes to.
            try:
                update()
            except Exception:
                self.logger.exception(UNWRITTEN, self.name)
        if appeared:
            self._keys_appeared()

    @callback
    def forget(self, keys: Iterable[K]) -> None:
        """Remove keys that no longer exist and call their listeners."""
        for key in [key for key in keys if key in self.data]:
            del self.data[key]
            for update in self._listeners_of(key):
                self._notify(update)

    @callback
    def fire(self, key: Hashable, payload: Any) -> None:
        """Pass an event on: never compared, never held back, in order."""
        for listener in self._event_listeners.get(key, ()):
            listener(payload)

    @callback
    def listen(self, keys: Iterable[K], update: CALLBACK_TYPE, *, measurement: bool = False) -> CALLBACK_TYPE:
        """Call `update` when one of the keys changes; return what ends it.

        A measurement (a number that drifts) is told at once and then at most ten times a second,
        the latest value winning. Everything else is told of every change, in order.
        """
        keys = tuple(keys)
        self.tell(keys, update, measurement=measurement)
        return lambda: self.untell(keys, update, measurement=measurement)

    @callback
    def follow(self, update: CALLBACK_TYPE, on_change: CALLBACK_TYPE) -> None:
        """Call `update` when the device goes or comes back, until `unfollow`.

        It does all that `on_change`, the listener of the same entity's keys, does, which is not called besides.
        """
        self._followers[update] = on_change

    @callback
    def unfollow(self, update: CALLBACK_TYPE) -> None:
        """End what `follow` began. Harmless when nothing did."""
        self._followers.pop(update, None)

    @callback
    def tell(self, keys: Iterable[K], update: CALLBACK_TYPE, *, measurement: bool = False) -> None:
        """Call `update` as `listen` does, until `untell` is told the same.

        For entities, of which there are thousands: nothing is made that ends it.
        """
        for key in keys:
            if (listeners := self._told.get(key)) is None:
                listeners = self._told[key] = Listeners()
            if measurement:
                listeners.sometimes = (*listeners.sometimes, update)
            else:
                listeners.always = (*listeners.always, update)

    @callback
    def untell(self, keys: Iterable[K], update: CALLBACK_TYPE, *, measurement: bool = False) -> None:
        """End what `tell` began. Harmless when nothing did."""
        for key in keys:
            if (listeners := self._told.get(key)) is None:
                continue
            if measurement:
                listeners.sometimes = _without(listeners.sometimes, update)
            else:
                listeners.always = _without(listeners.always, update)
            if not listeners.always and not listeners.sometimes:
                del self._told[key]

    @callback
    def listen_event(self, key: Hashable, listener: Callable[[Any], None]) -> CALLBACK_TYPE:
        """Call `listener` with the payload of each event of this key; return what ends it."""
        self._event_listeners[key] = (*self._event_listeners.get(key, ()), listener)
        return lambda: self._drop_event(key, listener)

    def _drop_event(self, key: Hashable, listener: Callable[[Any], None]) -> None:
        if left := _without(self._event_listeners.get(key, ()), listener):
            self._event_listeners[key] = left
        else:
            self._event_listeners.pop(key, None)

    async def _async_replace(self, full: Mapping[K, V]) -> None:
        """Store a full state and tell whoever it changes something for."""
        changed = [key for key, value in full.items() if self.data.get(key, _MISSING) != value]
        gone = [key for key in self.data if key not in full]
        self.data.update(full)
        for key in gone:
            del self.data[key]
        self._state_replaced()
        was_available, self.last_update_success = self.last_update_success, True
        if self._settle_first(None):
            return
        due = dict.fromkeys(update for key in changed + gone for update in self._listeners_of(key))
        if not was_available:
            self.logger.info("%s is available again", self.name)
            written = set(self._followers.values())
            due = self._everybody() | {update: None for update in due if update not in written}
        await self._async_notify(due)

    def _state_replaced(self) -> None:
        """React to a new full state before anybody is told (for instance: which devices exist)."""

    def _keys_appeared(self) -> None:
        """React to keys that were not there before (for instance: which entities there are)."""

    def _listeners_of(self, key: K) -> tuple[CALLBACK_TYPE, ...]:
        listeners = self._told.get(key)
        return () if listeners is None else listeners.always + listeners.sometimes

    def _everybody(self) -> dict[CALLBACK_TYPE, None]:
        """Return the listeners that follow the availability: all entities, and whoever uses Home Assistant's way."""
        return dict.fromkeys([*self._followers, *(update for update, _ in self._listeners.values())])

    def _notify(self, update: CALLBACK_TYPE) -> None:
        """Call one listener; its failure is logged and stops nobody else."""
        try:
            update()
        except Exception:
            self.logger.exception(UNWRITTEN, self.name)

    async def _async_notify(self, updates: Iterable[CALLBACK_TYPE]) -> None:
        """Call many listeners in slices, so that the event loop is never held up."""
        loop = self.hass.loop
        until = loop.time() + SLICE_SECONDS
        for update in tuple(updates):
            self._notify(update)
            if loop.time() > until:
                await asyncio.sleep(0)
                until = loop.time() + SLICE_SECONDS

    # Commands -----------------------------------------------------------------------------------

    async def async_call[T](self, call: Awaitable[T]) -> T:
        """Await a call of the client; its errors become translated HomeAssistantErrors.

        Refused credentials start the reauthentication. The vendor's texts have `auth_failed`,
        `no_answer` and `command_failed`; a vendor with more kinds of refusal tells them first.
        """
        domain = self.config_entry.domain
        try:
            return await call
        except AuthFailed:
            self.config_entry.async_start_reauth(self.hass)
            raise HomeAssistantError(translation_domain=domain, translation_key="auth_failed") from None
        except NoAnswer:
            raise HomeAssistantError(translation_domain=domain, translation_key="no_answer") from None
        except PushError as error:
            raise HomeAssistantError(
                translation_domain=domain,
                translation_key="command_failed",
                translation_placeholders={"reason": str(error)},
            ) from None

    # Availability -------------------------------------------------------------------------------

    async def _async_lost(self, reason: PushError) -> float | None:
        """Mark everything unavailable, unless the state can be had without the push channel."""
        if isinstance(reason, PushRefused):
            try:
                if await self._async_guarded(self._async_fall_back()):
                    return FALLBACK_SECONDS
            except AuthFailed:
                raise
            except PushError as error:
                reason = error
        if not self._settle_first(reason):
            await self._async_set_unavailable(reason)
        return None

    async def _async_fall_back(self) -> bool:
        """Take the state got without the push channel; tell whether there is such a way."""
        full = await self._async_without_push()
        if full is not None:
            await self._async_replace(full)
        return full is not None

    async def _async_set_unavailable(self, reason: PushError) -> None:
        self.last_exception = reason
        if self.last_update_success:
            self.last_update_success = False
            self.logger.info("%s is unavailable: %s", self.name, reason)
            await self._async_notify(self._everybody())


def _without[L](listeners: tuple[L, ...], listener: L) -> tuple[L, ...]:
    return tuple(other for other in listeners if other != listener)
