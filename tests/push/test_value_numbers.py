"""Any number in any unit is shown as Home Assistant would show it, whoever writes it."""

from typing import Any

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.components.sensor.const import UNIT_CONVERTERS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.push.fake import FakeValueSensor
from tests.push.meter import Meter
from tests.value_states import Watch, difference, expected

CLASSES = (SensorDeviceClass.POWER, SensorDeviceClass.TEMPERATURE, SensorDeviceClass.DISTANCE, SensorDeviceClass.ENERGY)
UNITS = {kind: sorted(unit for unit in UNIT_CONVERTERS[kind].VALID_UNITS if unit) for kind in CLASSES}
NATIVE = [(kind, unit) for kind in CLASSES for unit in UNITS[kind]]

numbers = st.integers() | st.floats() | st.integers(0, 2) | st.booleans() | st.none() | st.just(10**300)
shown_in = st.sampled_from(NATIVE).flatmap(
    lambda native: st.tuples(st.just(native), st.just(native[1]) | st.sampled_from(UNITS[native[0]]))
)


def sensors(meter: Meter) -> list[FakeValueSensor]:
    """Return a sensor of each native unit."""
    return [
        FakeValueSensor(meter.fake.coordinator, f"{kind} {unit}", device_class=kind, native_unit_of_measurement=unit)
        for kind, unit in NATIVE
    ]


def is_refused(hass: HomeAssistant, entity: Any) -> bool:
    """Tell whether Home Assistant would write no state."""
    try:
        expected(hass, entity)
    except ValueError, OverflowError:
        return True
    return False


async def test_any_number_in_any_unit(hass: HomeAssistant, meter: Meter, value_states: Watch) -> None:
    meter.fake.sensors = lambda _part: sensors(meter)
    meter.fake.coordinator.parts.add("device")
    await hass.async_block_till_done()
    registry = er.async_get(hass)
    before = value_states.directly

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(shown_in, st.lists(numbers, min_size=4, max_size=12))
    def show(what: tuple[tuple[str, str], str], values: list[Any]) -> None:
        (kind, native), unit = what
        key = f"{kind} {native}"
        entity = meter.entity(key)
        # A person sets a unit; not while Home Assistant refuses the last value.
        meter.says(key, 1)
        registry.async_update_entity_options(entity.entity_id, "sensor", {"unit_of_measurement": unit})
        for value in values:
            last = meter.state(key)
            meter.says(key, value)
            if is_refused(hass, entity):
                assert meter.state(key) is last
            else:
                assert difference(hass, entity) is None

    show()
    assert value_states.directly > before + 20
