"""Commands of the simulator: edit the house, set the value of a sensor, restart the server."""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

from . import history
from .access import Access
from .house import House
from .socket_io import PimaticSocketIO


class Server(Protocol):
    """The part of the simulator that the commands use."""

    access: Access
    house: House
    socket_io: PimaticSocketIO | None

    async def restart(self, seconds: float) -> None:
        """Restart after some seconds."""

    async def stop(self) -> None:
        """Stop listening."""


def run(simulator: Server, name: str, parameters: dict[str, Any]) -> Any:
    """Run a command of `COMMANDS` with its parameters. Raises ValueError for an unknown one."""
    if name not in COMMANDS:
        raise ValueError(f"pimatic has no command {name}")
    return COMMANDS[name](simulator, **parameters)


def _set(simulator: Server, device: str, attribute: str, value: Any) -> None:
    simulator.house.set_attribute(device, attribute, value)


def _press(simulator: Server, device: str, button: str) -> None:
    simulator.house.set_attribute(device, "button", button)


def _set_variable(simulator: Server, variable: str, value: Any) -> None:
    unit = simulator.house.variables[variable]["unit"]
    simulator.house.set_variable(variable, "value", value, unit)


def _add_device(simulator: Server, device: str, title: str, like: str, **config: Any) -> None:
    """Add a device with the class, attributes and actions of another device."""
    simulator.house.add_device(_like(simulator, device, title, like, config))


def _change_device(simulator: Server, device: str, title: str, like: str, **config: Any) -> None:
    simulator.house.change_device(_like(simulator, device, title, like, config))


def _like(simulator: Server, device: str, title: str, like: str, config: dict[str, Any]) -> dict[str, Any]:
    model = simulator.house.devices[like]
    return {
        **model,
        "id": device,
        "name": title,
        "attributes": [{**attribute, "history": []} for attribute in model["attributes"]],
        "config": {**model["config"], "id": device, "name": title, **config},
    }


def _fill_history(simulator: Server, device: str, attribute: str, start: int, step: int, count: int) -> None:
    history.fill(simulator.house, device, attribute, start=start, step=step, count=count)


def _change_secret(simulator: Server, secret: str) -> None:
    simulator.access.secret = secret


def _set_password(simulator: Server, username: str, password: str) -> None:
    simulator.access.passwords[username] = password


async def _send_raw(simulator: Server, text: str) -> None:
    """Send any text as an Engine.IO message to every client."""
    if simulator.socket_io is not None:
        for sid in list(simulator.socket_io.eio.sockets):
            await simulator.socket_io.eio.send(sid, text, binary=False)


async def _flood(simulator: Server, device: str, attribute: str, count: int) -> None:
    for number in range(count):
        simulator.house.set_attribute(device, attribute, number)
        if number % 50 == 0:
            await asyncio.sleep(0)


COMMANDS: dict[str, Callable[..., Any]] = {
    "set": _set,
    "press": _press,
    "set_variable": _set_variable,
    "add_device": _add_device,
    "change_device": _change_device,
    "remove_device": lambda simulator, device: simulator.house.remove_device(device),
    "add_variable": lambda simulator, variable, value, unit="": simulator.house.add_variable(
        variable, "value", value, unit
    ),
    "add_expression": lambda simulator, variable, text: simulator.house.add_variable(variable, "expression", text, ""),
    "remove_variable": lambda simulator, variable: simulator.house.remove_variable(variable),
    "put_rule": lambda simulator, rule, changes, add=False: simulator.house.put_rule(rule, changes, add=add),
    "remove_rule": lambda simulator, rule: simulator.house.remove_rule(rule),
    "put_group": lambda simulator, group, changes, add=False: simulator.house.put_group(group, changes, add=add),
    "remove_group": lambda simulator, group: simulator.house.remove_group(group),
    "log": lambda simulator, level, text: simulator.house.log(level, text),
    "emit": lambda simulator, event, payload: simulator.house.emit(event, payload),
    "send_raw": _send_raw,
    "flood": _flood,
    "fill_history": _fill_history,
    "change_secret": _change_secret,
    "set_password": _set_password,
    "restart": lambda simulator, seconds=0.5: simulator.restart(seconds),
    "kill": lambda simulator: simulator.stop(),
}
