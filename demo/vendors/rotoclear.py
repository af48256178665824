"""Rotoclear C2: one control unit with two camera heads."""

from harness.vendor import Seen
from harness.vendors.rotoclear import VENDOR

from ..client import Action
from ..exhibit import Check, Exhibit

LIGHT = "light.rotoclear_head_1_light"

EXHIBIT = Exhibit(
    vendor=VENDOR,
    check=Check(
        action=Action(name="light.turn_on", entity_id=LIGHT),
        simulator="rotoclear",
        seen=Seen("write", {"key": "light0", "value": True}),
        entity_id=LIGHT,
        state="on",
        before=Action(name="light.turn_off", entity_id=LIGHT),
    ),
)
