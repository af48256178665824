"""A minimal device and a minimal integration for the tests of `common/`."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
import logging
from typing import Any, override

from homeassistant.components.binary_sensor import DOMAIN as BINARY_SENSOR
from homeassistant.components.sensor import DOMAIN as SENSOR, SensorEntity, SensorEntityDescription
from homeassistant.config_entries import ConfigEntry, ConfigFlow, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    MockPlatform,
    mock_integration,
    mock_platform,
)

from common.push.coordinator import PushCoordinator
from common.push.entity import PushEntity, PushEntityDescription, own_value
from common.push.parts import Parts, add_entities as add_part_entities
from common.push.turns import async_forward_in_turn

DOMAIN = "fake"
LOGGER = logging.getLogger("fake_device")


class FakeDevice:
    """The device: its state, and what it does to a session.

    `refuses` is raised instead of a session. `without_push` is the answer of the fallback, or the error that it raises.
    """

    def __init__(self) -> None:
        self.full: dict[str, Any] = {"lamp": "on", "pressure": 1.5}
        self.refuses: BaseException | None = None
        self.without_push: Mapping[str, Any] | BaseException | None = None
        self.established = asyncio.Event()
        self.closed = 0
        self._end: asyncio.Future[None] | None = None

    def end(self, error: BaseException | None = None) -> None:
        """End the session with an error. Without one, it ends as if the device had closed the connection."""
        assert self._end is not None
        if error is None:
            self._end.set_result(None)
        else:
            self._end.set_exception(error)

    def cancel(self) -> None:
        """Cancel the future that the session waits for, as a background task of a client could."""
        assert self._end is not None
        self._end.cancel()

    async def hold(self, coordinator: FakeCoordinator) -> None:
        """Run a session until it ends."""
        if self.refuses is not None:
            raise self.refuses
        self._end = asyncio.get_running_loop().create_future()
        try:
            await coordinator.async_connected(dict(self.full))
            self.established.set()
            await self._end
        finally:
            self.established.clear()
            await asyncio.sleep(0)
            self.closed += 1


class NoDevices:
    """The devices of the fake integration: none. So the entity ids consist of the keys only."""

    def get(self, _part: str) -> None:
        """Return no device."""


class FakeCoordinator(PushCoordinator[str, Any]):
    """The coordinator of a FakeDevice."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any], device: FakeDevice) -> None:
        super().__init__(hass, LOGGER, entry)
        self.device = device
        self.parts: Parts[str] = Parts()
        self.devices = NoDevices()
        self.added: dict[str, Any] = {}

    @override
    async def _async_session(self) -> None:
        await self.device.hold(self)

    @override
    async def _async_without_push(self) -> Mapping[str, Any] | None:
        if isinstance(self.device.without_push, BaseException):
            raise self.device.without_push
        return self.device.without_push


@dataclass(frozen=True, kw_only=True)
class FakeSensorDescription(PushEntityDescription, SensorEntityDescription):
    """A row of the table of sensors."""


class FakeSensor(PushEntity[FakeCoordinator], SensorEntity):
    """A sensor for one key. `slow` is the time in seconds that it takes to add or remove it."""

    entity_description: FakeSensorDescription
    native_value = own_value
    slow: float | None = None

    def __init__(
        self,
        coordinator: FakeCoordinator,
        key: str,
        *,
        measurement: bool = False,
        definition: str = "",
        enabled: bool = True,
        unavailable_while: Mapping[str, Any] | None = None,
        available_while: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(
            coordinator,
            FakeSensorDescription(key=key, measurement=measurement),
            (key,),
            unavailable_while=unavailable_while or {},
            available_while=available_while or {},
        )
        self._key = key
        self._attr_unique_id = key
        self._attr_name = f"{key} {definition}".strip()
        self._attr_entity_registry_enabled_default = enabled
        self.definition = definition
        self.writes = 0

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.coordinator.added[self._key] = self
        if self.slow is not None:
            await asyncio.sleep(self.slow)

    @override
    async def async_will_remove_from_hass(self) -> None:
        await super().async_will_remove_from_hass()
        if self.slow is not None:
            await asyncio.sleep(self.slow)

    @override
    def _async_write_ha_state(self) -> None:
        self.writes += 1
        super()._async_write_ha_state()


class FakeFlow(ConfigFlow):
    """A config flow with reauthentication and reconfiguration."""

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Show a form."""
        return self.async_show_form(step_id="reauth")

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show a form."""
        return self.async_show_form(step_id="reconfigure")


class FakeIntegration:
    """An integration `fake` for a FakeDevice, with the platforms sensor and binary_sensor.

    `sensors(part)` and `binary_sensors(part)` make the entities of a part. A test may replace them.
    The part "device" always exists.
    """

    def __init__(self, hass: HomeAssistant, device: FakeDevice) -> None:
        self.hass = hass
        self.device = device
        self.entry = MockConfigEntry(domain=DOMAIN, title="Fake")
        self.entry.add_to_hass(hass)
        self.coordinator: FakeCoordinator
        self.sensors: Callable[[str], Iterable[PushEntity[Any]]] = self._lamp_and_pressure
        self.binary_sensors: Callable[[str], Iterable[PushEntity[Any]]] = lambda _part: ()
        mock_integration(
            hass,
            MockModule(DOMAIN, async_setup_entry=self._async_setup_entry, async_unload_entry=self._async_unload_entry),
        )
        mock_platform(hass, f"{DOMAIN}.config_flow")
        for platform, set_up in self._platforms.items():
            mock_platform(hass, f"{DOMAIN}.{platform}", MockPlatform(async_setup_entry=set_up))

    @property
    def _platforms(self) -> dict[str, Callable[..., Any]]:
        return {SENSOR: self._async_setup_sensors, BINARY_SENSOR: self._async_setup_binary_sensors}

    def _lamp_and_pressure(self, part: str) -> Iterable[FakeSensor]:
        if part == "device":
            yield FakeSensor(self.coordinator, "lamp")
            yield FakeSensor(self.coordinator, "pressure", measurement=True)

    async def set_up(self) -> bool:
        """Set the entry up and wait until it is done."""
        done = await self.hass.config_entries.async_setup(self.entry.entry_id)
        await self.hass.async_block_till_done()
        return done

    async def _async_setup_entry(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
        self.coordinator = FakeCoordinator(hass, entry, self.device)
        self.coordinator.parts.add("device")
        await self.coordinator.async_start()
        await async_forward_in_turn(hass, entry, self._platforms)
        return True

    async def _async_unload_entry(self, hass: HomeAssistant, entry: ConfigEntry[Any]) -> bool:
        if done := await hass.config_entries.async_unload_platforms(entry, self._platforms):
            await self.coordinator.async_stop()
        return done

    def _build_sensors(self, part: str) -> Iterable[PushEntity[Any]]:
        return self.sensors(part)

    def _build_binary_sensors(self, part: str) -> Iterable[PushEntity[Any]]:
        return self.binary_sensors(part)

    async def _async_setup_sensors(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], add_entities: AddConfigEntryEntitiesCallback
    ) -> None:
        entry.runtime_data = self.coordinator
        add_part_entities(hass, entry, add_entities, self._build_sensors)

    async def _async_setup_binary_sensors(
        self, hass: HomeAssistant, entry: ConfigEntry[Any], add_entities: AddConfigEntryEntitiesCallback
    ) -> None:
        entry.runtime_data = self.coordinator
        add_part_entities(hass, entry, add_entities, self._build_binary_sensors)
