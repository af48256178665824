"""What the properties become that zigbee2mqtt's converters publish most often.

`zigbee_properties.tsv` has those of three or more models, each with a usual value, and what an owner expects of it
where the model is not known. Most rows agree with what zigbee2mqtt itself announces to Home Assistant. They differ
where that has no class for what has a unit, has settings switched on, or where models disagree: then there is no unit.
"""

from collections.abc import Iterator
import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from harness import what_instathings

FILE = Path(__file__).parent / "zigbee_properties.tsv"
# What is beside a property in nearly every reading; the link quality is in all of a Zigbee device.
BESIDE = {"linkquality": 110, "last_seen": "2026-11-29T08:00:00+01:00", "update": {"state": "idle"}, "humidity": 40}


class Property(NamedTuple):
    """A row: the entity of a property and its value; `nothing` stands for none."""

    name: str
    value: Any
    platform: str
    device_class: str
    unit: str
    state_class: str
    category: str
    enabled: str


def properties() -> Iterator[Property]:
    """Go through the rows."""
    for line in FILE.read_text(encoding="utf-8").splitlines()[1:]:
        name, value, *rest = line.split("\t")
        yield Property(name, json.loads(value), *(*rest, *[""] * 6)[:6])


def found(name: str, value: Any, beside: dict[str, Any]) -> Property:
    """Return what a property becomes beside others."""
    rows = {row.path: row for row in what_instathings.rows({**beside, name: value})}
    if (row := rows.get(name)) is None:
        return Property(name, value, "nothing", "", "", "", "", "off")
    texts = (row.device_class or "", row.unit or "", row.state_class or "", row.category or "")
    return Property(name, value, row.platform, *texts, "" if row.enabled else "off")


@pytest.mark.parametrize("beside", [{"linkquality": 110}, BESIDE], ids=["alone", "beside others"])
def test_what_each_property_becomes(beside: dict[str, Any]) -> None:
    wrong = [(row, mine) for row in properties() if (mine := found(row.name, row.value, beside)) != row]
    assert wrong == []


def test_the_table_has_the_properties_that_matter() -> None:
    names = [row.name for row in properties()]
    assert len(names) == len(set(names)) > 800
