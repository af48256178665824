"""The coordinator of one control unit: state by its WebSocket, commands by its HTTP API."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from enum import StrEnum
import re
from typing import Any, ClassVar, NamedTuple, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST, CONF_PORT, CONF_SSL, CONF_TOKEN, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.device_registry import CONNECTION_NETWORK_MAC, DeviceInfo
from homeassistant.util import dt as dt_util

from .api import VARIABLES, AnotherUnit, InvalidValue, Point, RotoclearClient, State, StreamRelay, check_writes
from .common.client.errors import (
    AuthFailed,
    CannotConnect,
    CertificateError,
    InvalidAnswer,
    NoAnswer,
    PushError,
    PushRefused,
)
from .common.client.mac import parse_mac
from .common.issues import set_issue
from .common.push.coordinator import PushCoordinator
from .common.push.parts import PartDevices, Parts
from .const import (
    CONF_FINGERPRINT,
    DEFAULT_HEARTBEAT,
    DOMAIN,
    ISSUE_CERTIFICATE,
    LOGGER,
    MANUFACTURER,
    OPTION_HEARTBEAT,
)
from .views import View, Views

type RotoclearConfigEntry = ConfigEntry[RotoclearCoordinator]


class PartKind(StrEnum):
    """What a unit consists of."""

    UNIT = "unit"
    HEAD = "head"
    VIEW = "view"


class Part(NamedTuple):
    """The unit itself, a camera head that is attached, or a saved view of a head.

    `number` is that of the head, 0 or 1; `view` is the id of a view. A view has no device: its entities are on the
    device of the head.
    """

    kind: PartKind
    number: int = 0
    view: str = ""


UNIT = Part(PartKind.UNIT)
HEADS = (Part(PartKind.HEAD, 0), Part(PartKind.HEAD, 1))
# The variables that parts and device infos depend on.
DEVICE_VARIABLES = ("cam0Exists", "cam1Exists", "ver0", "ver1", "swVersion", "fmVersion", "systemDescription")

HEAD_VERSIONS = re.compile(r"\s*HW\s*(?P<hardware>\S{1,50})\s+SW\s*(?P<software>\S{1,50})\s*", re.IGNORECASE)

# Event key: a picture was taken; the payload is the time.
PICTURE_TAKEN = "picture taken"

# How long to wait for a variable on the WebSocket that the answer to a command did not include.
ECHO_SECONDS = 2.0
# Moves to reach a position: somebody else may move the head at the same time.
MOVE_TRIES = 5


def client_from(hass: HomeAssistant, data: Mapping[str, Any], mac: str | None = None) -> RotoclearClient:
    """Return a client for the data of a config entry or a flow; `mac` is the unit's MAC address if it is known."""
    fingerprint: str | None = data.get(CONF_FINGERPRINT)
    return RotoclearClient(
        async_get_clientsession(hass, verify_ssl=data[CONF_VERIFY_SSL] and not fingerprint),
        data[CONF_HOST],
        int(data[CONF_PORT]),
        tls=data[CONF_SSL],
        username=data[CONF_USERNAME],
        token=data[CONF_TOKEN],
        fingerprint=bytes.fromhex(fingerprint) if fingerprint else None,
        mac=mac,
    )


class RotoclearCoordinator(PushCoordinator[str, Any]):
    """One control unit; a key is a state variable."""

    config_entry: RotoclearConfigEntry

    error_keys: ClassVar[Mapping[type[PushError], str]] = {
        AuthFailed: "auth_failed",
        NoAnswer: "no_answer",
        CertificateError: "certificate_refused",
        PushRefused: "not_ready",
        AnotherUnit: "another_unit",
        CannotConnect: "unreachable",
        InvalidAnswer: "invalid_answer",
    }
    setup_error_keys: ClassVar[Mapping[type[PushError], str]] = error_keys

    def __init__(self, hass: HomeAssistant, entry: RotoclearConfigEntry) -> None:
        """Initialize; `async_start` connects."""
        super().__init__(hass, LOGGER, entry)
        self.client = client_from(hass, entry.data, parse_mac(entry.unique_id))
        self.stream = StreamRelay(self.client)
        self.parts: Parts[Part] = Parts()
        self.devices = PartDevices(hass, entry, self.device_info)
        # Every variable received so far; each keeps its entity until the entry is reloaded.
        self.seen: set[str] = set()
        # JPEG: the image of the camera when Home Assistant last took a picture.
        self.last_picture: bytes | None = None
        self.views = Views(hass, entry.entry_id, self._views_changed)
        # One view at a time for each head, one move at a time for each variable.
        self._showing: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._moving: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._targets: dict[str, tuple[float | None, ...]] = {}
        # Throttled, because each change is written to the registries on disk.
        self.subscribe(DEVICE_VARIABLES, self._state_replaced, measurement=True)

    # Connection ---------------------------------------------------------------------------------

    @override
    async def _async_session(self) -> None:
        heartbeat = self.config_entry.options.get(OPTION_HEARTBEAT, DEFAULT_HEARTBEAT)
        async with self.client.listen(heartbeat) as updates:
            await self.async_connected(await updates.full_state())
            await updates.run(self.apply)

    @override
    async def _async_lost(self, reason: PushError) -> float | None:
        if isinstance(reason, CertificateError):
            set_issue(self.hass, self.config_entry, ISSUE_CERTIFICATE, True)
        return await super()._async_lost(reason)

    @override
    async def _async_without_push(self) -> State:
        return await self.client.get_state()

    @override
    async def async_stop(self) -> None:
        await self.stream.stop()
        await super().async_stop()

    # Devices ------------------------------------------------------------------------------------

    @override
    @callback
    def _state_replaced(self) -> None:
        """Add and remove devices and parts for heads that are attached and detached."""
        set_issue(self.hass, self.config_entry, ISSUE_CERTIFICATE, False)
        self.seen.update(self.data)
        self.devices.register(UNIT)
        self._match_parts()

    @callback
    def _match_parts(self) -> None:
        attached = [head for head in HEADS if self._is_attached(head)]
        for head in HEADS:
            if head in attached:
                self.devices.register(head)
            else:
                self.devices.remove(head)
        views = [Part(PartKind.VIEW, head.number, view.id) for head in attached for view in self.views.of(head.number)]
        self.parts.replace([UNIT, *attached, *views])

    @callback
    def _views_changed(self, head: int) -> None:
        """Add and remove the entities of saved views."""
        self._match_parts()
        self.fire(("views", head), None)

    def _is_attached(self, head: Part) -> bool:
        """Return True if a head is attached. While that is unknown, it counts as attached if it has a device."""
        exists = self.data.get(f"cam{head.number}Exists")
        return self.devices.is_registered(head) if exists is None else bool(exists)

    @override
    @callback
    def _keys_appeared(self) -> None:
        self._state_replaced()

    def device_info(self, part: Part) -> DeviceInfo:
        """Return the device info of a part; views have that of their head."""
        mac = str(self.config_entry.unique_id)
        if part.kind is not PartKind.UNIT:
            hardware, software = _versions(self.data.get(f"ver{part.number}"))
            return DeviceInfo(
                identifiers={(DOMAIN, f"{mac}_head{part.number}")},
                manufacturer=MANUFACTURER,
                # The device selectors in services.yaml filter by this model.
                model="Camera head",
                translation_key="head",
                translation_placeholders={"unit": self.config_entry.title, "number": str(part.number + 1)},
                hw_version=hardware,
                sw_version=software,
                via_device_id=self.devices.get(UNIT).id,
            )
        return DeviceInfo(
            identifiers={(DOMAIN, mac)},
            connections={(CONNECTION_NETWORK_MAC, mac)},
            manufacturer=MANUFACTURER,
            name=self.config_entry.title,
            model=_model(self.data.get("systemDescription")),
            sw_version=_version(self.data.get("swVersion")),
            hw_version=_version(self.data.get("fmVersion")),
            configuration_url=str(self.client.origin),
        )

    # Commands -----------------------------------------------------------------------------------

    async def async_set(self, values: Mapping[str, Any]) -> State:
        """Set variables and return the values in the unit's answer.

        Raises ServiceValidationError for invalid values, HomeAssistantError if the unit refuses, does not answer or is
        not connected.
        """
        try:
            wire = check_writes(values)
        except InvalidValue as error:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key=error.reason,
                translation_placeholders=error.placeholders,
            ) from None
        self._refuse_own_server(wire)
        if not self.last_update_success:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="not_connected")
        before = {key: self.data.get(key) for key in wire}
        answer = await self.async_call(self.client.set_values(wire))
        self.apply(answer)
        for key, wanted in wire.items():
            await self._async_confirm(key, wanted, before[key], answered=key in answer)
        if wire.get("takePicture"):
            await self._async_keep_picture()
        return answer

    async def _async_keep_picture(self) -> None:
        """Fetch a still for the image entity: the API does not give out the picture that the unit has stored."""
        try:
            self.last_picture = await self.async_call(self.client.still())
        except HomeAssistantError as error:
            self.logger.debug("%s: fetching a still after taking a picture failed: %s", self.name, error)
        else:
            self.fire(PICTURE_TAKEN, dt_util.utcnow())

    async def _async_confirm(self, key: str, wanted: Any, before: Any, *, answered: bool) -> None:
        """Raise HomeAssistantError unless a variable has the wanted value, or at least another one than before."""
        variable = VARIABLES[key]
        if not variable.readable:
            return
        # What the unit reports is redacted, too.
        wanted = self.client.redact(wanted)
        confirmed = variable.kind.confirms(wanted, self.data.get(key))
        if not answered and not confirmed:
            confirmed = await self._async_wait_for_echo(key, wanted)
        if confirmed or (answered and self.data.get(key) != before):
            return
        if key == "record":
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="recording_refused")
        raise _refused(key)

    async def _async_wait_for_echo(self, key: str, wanted: Any) -> bool:
        """Wait for a value on the WebSocket; return False if it does not come in time."""
        changed = asyncio.Event()
        unsubscribe = self.subscribe((key,), changed.set)
        try:
            async with asyncio.timeout(ECHO_SECONDS):
                while not VARIABLES[key].kind.confirms(wanted, self.data.get(key)):
                    changed.clear()
                    await changed.wait()
        except TimeoutError:
            return False
        finally:
            unsubscribe()
        return True

    def _refuse_own_server(self, wire: Mapping[str, Any]) -> None:
        """Raise ServiceValidationError for values that switch off or move the web server that Home Assistant uses."""
        server = "https" if self.config_entry.data[CONF_SSL] else "http"
        port = int(self.config_entry.data[CONF_PORT])
        moved = wire.get(f"{server}Port", port) != port and self.data.get(f"{server}Port") == port
        if wire.get(f"{server}On") is False or moved:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="own_server",
                translation_placeholders={"server": server.upper()},
            )

    # Zoom and pan -------------------------------------------------------------------------------

    async def async_view_to(self, key: str, *target: float | None) -> None:
        """Move zoom (one value) or pan (x, y; None leaves a coordinate as it is) to an absolute position.

        The unit takes differences only, which are computed from its last answer. Calls for one key run one after the
        other, and the next one moves to the latest target. Raises as `async_set`.
        """
        pending: tuple[float | None, ...] = self._targets.get(key, (None,) * len(target))
        self._targets[key] = tuple(old if new is None else new for old, new in zip(pending, target, strict=True))
        async with self._moving[key]:
            if (latest := self._targets.pop(key, None)) is None:
                return  # Another call has moved to this target already.
            position = _position(self.data.get(key))
            for _ in range(MOVE_TRIES):
                if position is None:
                    break
                steps = [0 if to is None else to - at for to, at in zip(latest, position, strict=True)]
                if all(abs(step) < 1e-6 for step in steps):
                    return
                answer = await self.async_set({key: _step(steps)})
                reached = _position(answer.get(key, self.data.get(key)))
                if reached == position:
                    break  # It is at its limit, or the unit refused.
                position = reached
        raise _refused(key)

    async def async_show_view(self, head: int, view: View) -> None:
        """Move a head to a saved view. Raises as `async_set`."""
        async with self._showing[head]:
            # First the zoom: the range of the pan may depend on it.
            await self.async_view_to(f"zoom{head}", view.zoom)
            await self.async_view_to(f"pan{head}", view.x, view.y)

    async def async_save_view(self, head: int, name: str) -> None:
        """Save the current view of a head under a name. Raises ServiceValidationError as `Views.async_save`."""
        zoom, pan = self.data.get(f"zoom{head}"), self.data.get(f"pan{head}")
        if zoom is None or pan is None:
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key="view_unknown")
        await self.views.async_save(head, name, zoom, pan)


def _refused(key: str) -> HomeAssistantError:
    return HomeAssistantError(
        translation_domain=DOMAIN, translation_key="refused", translation_placeholders={"variable": key}
    )


def _position(value: float | Point | None) -> tuple[float, ...] | None:
    """Return the coordinates of a zoom (one) or a pan (two)."""
    if value is None:
        return None
    return (value.x, value.y) if isinstance(value, Point) else (value,)


def _step(steps: list[float]) -> Any:
    return {"x": steps[0], "y": steps[1]} if len(steps) == 2 else steps[0]


def _version(text: str | None) -> str | None:
    """Return a version, cut to a length that suits the device registry."""
    return None if text is None else text[:100]


def _versions(text: str | None) -> tuple[str | None, str | None]:
    """Return the versions of a head's hardware and software (docs/protocol/rotoclear.md#camera-heads)."""
    if text is not None and (found := HEAD_VERSIONS.fullmatch(text)):
        return _version(found["hardware"]), _version(found["software"])
    return None, _version(text)


def _model(description: Any) -> str:
    """Return the model from a system description (docs/protocol/rotoclear.md#system-description)."""
    if isinstance(description, dict):
        for key in ("model", "name", "product", "description", "hardware"):
            if isinstance(description.get(key), str) and description[key]:
                return str(description[key])[:100]
    return "C2 control unit"
