"""The state of one robot: pushed by its WebSocket, completed and commanded by REST."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from . import movement
from .api import (
    Device,
    Event,
    EventSocket,
    InvalidArgument,
    Key,
    MistyClient,
    Skill,
    Topic,
    UnknownCommand,
    Updating,
    Value,
)
from .api.sensors import BUMP_SENSORS, TOUCH_POSITIONS
from .common.client.errors import CannotConnect, CommandFailed, NoAnswer, PushError, PushRefused
from .common.push.coordinator import PushCoordinator
from .common.push.parts import Parts
from .const import DOMAIN, LOGGER, MANUFACTURER
from .ears import Ears
from .feedback import Feedback
from .polling import SLOW_QUERIES, read_device
from .topics import ALWAYS, ANGULAR, DRIVE_STOPPED, LINEAR, RUN_STATE, RUNNING_SKILLS

type MistyConfigEntry = ConfigEntry[MistyCoordinator]

ROBOT = "robot"
BATTERY_SECONDS = 60.0
# Every so many battery queries the rest is asked for too: each quarter of an hour.
SLOW_EVERY = 15

# Events that mean more than the values they name.
TELLING_MORE = frozenset({"HaltCommand", "CriticalStatusMessage", "SkillSystemStateChange"})

# What the robot only reports when it changes, and what holds as long as it has not.
QUIET: dict[Key, Value] = {
    **{("BumpSensor", sensor, "isContacted"): False for sensor in BUMP_SENSORS},
    **{("TouchSensor", position, "isContacted"): False for position in TOUCH_POSITIONS},
    DRIVE_STOPPED: (),
    LINEAR: 0,
    ANGULAR: 0,
}


def client_from(hass: HomeAssistant, data: Mapping[str, Any]) -> MistyClient:
    """Make a client from a config entry's data (or a flow's input). Raises ValueError for no host."""
    return MistyClient(async_get_clientsession(hass), data[CONF_HOST])


class MistyCoordinator(PushCoordinator[Key, Value]):
    """One robot."""

    config_entry: MistyConfigEntry

    def __init__(self, hass: HomeAssistant, entry: MistyConfigEntry) -> None:
        """Prepare; `async_start` connects."""
        super().__init__(hass, LOGGER, entry)
        self.client = client_from(hass, entry.data)
        self.device: Device | None = None
        self.skills: dict[str, Skill] = {}
        # Every entity that this robot has, whether enabled or not.
        self.unique_ids: set[str] = set()
        # The robot itself and every skill on it: what comes and goes.
        self.parts: Parts[str] = Parts()
        # Told when the robot refuses to subscribe again and again, for the repair issue.
        self.on_refused: Callable[[], None] = lambda: None
        self.ears = Ears(self)
        self.feedback = Feedback(self)
        self._wanted: Counter[Topic] = Counter(ALWAYS)
        self._sending = asyncio.Lock()
        self._topics_changed = asyncio.Event()
        self._socket: EventSocket | None = None
        self._device_id = ""

    # Connection ---------------------------------------------------------------------------------

    @override
    async def _async_session(self) -> None:
        try:
            await self._async_identify()
            await self.client.learn_features()
            full = await self._async_fetch()
        except Updating:
            raise PushRefused("the robot is updating its software") from None
        socket = await self.client.events(f"ha_{self.config_entry.entry_id[:8]}")
        socket.on_refused = self._names_refused
        beside: list[asyncio.Task[None]] = []
        try:
            await socket.keep(self.topics)
            self._socket = socket
            await self.async_connected(full)
            beside = [asyncio.create_task(task) for task in (self._async_follow_topics(socket), self._async_poll())]
            await socket.follow(self._take)
        except CannotConnect:
            await self._async_check_update()
            raise
        finally:
            self._socket = None
            self.fire("disconnected", None)
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            await socket.close()

    @override
    async def _async_without_push(self) -> Mapping[Key, Value] | None:
        """Keep what is known while the robot updates; ask by REST while only its WebSocket is refused."""
        try:
            return await self._async_fetch()
        except Updating:
            return {**self.data, RUN_STATE: movement.UPDATING} if self.data else None

    async def _async_check_update(self) -> None:
        """Tell a robot that installs software from one that is gone. Raises PushRefused for the former."""
        try:
            await self.client.device()
        except Updating:
            raise PushRefused("the robot is updating its software") from None
        except PushError:
            return

    async def _async_identify(self) -> None:
        device = await self.client.device()
        if device.serial_number != self.config_entry.unique_id:
            raise CannotConnect("another robot answers at this address")
        self.device = device

    async def _async_fetch(self) -> dict[Key, Value]:
        """Return the state as far as it can be asked for."""
        full = dict(QUIET)
        full.update(await self._async_battery())
        full.update(await self._async_slow_queries())
        if (state := self.data.get(RUN_STATE)) and state != movement.UPDATING:
            full[RUN_STATE] = state
        return full

    async def _async_battery(self) -> dict[Key, Value]:
        return {("BatteryCharge", "", name): value for name, value in (await self.client.battery()).items()}

    async def _async_slow_queries(self) -> dict[Key, Value]:
        answers: dict[Key, Value] = dict(read_device(await self.client.device()))
        for query in SLOW_QUERIES:
            if self.client.features.has("GET", query.path):
                answers.update(query.parse(await self.client.value(query.path)))
        await self._async_read_skills()
        answers[RUNNING_SKILLS] = tuple(skill.unique_id for skill in await self._async_skills(running=True))
        return answers

    async def _async_poll(self) -> None:
        """Ask for what is never pushed, and for the battery in case its events are missed."""
        round_ = 0
        while True:
            await asyncio.sleep(BATTERY_SECONDS)
            round_ += 1
            try:
                self.apply(await self._async_battery())
                if round_ % SLOW_EVERY == 0:
                    self._take_answers(await self._async_slow_queries())
            except Updating:
                self.apply({RUN_STATE: movement.UPDATING})
            except PushError as error:
                LOGGER.debug("%s: a query failed: %s", self.name, error)

    async def async_refresh_slow(self) -> None:
        """Ask again for what is never pushed, after a command that changes it."""
        try:
            self._take_answers(await self._async_slow_queries())
        except PushError as error:
            LOGGER.debug("%s: a query failed: %s", self.name, error)

    # Subscriptions ------------------------------------------------------------------------------

    @property
    def topics(self) -> list[Topic]:
        """What is subscribed to: what somebody wants and this robot has."""
        return [topic for topic in self._wanted if self.client.features.sends(topic.type)]

    @callback
    def want(self, *topics: Topic) -> None:
        """Subscribe as long as somebody wants it; `unwant` ends this wish."""
        self._wanted.update(topics)
        self._topics_changed.set()

    @callback
    def unwant(self, *topics: Topic) -> None:
        """End a wish that `want` began."""
        self._wanted.subtract(topics)
        for topic in topics:
            if self._wanted[topic] <= 0:
                del self._wanted[topic]
        self._topics_changed.set()

    async def _async_follow_topics(self, socket: EventSocket) -> None:
        """Change the subscriptions with what is wanted; the receiving end notices a lost connection."""
        try:
            while True:
                await self._topics_changed.wait()
                self._topics_changed.clear()
                await socket.keep(self.topics)
        except CannotConnect:
            pass

    @callback
    def _names_refused(self) -> None:
        self.on_refused()

    @property
    def hears(self) -> bool:
        """Whether the robot's events come; its commands can work without."""
        return self._socket is not None

    @asynccontextmanager
    async def async_expecting(self, topic: Topic, matches: Callable[[Event], bool]) -> Any:
        """Subscribe, and give a future: the first event that matches, or HomeAssistantError for a lost connection."""
        future: asyncio.Future[Event] = self.hass.loop.create_future()

        @callback
        def take(event: Event) -> None:
            if not future.done() and matches(event):
                future.set_result(event)

        @callback
        def miss(_: None) -> None:
            if not future.done():
                future.set_exception(as_home_assistant_error(CannotConnect("the event connection was lost")))

        self.want(topic)
        stop_listening = self.subscribe_event(topic.type, take)
        stop_missing = self.subscribe_event("disconnected", miss)
        try:
            if self._socket is not None:
                await self._socket.registered(topic)
            yield future
        finally:
            stop_listening()
            stop_missing()
            self.unwant(topic)
            if future.done() and not future.cancelled():
                future.exception()  # Nobody may have come to wait for it.

    # Events -------------------------------------------------------------------------------------

    @callback
    def _take(self, event: Event) -> None:
        """Store an event's values and pass the event on."""
        type_, _, changes = event
        self.apply(changes)
        if type_ in TELLING_MORE:
            self._take_besides(event)
        # Most sensors are not events.
        if type_ in self._event_listeners:
            self.fire(type_, event)

    @callback
    def _take_besides(self, event: Event) -> None:
        """Do what an event means beside its values."""
        match event.type:
            case "HaltCommand":
                self.apply({LINEAR: 0, ANGULAR: 0})
            case "CriticalStatusMessage" if event.values.get("statuscode") == "RobotUpdating":
                self.apply({RUN_STATE: movement.UPDATING})
            case "SkillSystemStateChange":
                self.config_entry.async_create_background_task(
                    self.hass, self._async_refresh_skills(), f"{self.name} skills"
                )

    async def _async_refresh_skills(self) -> None:
        try:
            await self._async_read_skills()
            self._take_answers(
                {RUNNING_SKILLS: tuple(skill.unique_id for skill in await self._async_skills(running=True))}
            )
        except PushError as error:
            LOGGER.debug("%s: the skills could not be read: %s", self.name, error)

    async def _async_read_skills(self) -> None:
        self.skills = {skill.unique_id: skill for skill in await self._async_skills()}

    async def _async_skills(self, *, running: bool = False) -> list[Skill]:
        try:
            return await self.client.skills(running=running)
        except UnknownCommand:
            return []

    @override
    async def async_connected(self, full: Mapping[Key, Value]) -> None:
        await super().async_connected(full)
        self.fire("connected", None)

    # Device -------------------------------------------------------------------------------------

    @override
    @callback
    def _state_replaced(self) -> None:
        """Bring the device and the skills' entities in line."""
        self._device_id = self._async_register_device().id
        self._skills_changed()

    @callback
    def _skills_changed(self) -> None:
        self.parts.replace([ROBOT, *self.skills])

    @callback
    def _take_answers(self, answers: Mapping[Key, Value]) -> None:
        """Store what was asked for together with the skills, and bring the skills' entities in line."""
        self.apply(answers)
        if set(self.skills) != set(self.parts) - {ROBOT}:
            self._skills_changed()

    @callback
    def async_device(self) -> dr.AnyDeviceEntry:
        """Return the robot's entry in the device registry."""
        return dr.async_get(self.hass).async_get(self._device_id) or self._async_register_device()

    def _async_register_device(self) -> dr.DeviceEntry:
        """Bring the device registry in line with what the robot tells of itself."""
        device = self.device
        return dr.async_get(self.hass).async_get_or_create(
            config_entry_id=self.config_entry.entry_id,
            identifiers={(DOMAIN, str(self.config_entry.unique_id))},
            manufacturer=MANUFACTURER,
            model=device.model if device else None,
            model_id=device.sku if device else None,
            name=self.config_entry.title,
            serial_number=str(self.config_entry.unique_id),
            sw_version=device.robot_version if device else None,
            hw_version=device.hardware if device else None,
            configuration_url=str(self.client.url),
        )

    # Commands -----------------------------------------------------------------------------------

    async def async_command(self, method: str, path: str, arguments: Mapping[str, Any] | None = None) -> Any:
        """Send a command and return its result.

        Raises ServiceValidationError for arguments that must not be sent; HomeAssistantError when the robot refuses,
        is updating, does not answer or is away, or when a hazard blocks the movement. Stop and Halt always go out.
        """
        movement.check(path, arguments or {}, self.data)
        try:
            result = await self.client.call(method, path, arguments)
        except PushError as error:
            raise as_home_assistant_error(error) from None
        self.feedback.remember(path, arguments or {})
        return result

    async def async_post(self, path: str, **arguments: Any) -> Any:
        """Send a command that does something; see `async_command`."""
        return await self.async_command("POST", path, arguments)

    @callback
    def async_send_quietly(self, path: str, arguments: Mapping[str, Any]) -> None:
        """Send a command in the background and in order, where nobody waits for a failure."""

        async def send() -> None:
            async with self._sending:
                try:
                    await self.client.call("POST", path, arguments)
                except PushError as error:
                    LOGGER.debug("%s: %s failed: %s", self.name, path, error)

        self.config_entry.async_create_background_task(self.hass, send(), f"{self.name} {path}")


def as_home_assistant_error(error: PushError) -> HomeAssistantError:
    """Return what a person is told of a failed command."""
    match error:
        case InvalidArgument():
            return ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key=f"argument_{error.problem}",
                translation_placeholders={"name": error.name, "expected": error.expected},
            )
        case Updating():
            key = "updating"
        case UnknownCommand():
            key = "unknown_command"
        case NoAnswer():
            key = "no_answer"
        case CommandFailed():
            return HomeAssistantError(
                translation_domain=DOMAIN, translation_key="refused", translation_placeholders={"reason": str(error)}
            )
        case _:
            key = "not_connected"
    return HomeAssistantError(translation_domain=DOMAIN, translation_key=key)
