"""The coordinator of one robot: events by its WebSocket, queries and commands by REST."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.device_registry import CONNECTION_NETWORK_MAC, DeviceInfo

from . import movement
from .api import (
    Command,
    Device,
    Event,
    EventSocket,
    InvalidArgument,
    MistyClient,
    Skills,
    Topic,
    UnknownCommand,
    Updating,
    Value,
)
from .api.sensors import BUMP_SENSORS, TOUCH_POSITIONS
from .common.client.errors import CannotConnect, CommandFailed, InvalidAnswer, NoAnswer, PushError, PushRefused
from .common.issues import set_issue
from .common.push.coordinator import PushCoordinator
from .common.push.parts import PartDevices, Parts
from .const import DEFAULT_FEEDBACK, DOMAIN, ISSUE_SUBSCRIPTIONS, LOGGER, MANUFACTURER, OPTION_FEEDBACK
from .feedback import RESTING_FACE, Feedback, is_face
from .key_phrase import KeyPhraseListener, uses_microphone
from .polling import Answers, fetch_battery, fetch_skills, fetch_slow
from .subscriptions import Subscriptions
from .topics import (
    ANGULAR,
    CONNECTED,
    DISCONNECTED,
    DRIVE_STOPPED,
    FACE_SHOWN,
    IMAGES_CHANGED,
    KEY_PHRASE,
    LED_SET,
    LINEAR,
    LISTENING_CHANGED,
    RUN_STATE,
    Key,
)

type MistyConfigEntry = ConfigEntry[MistyCoordinator]


class AnotherRobot(CannotConnect):
    """Another robot answers at the address."""


class PartKind(StrEnum):
    """What a robot consists of."""

    ROBOT = "robot"
    SKILL = "skill"


class Part(NamedTuple):
    """The robot itself, or a skill by its id."""

    kind: PartKind
    skill: str = ""


ROBOT = Part(PartKind.ROBOT)

BATTERY_SECONDS = 60.0
# The other queries are sent with every 15th query of the battery.
SLOW_EVERY = 15
# The least time between two queries of the skills.
SKILLS_SECONDS = 1.0
# Limit of sensors per event type; a robot has up to two dozen.
MAX_SENSORS = 64
# Limit of commands that wait to be sent in the background; further ones are dropped.
MAX_WAITING = 32

# Initial values that the robot reports only when they change.
UNREPORTED: dict[Key, Value] = {
    **{("BumpSensor", sensor, "isContacted"): False for sensor in BUMP_SENSORS},
    **{("TouchSensor", position, "isContacted"): False for position in TOUCH_POSITIONS},
    DRIVE_STOPPED: (),
    LINEAR: 0,
    ANGULAR: 0,
}

# Translation keys of failed commands, by the first class that matches.
REFUSALS: tuple[tuple[type[PushError], str], ...] = (
    (Updating, "updating"),
    (UnknownCommand, "unknown_command"),
    (NoAnswer, "no_answer"),
    (CommandFailed, "refused"),
    (PushError, "not_connected"),
)


def client_from(hass: HomeAssistant, data: Mapping[str, Any]) -> MistyClient:
    """Return a client for the data of a config entry or a flow. Raises ValueError for an invalid host."""
    return MistyClient(async_get_clientsession(hass), data[CONF_HOST])


class MistyCoordinator(PushCoordinator[Key, Value]):
    """One robot."""

    config_entry: MistyConfigEntry
    setup_error_keys: ClassVar[Mapping[type[PushError], str]] = {
        AnotherRobot: "another_robot",
        PushRefused: "not_ready",
        CannotConnect: "unreachable",
        InvalidAnswer: "invalid_answer",
    }

    def __init__(self, hass: HomeAssistant, entry: MistyConfigEntry) -> None:
        """Initialize; `async_start` connects."""
        super().__init__(hass, LOGGER, entry)
        self.client = client_from(hass, entry.data)
        self.device: Device | None = None
        self.mac: str | None = None
        self.skills = Skills({}, whole=False)
        self.parts: Parts[Part] = Parts()
        self.devices = PartDevices(hass, entry, self.device_info)
        # The unique ids of all entities of this robot, also of disabled ones.
        self.unique_ids: set[str] = set()
        self.subscriptions = Subscriptions(self.client)
        self.feedback = Feedback(
            self.async_send_quietly, is_enabled=entry.options.get(OPTION_FEEDBACK, DEFAULT_FEEDBACK)
        )
        self.key_phrase = KeyPhraseListener(
            entry.options,
            post=lambda path, arguments: self.async_command("POST", path, arguments),
            send=self.async_send_quietly,
            changed=lambda wanted: self.fire(LISTENING_CHANGED, wanted),
            start_task=lambda work: self._start_task(work, "key phrase"),
        )
        self.subscribe_event(CONNECTED, self.key_phrase.connected)
        self.subscribe_event(KEY_PHRASE.type, self.key_phrase.recognized)
        self._sending = asyncio.Lock()
        self._waiting = 0
        self._skills_changed = asyncio.Event()
        self._sensors: dict[str, set[str]] = {}
        self._socket: EventSocket | None = None

    # Connection ---------------------------------------------------------------------------------

    @override
    async def _async_session(self) -> None:
        try:
            await self._async_identify()
            await self.client.learn_features()
            await self._async_find_mac()
            full = await self._async_fetch()
        except Updating:
            raise PushRefused("the robot is updating its software") from None
        async with await self.client.events(f"ha_{self.config_entry.entry_id[:8]}") as socket:
            socket.on_refused = lambda: set_issue(self.hass, self.config_entry, ISSUE_SUBSCRIPTIONS, True)
            try:
                await socket.subscribe_only(self.subscriptions.topics)
                await self._async_run(socket, full)
            except CannotConnect:
                await self._async_check_update()
                raise

    async def _async_run(self, socket: EventSocket, full: Mapping[Key, Value]) -> None:
        """Handle events, subscriptions and queries until the connection is lost. Raises CannotConnect."""
        tasks: list[asyncio.Task[None]] = []
        try:
            self._socket = socket
            await self.async_connected(full)
            side_work = (self.subscriptions.run(socket), self._async_poll(), self._async_read_skills())
            tasks = [asyncio.create_task(work) for work in side_work]
            await socket.run(self._take_event)
        finally:
            self._socket = None
            self.fire(DISCONNECTED, None)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    @override
    async def async_connected(self, full: Mapping[Key, Value]) -> None:
        await super().async_connected(full)
        set_issue(self.hass, self.config_entry, ISSUE_SUBSCRIPTIONS, False)
        self.fire(CONNECTED, None)

    @property
    def is_connected(self) -> bool:
        """Return True if the event connection is open. Commands may work without it."""
        return self._socket is not None

    @override
    async def _async_without_push(self) -> Mapping[Key, Value] | None:
        """Return the state by REST; while the robot installs software, return the last state as updating."""
        try:
            return await self._async_fetch()
        except Updating:
            return {**self.data, RUN_STATE: movement.UPDATING} if self.data else None

    async def _async_check_update(self) -> None:
        """Raise PushRefused if the robot installs software: its last state is kept then."""
        try:
            await self.client.device()
        except Updating:
            raise PushRefused("the robot is updating its software") from None
        except PushError:
            return

    async def _async_identify(self) -> None:
        device = await self.client.device()
        if device.serial_number != self.config_entry.unique_id:
            raise AnotherRobot("another robot answers at this address")
        self.device = device

    async def _async_find_mac(self) -> None:
        """Fetch the robot's MAC address, by which DHCP discovery finds it at a new address."""
        device = self.device
        self.mac = await self.client.mac(device.ip_address if device else None) or self.mac

    # Queries ------------------------------------------------------------------------------------

    async def _async_fetch(self) -> dict[Key, Value]:
        """Return the full state: queries, and initial values for events. Raises PushError."""
        battery = await fetch_battery(self.client)
        answers = await fetch_slow(self.client)
        self.skills = self._known(answers.skills)
        full = UNREPORTED | battery | answers.values
        if (state := self.data.get(RUN_STATE)) and state != movement.UPDATING:
            full[RUN_STATE] = state
        return full

    async def _async_poll(self) -> None:
        """Query the values that no event carries, and the battery, whose events may be missed."""
        queries = 0
        while True:
            await asyncio.sleep(BATTERY_SECONDS)
            queries += 1
            try:
                self.apply(await fetch_battery(self.client))
                if self.data.get(RUN_STATE) == movement.UPDATING:
                    self.apply({RUN_STATE: None})  # The update is over.
                if queries % SLOW_EVERY == 0:
                    self._take_answers(await fetch_slow(self.client))
            except Updating:
                self.apply({RUN_STATE: movement.UPDATING})
            except PushError as error:
                LOGGER.debug("%s: a query failed: %s", self.name, error)

    async def _async_read_skills(self) -> None:
        """Query the skills after events that they changed."""
        while True:
            await self._skills_changed.wait()
            self._skills_changed.clear()
            await self._async_take(fetch_skills)
            await asyncio.sleep(SKILLS_SECONDS)

    async def async_refresh_slow(self) -> None:
        """Query the values that no event carries, after a command that changes them."""
        await self._async_take(fetch_slow)

    async def _async_take(self, fetch: Callable[[MistyClient], Coroutine[Any, Any, Answers]]) -> None:
        try:
            self._take_answers(await fetch(self.client))
        except PushError as error:
            LOGGER.debug("%s: a query failed: %s", self.name, error)

    @callback
    def _take_answers(self, answers: Answers) -> None:
        """Store the answers; add and remove the parts of skills."""
        before, self.skills = self.skills, self._known(answers.skills)
        self.apply(answers.values)
        if self.skills != before:
            self._replace_parts()

    def _known(self, skills: Skills) -> Skills:
        """Return the skills, and if the list is not whole, the earlier ones, too: none is known to be gone."""
        return skills if skills.whole else Skills({**self.skills.found, **skills.found}, self.skills.whole)

    # Events -------------------------------------------------------------------------------------

    @callback
    def _take_event(self, event: Event) -> None:
        """Store the values of an event, and fire it."""
        sensors = self._sensors.setdefault(event.type, set())
        if event.sensor not in sensors:
            if len(sensors) >= MAX_SENSORS:
                self.client.dropped.add(f"{event.type}: too many sensors")
                return
            sensors.add(event.sensor)
        self.apply({(event.type, event.sensor, name): value for name, value in event.values.items()})
        match event.type:
            case "HaltCommand":
                self.apply({LINEAR: 0, ANGULAR: 0})
            case "CriticalStatusMessage" if event.values.get("statuscode") == "RobotUpdating":
                self.apply({RUN_STATE: movement.UPDATING})
            case "SkillSystemStateChange":
                self._skills_changed.set()
        self.fire(event.type, event)

    @asynccontextmanager
    async def async_expecting(
        self, topic: Topic, matches: Callable[[Event], bool]
    ) -> AsyncGenerator[asyncio.Future[Event]]:
        """Subscribe, and yield a future of the first matching event; a lost connection sets HomeAssistantError."""
        future: asyncio.Future[Event] = self.hass.loop.create_future()

        @callback
        def take(event: Event) -> None:
            if not future.done() and matches(event):
                future.set_result(event)

        @callback
        def lose(_: None) -> None:
            if not future.done():
                future.set_exception(self.error_for(CannotConnect("the event connection was lost")))

        self.subscriptions.add(topic)
        unsubscribe = (self.subscribe_event(topic.type, take), self.subscribe_event(DISCONNECTED, lose))
        try:
            if self._socket is not None:
                await self._socket.registered(topic)
            yield future
        finally:
            for end in unsubscribe:
                end()
            self.subscriptions.remove(topic)
            if future.done() and not future.cancelled():
                future.exception()  # Otherwise asyncio logs an exception that was not awaited.

    # Devices ------------------------------------------------------------------------------------

    @override
    @callback
    def _state_replaced(self) -> None:
        """Register the device, and add and remove the parts of skills."""
        self.devices.register(ROBOT)
        self._replace_parts()

    @callback
    def _replace_parts(self) -> None:
        self.parts.replace([ROBOT, *(Part(PartKind.SKILL, skill) for skill in self.skills.found)])

    def device_info(self, _: Part) -> DeviceInfo:
        """Return the device info of the robot, which is also that of its skills."""
        device = self.device
        return DeviceInfo(
            identifiers={(DOMAIN, str(self.config_entry.unique_id))},
            connections={(CONNECTION_NETWORK_MAC, self.mac)} if self.mac else set(),
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
        """Send a command and return its result, a JSON value.

        Raises ServiceValidationError for invalid arguments; HomeAssistantError if the robot refuses, is updating or
        muted, does not answer or is not connected, or a hazard blocks the movement. Stop and Halt are always sent.
        """
        movement.check(path, arguments or {}, self.data)
        if self.key_phrase.is_muted and uses_microphone(path, arguments or {}):
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="muted")
        result = await self.async_call(self.client.call(method, path, arguments))
        self.feedback.remember(path, arguments or {})
        self._fire_change(method, path, arguments or {})
        return result

    @callback
    def _fire_change(self, method: str, path: str, arguments: Mapping[str, Any]) -> None:
        """Fire an event if a command changed the face, the LED or the stored images."""
        match method, path:
            case "POST", "images/display" if is_face(arguments):
                self.fire(FACE_SHOWN, str(arguments["fileName"]))
            case "POST", "display/settings":
                self.fire(FACE_SHOWN, str(RESTING_FACE.arguments["fileName"]))
            case "POST", "led" | "led/transition":
                self.fire(LED_SET, Command(path, arguments))
            case "POST" | "DELETE", "images":
                self.fire(IMAGES_CHANGED, None)

    @callback
    def async_repeat(self, command: Command) -> None:
        """Send the last command of an assumed state again: the robot may have restarted."""
        self.feedback.remember(*command)
        self.async_send_quietly(*command)

    async def async_post(self, path: str, **arguments: Any) -> Any:
        """Send a POST command, see `async_command`."""
        return await self.async_command("POST", path, arguments)

    @callback
    def async_send_quietly(self, path: str, arguments: Mapping[str, Any]) -> None:
        """Send a command in the background, one after the other. A failure is logged."""

        async def send() -> None:
            try:
                async with self._sending:
                    await self.client.call("POST", path, arguments)
            except PushError as error:
                LOGGER.debug("%s: %s failed: %s", self.name, path, error)
            finally:
                self._waiting -= 1

        if self._waiting >= MAX_WAITING:
            LOGGER.debug("%s: %s is not sent: too many commands are waiting", self.name, path)
            return
        self._waiting += 1
        self._start_task(send(), path)

    def _start_task(self, work: Coroutine[Any, Any, None], what: str) -> None:
        self.config_entry.async_create_background_task(self.hass, work, f"{self.name} {what}")

    @override
    def error_for(self, error: PushError) -> HomeAssistantError:
        """Return the translated error of a failed command."""
        if isinstance(error, InvalidArgument):
            return ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key=f"argument_{error.problem}",
                translation_placeholders={"name": error.name, "expected": error.expected},
            )
        return HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=next(key for kind, key in REFUSALS if isinstance(error, kind)),
            translation_placeholders={"reason": str(error)},
        )
