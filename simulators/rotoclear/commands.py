"""Commands of the simulator, for tests, the demo and the control port."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Any

from .storage import GIGABYTE, Storage
from .users import API_USER

if TYPE_CHECKING:
    from .simulator import RotoclearSimulator


def change(simulator: RotoclearSimulator, **values: Any) -> None:
    """Set readable variables without any rules, as the menu or the machine does."""
    simulator.unit.change(values)


def attach_head(simulator: RotoclearSimulator, head: int) -> None:
    """Plug in the first (0) or second (1) camera head."""
    simulator.unit.attach_head(head)


def detach_head(simulator: RotoclearSimulator, head: int) -> None:
    """Unplug the first (0) or second (1) camera head."""
    simulator.unit.detach_head(head)


def plug_storage(
    simulator: RotoclearSimulator,
    uuid: str,
    label: str = "USB",
    gigabytes: float = 64,
    used: float = 0,
    net: bool = False,
) -> None:
    """Plug in a storage medium, or add a network share."""
    simulator.unit.plug_storage(Storage(uuid, label, int(gigabytes * GIGABYTE), int(used * GIGABYTE), network=net))


def unplug_storage(simulator: RotoclearSimulator, uuid: str | None = None) -> None:
    """Remove a storage, or all of them without a uuid."""
    for one in [uuid] if uuid else list(simulator.unit.storages):
        simulator.unit.unplug_storage(one)


def set_rights(
    simulator: RotoclearSimulator, user: str = API_USER, hidden: Iterable[str] = (), locked: Iterable[str] = ()
) -> None:
    """Set the variables that a user cannot read (hidden) and can read but not set (locked)."""
    simulator.users[user].hidden = set(hidden)
    simulator.users[user].locked = set(locked)


async def change_token(simulator: RotoclearSimulator, token: str, user: str = API_USER) -> None:
    """Change the password of a user, and close the WebSockets that use the old one."""
    simulator.users[user].password = token
    clients = [client for client in simulator.websocket_api.clients if client.user.name == user]
    await asyncio.gather(*(client.websocket.close() for client in clients))


def send_raw(simulator: RotoclearSimulator, text: str) -> None:
    """Send any text to all WebSockets."""
    simulator.websocket_api.send_raw(text)


def send_binary(simulator: RotoclearSimulator, size: int = 16) -> None:
    """Send a binary frame to all WebSockets."""
    simulator.websocket_api.send_raw(bytes(size))


def drop(simulator: RotoclearSimulator) -> None:
    """Abort all connections without a close frame, and keep the servers."""
    simulator.drop_connections()


async def power_off(simulator: RotoclearSimulator) -> None:
    """Switch the unit off."""
    await simulator.power_off()


async def power_on(simulator: RotoclearSimulator, **values: Any) -> None:
    """Switch the unit on with its initial state and the given values."""
    await simulator.power_on(**values)


async def restart(simulator: RotoclearSimulator, **values: Any) -> None:
    """Switch the unit off and on, with its initial state and the given values."""
    await simulator.power_off()
    await simulator.power_on(**values)


def elapse(simulator: RotoclearSimulator, seconds: float = 1) -> None:
    """Advance a recording and Visual Backup by some seconds."""
    simulator.elapse(seconds)


COMMANDS: dict[str, Callable[..., Awaitable[None] | None]] = {
    function.__name__: function
    for function in (
        change,
        attach_head,
        detach_head,
        plug_storage,
        unplug_storage,
        set_rights,
        change_token,
        send_raw,
        send_binary,
        drop,
        power_off,
        power_on,
        restart,
        elapse,
    )
}
