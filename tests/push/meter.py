"""A meter of values, and who wrote each of its states: Home Assistant, or the entity directly."""

from datetime import UTC, datetime
from typing import Any

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import UnitOfPower, UnitOfTemperature
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers.entity import Entity
import pytest

from tests.push.fake import FakeIntegration, FakeValueBinarySensor, FakeValueSensor
from tests.value_states import difference

DAWN = datetime(2026, 11, 21, 7, 30, tzinfo=UTC)

SENSORS: dict[str, dict[str, Any]] = {
    "power": {
        "device_class": SensorDeviceClass.POWER,
        "native_unit_of_measurement": UnitOfPower.WATT,
        "state_class": SensorStateClass.MEASUREMENT,
    },
    "temperature": {
        "device_class": SensorDeviceClass.TEMPERATURE,
        "native_unit_of_measurement": UnitOfTemperature.CELSIUS,
    },
    "any": {},
    "mode": {"device_class": SensorDeviceClass.ENUM, "options": ["eco", "boost"]},
    "moment": {"device_class": SensorDeviceClass.TIMESTAMP},
    "detailed": {"extra_state_attributes": {"phase": 1}},
}
BINARY_SENSORS: dict[str, dict[str, Any]] = {"door": {"device_class": BinarySensorDeviceClass.DOOR}}
AT_FIRST = {
    "power": 5,
    "temperature": 20.5,
    "any": 3,
    "mode": "eco",
    "moment": DAWN,
    "detailed": 1,
    "door": False,
}


class Meter:
    """The entities of a FakeIntegration, and for whom Home Assistant wrote a state itself."""

    def __init__(self, hass: HomeAssistant, fake: FakeIntegration, monkeypatch: pytest.MonkeyPatch) -> None:
        """Prepare; `set_up` sets it up."""
        self.hass = hass
        self.fake = fake
        self.by_home_assistant: list[str] = []
        self._ticks = 0
        fake.device.full = dict(AT_FIRST)
        fake.sensors = lambda _part: [FakeValueSensor(fake.coordinator, key, **more) for key, more in SENSORS.items()]
        fake.binary_sensors = lambda _part: [
            FakeValueBinarySensor(fake.coordinator, key, **more) for key, more in BINARY_SENSORS.items()
        ]
        first = Entity._async_write_ha_state

        def write(entity: Entity) -> None:
            self.by_home_assistant.append(entity.entity_id)
            first(entity)

        monkeypatch.setattr(Entity, "_async_write_ha_state", write)

    async def set_up(self) -> None:
        """Set up, and let Home Assistant be seen to show each value."""
        assert await self.fake.set_up()
        self.tick()
        self.by_home_assistant.clear()

    def entity(self, key: str) -> Any:
        """Return the entity that shows a key."""
        return self.fake.coordinator.added[key]

    def entity_id(self, key: str) -> str:
        """Return its entity id."""
        entity_id: str = self.entity(key).entity_id
        return entity_id

    def state(self, key: str) -> State:
        """Return its state."""
        found = self.hass.states.get(self.entity_id(key))
        assert found is not None
        return found

    def tick(self) -> None:
        """Have everything written again."""
        self._ticks += 1
        self.fake.coordinator.apply({"tick": self._ticks})

    def says(self, key: str, value: Any) -> bool:
        """Let a key change; tell whether its state was written directly."""
        self.by_home_assistant.clear()
        self.fake.coordinator.apply({key: value})
        return self.entity_id(key) not in self.by_home_assistant

    def wrong(self, key: str) -> str | None:
        """Tell how a state differs from what Home Assistant would write; None when it does not."""
        return difference(self.hass, self.entity(key))
