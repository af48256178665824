"""Automations with the triggers and conditions of an integration, as the editor makes them."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from homeassistant.components.websocket_api.automation import (
    async_get_conditions_for_target,
    async_get_triggers_for_target,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.condition import async_from_config, async_validate_condition_config
from homeassistant.setup import async_setup_component

from tests.waiting import eventually

DONE = "automation_has_run"


class Run(NamedTuple):
    """A trigger of an automation."""

    name: str
    target: Mapping[str, Any]
    options: Mapping[str, Any] = {}


async def automate(hass: HomeAssistant, *runs: Run, conditions: Iterable[Mapping[str, Any]] = ()) -> list[str]:
    """Make an automation for each trigger. Return a list to which each run adds the name of its trigger."""
    assert await async_setup_component(
        hass,
        "automation",
        {
            "automation": [
                {
                    "alias": f"{number} {run.name}",
                    "triggers": {"trigger": run.name, "target": run.target, "options": run.options},
                    "conditions": list(conditions),
                    "actions": {"event": DONE, "event_data": {"name": run.name}},
                    "mode": "parallel",
                }
                for number, run in enumerate(runs)
            ]
        },
    )
    await hass.async_block_till_done()
    assert [state.state for state in hass.states.async_all("automation")] == ["on"] * len(runs)
    names: list[str] = []
    hass.bus.async_listen(DONE, lambda event: names.append(event.data["name"]))
    return names


async def wait_for_runs(names: list[str], count: int) -> None:
    """Wait until this many triggers have run."""
    await eventually(lambda: len(names) >= count, 5, lambda: f"only {names} have run")


async def holds(hass: HomeAssistant, name: str, target: Mapping[str, Any], **options: Any) -> bool:
    """Return True if a condition is met now, like the test button of the editor."""
    config = {"condition": name, "target": target, "options": options}
    checker = await async_from_config(hass, await async_validate_condition_config(hass, config))
    await hass.async_block_till_done()
    try:
        return checker.async_check() is True
    finally:
        checker.async_unload()


async def offered(hass: HomeAssistant, domain: str, device_id: str) -> tuple[set[str], set[str]]:
    """Return the triggers and the conditions of an integration that the editor offers for a device."""
    assert await async_setup_component(hass, "automation", {})
    await hass.async_block_till_done()
    target = {"device_id": [device_id]}
    triggers = await async_get_triggers_for_target(hass, target, expand_group=False)
    conditions = await async_get_conditions_for_target(hass, target, expand_group=False)
    return of(domain, triggers), of(domain, conditions)


def of(domain: str, names: Iterable[str]) -> set[str]:
    """Return the names of one integration, without its domain."""
    return {name.removeprefix(f"{domain}.") for name in names if name.startswith(f"{domain}.")}
