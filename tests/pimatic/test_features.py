"""The platforms of devices, and similar devices that must not have these platforms."""

from typing import Any

import pytest

from custom_components.pimatic.api.parse import parse_device
from custom_components.pimatic.common.client.wire import DropCounter
from custom_components.pimatic.meaning.features import Role
from custom_components.pimatic.meaning.profile import profile_of

STATE = {"name": "state", "type": "boolean"}
SET_STATE = {"name": "changeStateTo", "params": {"state": {"type": "boolean"}}}


def roles(attributes: list[dict[str, Any]], actions: list[Any]) -> set[Role]:
    """Return the roles of a device; an action is a name or an announcement."""
    announced = [one if isinstance(one, dict) else {"name": one} for one in actions]
    raw = {"id": "a", "name": "A", "template": "device", "attributes": attributes, "actions": announced}
    parsed = parse_device(raw, DropCounter())
    assert parsed is not None
    return {feature.role for feature in profile_of(parsed.device).features}


@pytest.mark.parametrize(
    ("attributes", "actions", "not_this", "but_this"),
    [
        # A washing machine: its power is no lock, although its door has a lock.
        ([STATE, {"name": "doorLock", "type": "string"}], ["turnOn", "turnOff", SET_STATE], Role.LOCK, Role.SWITCH),
        # A volume with two buttons and a status text.
        ([{"name": "status", "type": "string"}], ["up", "down"], Role.COVER, Role.ACTION),
        # A child lock is a setting.
        (
            [{"name": "childLock", "type": "boolean"}],
            [{"name": "changeChildLockTo", "params": {"childLock": {"type": "boolean"}}}],
            Role.LOCK,
            Role.SETTABLE_FLAG,
        ),
        # A set point without an action, and one for hot water.
        ([{"name": "targetTemperature", "type": "number", "unit": "°C"}], [], Role.THERMOSTAT, Role.NUMBER),
        (
            [{"name": "targetWaterTemperature", "type": "number", "unit": "°C"}],
            [{"name": "setTargetWaterTemperature", "params": {"value": {"type": "number"}}}],
            Role.THERMOSTAT,
            Role.SETTABLE_NUMBER,
        ),
        # A valve that is the position of another device.
        (
            [{"name": "position", "type": "number", "unit": "%"}],
            [{"name": "changePositionTo", "params": {"position": {"type": "number"}}}],
            Role.COVER,
            Role.SETTABLE_NUMBER,
        ),
    ],
)
def test_similar_names_do_not_make_a_platform(
    attributes: list[dict[str, Any]], actions: list[Any], not_this: Role, but_this: Role
) -> None:
    found = roles(attributes, actions)
    assert not_this not in found
    assert but_this in found


@pytest.mark.parametrize(
    ("attributes", "actions", "role"),
    [
        ([STATE, {"name": "lock", "type": "string"}], [SET_STATE], Role.LOCK),
        ([{"name": "locked", "type": "boolean"}], ["lock", "unlock"], Role.LOCK),
        ([{"name": "door", "type": "boolean", "labels": ["open", "closed"]}], ["open", "close"], Role.COVER),
        (
            [{"name": "lift", "type": "number"}],
            [{"name": "changeLiftTo", "params": {"lift": {"type": "number"}}}],
            Role.COVER,
        ),
        (
            [{"name": "desiredTemp", "type": "number", "unit": "C"}],
            [{"name": "setDesiredTemp", "params": {"temp": {"type": "number"}}}],
            Role.THERMOSTAT,
        ),
    ],
)
def test_attributes_and_actions_together_make_a_platform(
    attributes: list[dict[str, Any]], actions: list[Any], role: Role
) -> None:
    assert role in roles(attributes, actions)
