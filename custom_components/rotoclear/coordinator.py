"""The state of one control unit: pushed by its WebSocket, set through its HTTP API."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST, CONF_PORT, CONF_SSL, CONF_TOKEN, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.device_registry import CONNECTION_NETWORK_MAC, DeviceInfo

from .api import VARIABLES, RotoclearClient, State, StreamRelay, check_writes
from .const import CONF_FINGERPRINT, DEFAULT_HEARTBEAT, DOMAIN, LOGGER, MANUFACTURER, OPTION_HEARTBEAT
from .push.coordinator import PushCoordinator
from .push.errors import CertificateError, PushError
from .push.platform import Parts, remove_device, remove_stale_devices

type RotoclearConfigEntry = ConfigEntry[RotoclearCoordinator]

# The parts of a unit: itself, and the heads that are attached. A part's value is its head's number.
UNIT = "unit"
HEADS = {"head0": 0, "head1": 1}
# What the devices are made of.
DEVICE_VARIABLES = ("cam0Exists", "cam1Exists", "ver0", "ver1", "swVersion", "fmVersion", "systemDescription")

# How long the WebSocket may take to tell what a command's answer left out.
ECHO_SECONDS = 2.0
# A view that somebody else moves at the same time is moved again, so many times at most.
MOVE_TRIES = 5


def client_from(hass: HomeAssistant, data: Mapping[str, Any]) -> RotoclearClient:
    """Make a client from a config entry's data (or a flow's input)."""
    fingerprint: str | None = data.get(CONF_FINGERPRINT)
    return RotoclearClient(
        async_get_clientsession(hass, verify_ssl=data[CONF_VERIFY_SSL] and not fingerprint),
        data[CONF_HOST],
        int(data[CONF_PORT]),
        tls=data[CONF_SSL],
        username=data[CONF_USERNAME],
        token=data[CONF_TOKEN],
        fingerprint=bytes.fromhex(fingerprint) if fingerprint else None,
    )


class RotoclearCoordinator(PushCoordinator[str, Any]):
    """One control unit; a key is a state variable."""

    config_entry: RotoclearConfigEntry

    def __init__(self, hass: HomeAssistant, entry: RotoclearConfigEntry) -> None:
        """Prepare; `async_start` connects."""
        super().__init__(hass, LOGGER, entry)
        self.client = client_from(hass, entry.data)
        self.stream = StreamRelay(self.client)
        self.parts: Parts[str] = Parts()
        # Every variable seen so far: what a unit once let us read keeps its entity.
        self.seen: set[str] = set()
        # Told whether the unit's certificate is refused, for the repair issue.
        self.certificate_refused: Callable[[bool], None] = lambda _: None
        self._device_ids: dict[str, str] = {}
        self._wanted_views: dict[str, tuple[float | None, ...]] = {}
        self._moving: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.listen(DEVICE_VARIABLES, self._state_replaced)

    # Connection ---------------------------------------------------------------------------------

    @override
    async def _async_session(self) -> None:
        heartbeat = self.config_entry.options.get(OPTION_HEARTBEAT, DEFAULT_HEARTBEAT)
        async with self.client.listen(heartbeat) as updates:
            await self.async_connected(await updates.full_state())
            await updates.follow(self.apply)

    @override
    async def _async_lost(self, reason: PushError) -> float | None:
        if isinstance(reason, CertificateError):
            self.certificate_refused(True)
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
        """Bring the devices in line with the state: heads come and go."""
        self.certificate_refused(False)
        self.seen.update(self.data)
        self._register_device(UNIT)
        attached = [head for head, number in HEADS.items() if self.data.get(f"cam{number}Exists")]
        for head in HEADS:
            if head in attached:
                self._register_device(head)
            else:
                remove_device(self.hass, self.config_entry, self.identifier(head))
        self.parts.replace([UNIT, *attached])

    @override
    @callback
    def _keys_appeared(self) -> None:
        self._state_replaced()

    def remove_stale_devices(self) -> None:
        """Remove devices of parts that went while nobody was connected."""
        remove_stale_devices(self.hass, self.config_entry, map(self.identifier, self.parts))

    def identifier(self, part: str) -> tuple[str, str]:
        """Return the device identifier of a part."""
        mac = str(self.config_entry.unique_id)
        return (DOMAIN, mac if part == UNIT else f"{mac}_{part}")

    def _register_device(self, part: str) -> dr.AnyDeviceEntry:
        """Bring the device registry in line with what is known of a part."""
        device = dr.async_get(self.hass).async_get_or_create(
            config_entry_id=self.config_entry.entry_id, **self.device_info(part)
        )
        self._device_ids[part] = device.id
        return device

    @callback
    def async_device(self, part: str) -> dr.AnyDeviceEntry:
        """Return the device of a part."""
        return dr.async_get(self.hass).async_get(self._device_ids.get(part, "")) or self._register_device(part)

    def device_info(self, part: str) -> DeviceInfo:
        """Return the device of a part."""
        if part != UNIT:
            number = HEADS[part]
            return DeviceInfo(
                identifiers={self.identifier(part)},
                manufacturer=MANUFACTURER,
                model="Camera head",
                translation_key="head",
                translation_placeholders={"unit": self.config_entry.title, "number": str(number + 1)},
                sw_version=self.data.get(f"ver{number}"),
                via_device_id=self._device_ids[UNIT],
            )
        return DeviceInfo(
            identifiers={self.identifier(UNIT)},
            connections={(CONNECTION_NETWORK_MAC, str(self.config_entry.unique_id))},
            manufacturer=MANUFACTURER,
            name=self.config_entry.title,
            model=_model(self.data.get("systemDescription")),
            sw_version=self.data.get("swVersion"),
            hw_version=self.data.get("fmVersion"),
            configuration_url=f"{'https' if self.config_entry.data[CONF_SSL] else 'http'}://"
            f"{self.config_entry.data[CONF_HOST]}:{int(self.config_entry.data[CONF_PORT])}",
        )

    # Commands -----------------------------------------------------------------------------------

    async def async_set(self, values: Mapping[str, Any]) -> State:
        """Set variables and return what the unit made of them.

        Raises ServiceValidationError for what must not be sent, HomeAssistantError when the unit
        refuses, does not answer or is away.
        """
        try:
            wire = check_writes(values)
        except ValueError as error:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="invalid_value",
                translation_placeholders={"reason": str(error)},
            ) from None
        self._refuse_own_server(wire)
        if not self.last_update_success:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="not_connected")
        before = {key: self.data.get(key) for key in wire}
        answer = await self.async_call(self.client.set_values(wire))
        self.apply(answer)
        for key, wanted in wire.items():
            await self._async_confirm(key, wanted, before[key], answered=key in answer)
        return answer

    async def _async_confirm(self, key: str, wanted: Any, before: Any, *, answered: bool) -> None:
        """Check that a variable took its value, or at least another than before."""
        variable = VARIABLES[key]
        if not variable.readable:
            return
        confirmed = variable.kind.confirms(wanted, self.data.get(key))
        if not answered and not confirmed:
            confirmed = await self._async_wait_for_echo(key, wanted)
        if confirmed or (answered and self.data.get(key) != before):
            return
        if key == "record":
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="recording_refused")
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="refused", translation_placeholders={"variable": key}
        )

    async def _async_wait_for_echo(self, key: str, wanted: Any) -> bool:
        """Wait for the WebSocket to tell the value which the command's answer left out."""
        told = asyncio.Event()
        stop_listening = self.listen((key,), told.set)
        try:
            async with asyncio.timeout(ECHO_SECONDS):
                while not VARIABLES[key].kind.confirms(wanted, self.data.get(key)):
                    told.clear()
                    await told.wait()
        except TimeoutError:
            return False
        finally:
            stop_listening()
        return True

    def _refuse_own_server(self, wire: Mapping[str, Any]) -> None:
        """Keep somebody from cutting the branch on which this very connection sits."""
        server = "https" if self.config_entry.data[CONF_SSL] else "http"
        port = int(self.config_entry.data[CONF_PORT])
        moved = wire.get(f"{server}Port", port) != port and self.data.get(f"{server}Port") == port
        if wire.get(f"{server}On") is False or moved:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="own_server",
                translation_placeholders={"server": server.upper()},
            )

    # Views: set relative, read absolute ---------------------------------------------------------

    async def async_view_to(self, key: str, *target: float | None) -> None:
        """Move zoom (one value) or pan (x, y; None keeps one) to an absolute target.

        The unit takes differences only. Each is computed from the value it last answered, one at a
        time; of several targets that wait, the latest wins.
        """
        waiting: tuple[float | None, ...] = self._wanted_views.get(key, (None,) * len(target))
        self._wanted_views[key] = tuple(old if new is None else new for old, new in zip(waiting, target, strict=True))
        async with self._moving[key]:
            if (latest := self._wanted_views.pop(key, None)) is None:
                return  # somebody who waited behind us has moved there already
            position = _position(self.data.get(key))
            for _ in range(MOVE_TRIES):
                if position is None:
                    raise HomeAssistantError(
                        translation_domain=DOMAIN, translation_key="refused", translation_placeholders={"variable": key}
                    )
                steps = [0 if to is None else to - at for to, at in zip(latest, position, strict=True)]
                if all(abs(step) < 1e-6 for step in steps):
                    return
                answer = await self.async_set({key: _step(steps)})
                reached = _position(answer.get(key, self.data.get(key)))
                if reached == position:
                    break  # at its limit, or refused
                position = reached
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="refused", translation_placeholders={"variable": key}
        )


def _position(value: Any) -> tuple[float, ...] | None:
    """Return zoom or pan as coordinates."""
    if value is None:
        return None
    return (value.x, value.y) if hasattr(value, "x") else (value,)


def _step(steps: list[float]) -> Any:
    return {"x": steps[0], "y": steps[1]} if len(steps) == 2 else steps[0]


def _model(description: Any) -> str:
    """Return the model in a system description (docs/protocol/rotoclear.md#system-description)."""
    if isinstance(description, dict):
        for key in ("model", "name", "product", "description", "hardware"):
            if isinstance(description.get(key), str) and description[key]:
                return str(description[key])[:100]
    return "C2 control unit"
