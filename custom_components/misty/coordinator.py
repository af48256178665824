"""The state of one robot: pushed by its WebSocket, completed and commanded by REST."""

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
    Skill,
    Topic,
    UnknownCommand,
    Updating,
    Value,
)
from .api.sensors import BUMP_SENSORS, TOUCH_POSITIONS
from .common.client.errors import CannotConnect, CommandFailed, InvalidAnswer, NoAnswer, PushError, PushRefused
from .common.push.coordinator import PushCoordinator
from .common.push.parts import PartDevices, Parts
from .const import DEFAULT_FEEDBACK, DOMAIN, LOGGER, MANUFACTURER, OPTION_FEEDBACK
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
    """The address of this robot is another one's now."""


class PartKind(StrEnum):
    """What a robot consists of."""

    ROBOT = "robot"
    SKILL = "skill"


class Part(NamedTuple):
    """The robot itself, or a skill on it by its id."""

    kind: PartKind
    skill: str = ""


ROBOT = Part(PartKind.ROBOT)

BATTERY_SECONDS = 60.0
# With every so many battery queries the rest is asked for, too: each quarter of an hour.
SLOW_EVERY = 15
# Skills are read no more often, however many events say that they changed.
SKILLS_SECONDS = 1.0
# A robot has up to two dozen sensors of one kind.
MAX_SENSORS = 64
# What waits to be sent in the background; what does not fit is left out.
MAX_WAITING = 32

# What the robot reports only when it changes, and how it is as long as it has not.
UNREPORTED: dict[Key, Value] = {
    **{("BumpSensor", sensor, "isContacted"): False for sensor in BUMP_SENSORS},
    **{("TouchSensor", position, "isContacted"): False for position in TOUCH_POSITIONS},
    DRIVE_STOPPED: (),
    LINEAR: 0,
    ANGULAR: 0,
}

# What a person is shown of a refusal; the first row whose class it is of.
REFUSALS: tuple[tuple[type[PushError], str], ...] = (
    (Updating, "updating"),
    (UnknownCommand, "unknown_command"),
    (NoAnswer, "no_answer"),
    (CommandFailed, "refused"),
    (PushError, "not_connected"),
)


def client_from(hass: HomeAssistant, data: Mapping[str, Any]) -> MistyClient:
    """Make a client from a config entry's data (or a flow's input). Raises ValueError for no host."""
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
        self.skills: dict[str, Skill] = {}
        self.parts: Parts[Part] = Parts()
        self.devices = PartDevices(hass, entry, self.device_info)
        # Every entity that this robot has, whether enabled or not.
        self.unique_ids: set[str] = set()
        self.subscriptions = Subscriptions(self.client)
        # Called with whether the robot refuses to subscribe again and again, for the repair issue.
        self.subscriptions_refused: Callable[[bool], None] = lambda _: None
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
            socket.on_refused = lambda: self.subscriptions_refused(True)
            try:
                await socket.subscribe_only(self.subscriptions.topics)
                await self._async_run(socket, full)
            except CannotConnect:
                await self._async_check_update()
                raise

    async def _async_run(self, socket: EventSocket, full: Mapping[Key, Value]) -> None:
        """Read a connection's events, and change its subscriptions and poll meanwhile. Raises CannotConnect."""
        tasks: list[asyncio.Task[None]] = []
        try:
            self._socket = socket
            await self.async_connected(full)
            tasks = [asyncio.create_task(work) for work in self._side_work(socket)]
            await socket.run(self._take_event)
        finally:
            self._socket = None
            self.fire(DISCONNECTED, None)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _side_work(self, socket: EventSocket) -> tuple[Coroutine[Any, Any, None], ...]:
        return self.subscriptions.run(socket), self._async_poll(), self._async_read_skills()

    @override
    async def async_connected(self, full: Mapping[Key, Value]) -> None:
        await super().async_connected(full)
        self.subscriptions_refused(False)
        self.fire(CONNECTED, None)

    @property
    def is_connected(self) -> bool:
        """Return True if the robot's events come; its commands can work without."""
        return self._socket is not None

    @override
    async def _async_without_push(self) -> Mapping[Key, Value] | None:
        """Keep what is known while the robot updates; ask by REST while only its WebSocket is refused."""
        try:
            return await self._async_fetch()
        except Updating:
            return {**self.data, RUN_STATE: movement.UPDATING} if self.data else None

    async def _async_check_update(self) -> None:
        """Raise PushRefused if the robot installs software, so that it is not taken for one that is gone."""
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
        """Note the robot's MAC address, by which Home Assistant follows it to another address."""
        device = self.device
        self.mac = await self.client.mac(device.ip_address if device else None) or self.mac

    # What is asked for --------------------------------------------------------------------------

    async def _async_fetch(self) -> dict[Key, Value]:
        """Return the state as far as it can be asked for. Raises PushError."""
        battery = await fetch_battery(self.client)
        answers = await fetch_slow(self.client)
        self.skills = answers.skills
        full = UNREPORTED | battery | answers.values
        if (state := self.data.get(RUN_STATE)) and state != movement.UPDATING:
            full[RUN_STATE] = state
        return full

    async def _async_poll(self) -> None:
        """Ask for what is never pushed, and for the battery in case its events are missed."""
        queries = 0
        while True:
            await asyncio.sleep(BATTERY_SECONDS)
            queries += 1
            try:
                self.apply(await fetch_battery(self.client))
                if self.data.get(RUN_STATE) == movement.UPDATING:
                    self.apply({RUN_STATE: None})  # It answers again.
                if queries % SLOW_EVERY == 0:
                    self._take_answers(await fetch_slow(self.client))
            except Updating:
                self.apply({RUN_STATE: movement.UPDATING})
            except PushError as error:
                LOGGER.debug("%s: a query failed: %s", self.name, error)

    async def _async_read_skills(self) -> None:
        """Read the skills again after events that they changed: once for all that came meanwhile."""
        while True:
            await self._skills_changed.wait()
            self._skills_changed.clear()
            await self._async_take(fetch_skills)
            await asyncio.sleep(SKILLS_SECONDS)

    async def async_refresh_slow(self) -> None:
        """Ask again for what is never pushed, after a command that changes it."""
        await self._async_take(fetch_slow)

    async def _async_take(self, fetch: Callable[[MistyClient], Coroutine[Any, Any, Answers]]) -> None:
        try:
            self._take_answers(await fetch(self.client))
        except PushError as error:
            LOGGER.debug("%s: a query failed: %s", self.name, error)

    @callback
    def _take_answers(self, answers: Answers) -> None:
        """Store the answers, and bring the skills' entities in line with the skills."""
        self.skills = answers.skills
        self.apply(answers.values)
        if self._skill_parts() != {part for part in self.parts if part.kind is PartKind.SKILL}:
            self._replace_parts()

    # Events -------------------------------------------------------------------------------------

    @callback
    def _take_event(self, event: Event) -> None:
        """Store an event's values, react to it, and pass it on."""
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
        """Subscribe, and give a future: the first event that matches, or HomeAssistantError for a lost connection."""
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
                future.exception()  # Perhaps nobody waited for it.

    # Devices ------------------------------------------------------------------------------------

    @override
    @callback
    def _state_replaced(self) -> None:
        """Bring the device and the skills' entities in line with the state."""
        self.devices.register(ROBOT)
        self._replace_parts()

    @callback
    def _replace_parts(self) -> None:
        self.parts.replace([ROBOT, *(Part(PartKind.SKILL, skill) for skill in self.skills)])

    def _skill_parts(self) -> set[Part]:
        return {Part(PartKind.SKILL, skill) for skill in self.skills}

    def device_info(self, _: Part) -> DeviceInfo:
        """Return the device of a part: skills are not devices of their own."""
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
        """Send a command and return its result, whatever JSON value that is.

        Raises ServiceValidationError for arguments that must not be sent; HomeAssistantError when the robot refuses,
        is updating or muted, does not answer or is away, or a hazard blocks the movement. Stop and Halt always go out.
        """
        movement.check(path, arguments or {}, self.data)
        if self.key_phrase.is_muted and uses_microphone(path, arguments or {}):
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="muted")
        result = await self.async_call(self.client.call(method, path, arguments))
        self.feedback.remember(path, arguments or {})
        self._tell_what_changed(method, path, arguments or {})
        return result

    @callback
    def _tell_what_changed(self, method: str, path: str, arguments: Mapping[str, Any]) -> None:
        """Fire the event of a command that changed what the robot shows, or which images it has."""
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
        """Have the robot show again what an entity says: it has forgotten it if it restarted meanwhile."""
        self.feedback.remember(*command)
        self.async_send_quietly(*command)

    async def async_post(self, path: str, **arguments: Any) -> Any:
        """Send a command that does something; see `async_command`."""
        return await self.async_command("POST", path, arguments)

    @callback
    def async_send_quietly(self, path: str, arguments: Mapping[str, Any]) -> None:
        """Send a command in the background and in order; a failure is only logged."""

        async def send() -> None:
            try:
                async with self._sending:
                    await self.client.call("POST", path, arguments)
            except PushError as error:
                LOGGER.debug("%s: %s failed: %s", self.name, path, error)
            finally:
                self._waiting -= 1

        if self._waiting >= MAX_WAITING:
            LOGGER.debug("%s: %s is not sent: too much is waiting", self.name, path)
            return
        self._waiting += 1
        self._start_task(send(), path)

    def _start_task(self, work: Coroutine[Any, Any, None], what: str) -> None:
        self.config_entry.async_create_background_task(self.hass, work, f"{self.name} {what}")

    @override
    def error_for(self, error: PushError) -> HomeAssistantError:
        """Return what a person is shown when a command failed: what is wrong with it, or how the robot refused it."""
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
