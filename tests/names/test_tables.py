"""The tables of `common/names`, compared with Home Assistant and with the words of names."""

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.components.sensor.const import DEVICE_CLASS_STATE_CLASSES, DEVICE_CLASS_UNITS
import pytest

from custom_components.instathings.common.names.flag_words import FLAGS
from custom_components.instathings.common.names.quantities import QUANTITIES, Quantity
from custom_components.instathings.common.names.units import OF_UNIT, UNITS, unit_of
from custom_components.instathings.common.names.words import words_of

# A list, because the processes of a parallel run must collect the tests in the same order.
ALL = list(dict.fromkeys((*QUANTITIES.values(), *OF_UNIT.values())))


@pytest.mark.parametrize("quantity", [one for one in ALL if one.device_class], ids=lambda one: one.device_class)
def test_home_assistant_accepts_the_units_and_the_state_class(quantity: Quantity) -> None:
    assert quantity.device_class is not None
    device_class = SensorDeviceClass(quantity.device_class)
    units = DEVICE_CLASS_UNITS[device_class]
    assert {*quantity.units, quantity.unit} - {None} <= units
    assert quantity.units or None in units
    assert SensorStateClass(quantity.state_class) in DEVICE_CLASS_STATE_CLASSES[device_class]


def test_home_assistant_has_the_device_classes_of_flags() -> None:
    assert set(FLAGS.values()) <= set(BinarySensorDeviceClass)


def test_a_unit_of_a_quantity_can_be_stated() -> None:
    assert [unit for one in ALL for unit in one.units if unit_of(unit) != unit] == []


@pytest.mark.parametrize("table", [QUANTITIES, FLAGS])
def test_every_word_of_the_tables_can_be_found_in_a_name(table: dict[str, object]) -> None:
    """Otherwise the entry would have no effect."""
    assert [words for words in table if words_of(words.replace(" ", "_")) != words.split()] == []


def test_a_unit_at_the_end_of_a_name_is_one_word() -> None:
    keys = {word: words_of(f"x_{word}") for word in UNITS if word.isalnum()}
    assert {word: words for word, words in keys.items() if words != ["x", word]} == {}
