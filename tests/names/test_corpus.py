"""The results of each vendor for the corpus of names, whose author did not know the tables."""

from homeassistant.components.binary_sensor import BinarySensorDeviceClass
from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.components.sensor.const import DEVICE_CLASS_STATE_CLASSES, DEVICE_CLASS_UNITS

from .corpus import Row, corpus, known_wrong, wrong_cases

CLASSES = {*SensorDeviceClass, *BinarySensorDeviceClass, "-"}
STATE_CLASSES = {*SensorStateClass, "-", "*"}


def _is_taken(row: Row) -> bool:
    """Return True if Home Assistant has these classes, and accepts the first alternative of a sensor."""
    if not set(row.device_class.split("|")) <= CLASSES or not set(row.state_class.split("|")) <= STATE_CLASSES:
        return False
    if row.kind != "sensor":
        return True
    best, unit, state_class = (column.split("|")[0] for column in (row.device_class, row.unit, row.state_class))
    units = DEVICE_CLASS_UNITS.get(SensorDeviceClass(best), {None})
    state_classes = {*DEVICE_CLASS_STATE_CLASSES[SensorDeviceClass(best)], "-", "*"}
    return (None if unit == "-" else unit) in units and state_class in state_classes


def test_home_assistant_accepts_the_expected_entities() -> None:
    assert [row for row in corpus().values() if not _is_taken(row)] == []


def test_names_have_the_expected_entities() -> None:
    """A row with a correct result must be removed from `known_wrong.tsv`, so that this list only shrinks."""
    wrong, known = wrong_cases(), known_wrong()
    assert [(*case, *columns) for case, columns in wrong.items() if case not in known] == []
    assert [case for case in known if case not in wrong] == [], "these are right now"
    assert [(*case, *columns) for case, columns in wrong.items() if columns != known[case]] == []
