"""The entities of the properties that zigbee2mqtt's converters publish most often.

`zigbee_properties.tsv` has the properties of three or more models, each with a usual value and the entity that an owner
expects if the model is unknown. Most rows agree with the MQTT discovery of zigbee2mqtt. They differ where it has no
class for a unit or enables settings, and where models have different units: then the entity has none.
"""

from collections.abc import Iterator
import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from harness import what_instathings

FILE = Path(__file__).parent / "zigbee_properties.tsv"
# Nearly every reading contains these properties, too; every reading of a Zigbee device contains the link quality.
BESIDE = {"linkquality": 110, "last_seen": "2026-11-29T08:00:00+01:00", "update": {"state": "idle"}, "humidity": 40}


class Property(NamedTuple):
    """A row: a property, its value and its entity; `nothing` means no entity."""

    name: str
    value: Any
    platform: str
    device_class: str
    unit: str
    state_class: str
    category: str
    enabled: str


def properties() -> Iterator[Property]:
    """Yield the rows."""
    for line in FILE.read_text(encoding="utf-8").splitlines()[1:]:
        name, value, *rest = line.split("\t")
        yield Property(name, json.loads(value), *(*rest, *[""] * 6)[:6])


def found(name: str, value: Any, beside: dict[str, Any]) -> Property:
    """Return the entity of a property in a reading with other properties."""
    rows = {row.path: row for row in what_instathings.rows({**beside, name: value})}
    if (row := rows.get(name)) is None:
        return Property(name, value, "nothing", "", "", "", "", "off")
    texts = (row.device_class or "", row.unit or "", row.state_class or "", row.category or "")
    return Property(name, value, row.platform, *texts, "" if row.enabled else "off")


@pytest.mark.parametrize("beside", [{"linkquality": 110}, BESIDE], ids=["alone", "beside others"])
def test_a_property_has_the_expected_entity(beside: dict[str, Any]) -> None:
    wrong = [(row, mine) for row in properties() if (mine := found(row.name, row.value, beside)) != row]
    assert wrong == []


def test_the_table_has_enough_properties() -> None:
    names = [row.name for row in properties()]
    assert len(names) == len(set(names)) > 800
