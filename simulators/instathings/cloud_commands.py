"""Commands of the simulator: changes in the house, at the gateway and in the vendor's web console."""

import asyncio
from collections.abc import Callable, Mapping
import time
from typing import Any

from .devices import Gateway, Zigbee
from .house import GATEWAY
from .mirror import mirror as mirror_house
from .project import CloudProject


def change(cloud: CloudProject, *, device: str, payload: Mapping[str, Any]) -> None:
    """Change a device, as an opened door or a lamp switched by hand."""
    cloud.house.change(device, payload)


def send(cloud: CloudProject, *, device: str, payload: Any) -> None:
    """Send this payload of a device unchanged."""
    cloud.house.send(device, payload)


def press(cloud: CloudProject, *, device: str = "zbButton1", click: str = "single") -> None:
    """Press a button."""
    cloud.house.press(device, click)


def connect(cloud: CloudProject, *, connected: bool, device: str = GATEWAY) -> None:
    """Connect or disconnect a gateway. It reports its versions when it connects."""
    gateway = cloud.house.things[device]
    if isinstance(gateway, Gateway):
        gateway.connected = connected
        event = cloud.described(gateway)
        cloud.publish("connected" if connected else "disconnected", event)
        if connected:
            cloud.publish("software_version", event)


def upgrade(cloud: CloudProject, *, image: str, device: str = GATEWAY) -> None:
    """Change the version of a gateway, which restarts it."""
    gateway = cloud.house.things[device]
    if isinstance(gateway, Gateway):
        gateway.versions["gate"] = image
        cloud.house.restart_gateway()
        cloud.publish("software_version", cloud.described(gateway))


def pair(cloud: CloudProject, *, device: str, label: str, payload: Mapping[str, Any], succeeds: bool = True) -> None:
    """Pair a Zigbee device in the web console."""
    thing = Zigbee(device, label, dict(payload), "Acme", "X1", "Something new")
    cloud.house.things[device] = thing
    for stage in ("discovering", "paired" if succeeds else "not_paired"):
        cloud.pairing[device] = stage
        cloud.publish(stage, cloud.described(thing))
    if succeeds:
        cloud.house.send(device)


def unpair(cloud: CloudProject, *, device: str) -> None:
    """Unpair a device; it stays in the project."""
    cloud.pairing[device] = "not_paired"
    cloud.publish("not_paired", cloud.described(cloud.house.things[device]))


def remove(cloud: CloudProject, *, device: str) -> None:
    """Delete a device in the web console, which sends no message."""
    cloud.house.things.pop(device)


def rename(cloud: CloudProject, *, device: str, label: str) -> None:
    """Rename a device in the web console, which sends no message."""
    cloud.house.things[device].name = label


def install(cloud: CloudProject, *, protocol: str = "knx", succeeds: bool = True, device: str = GATEWAY) -> None:
    """Install a protocol on a gateway."""
    gateway = cloud.house.things[device]
    versions = dict(gateway.versions) if isinstance(gateway, Gateway) else {}
    if succeeds:
        versions[f"instathings-{protocol}2mqtt"] = f"instathings/{protocol}2mqtt:1.0.1"
        if isinstance(gateway, Gateway):
            gateway.versions = versions
    cloud.publish(
        "installation_succeded" if succeeds else "installation_failed",
        {
            "event": {
                "dt_install": round(time.time() * 1000),
                "protocol": protocol,
                "protocolId": protocol,
                "exitStatus": 0 if succeeds else 1,
                "installationSuccess": succeeds,
                "stdout": "",
                "stderr": "",
                "versions": versions,
                "newContainers": [],
                "projectId": "JtjYANUvs",
                "deviceId": device,
            }
        },
    )


def log(
    cloud: CloudProject, *, message: str, kind: str = "LOG", container: str = "gate", device: str = GATEWAY
) -> None:
    """Add a line to the log of a container."""
    line = {"message": f"{message}\n", "type": kind, "timestamp": round(time.time() * 1000)}
    cloud.logs.setdefault((device, container), []).append(line)
    cloud.publish("log", {"logs": [line], "deviceId": device, "containerName": container})


def raw(cloud: CloudProject, *, text: str) -> None:
    """Send any text to all clients."""
    cloud.publish_text(text)


def end_tokens(cloud: CloudProject) -> None:
    """Expire all issued tokens."""
    cloud.access.expire_all()


async def close_websockets(cloud: CloudProject) -> None:
    """Close all WebSockets with a close frame."""
    await asyncio.gather(*(websocket.close() for websocket in cloud.websockets))


def rest(cloud: CloudProject, *, resting: bool) -> None:
    """Pause or resume the spontaneous changes."""
    cloud.house.is_paused = resting


def restart_gateway(cloud: CloudProject) -> None:
    """Restart the gateway: it receives readings of devices again that a status request has silenced."""
    cloud.house.restart_gateway()


def mirror(cloud: CloudProject, *, port: int) -> None:
    """Send all readings of this house to the gateway simulator with this control port, too."""
    cloud.run(mirror_house(cloud.house, port))


def add_many(cloud: CloudProject, *, count: int) -> None:
    """Add a number of temperature sensors."""
    for number in range(count):
        thing_id = f"many{number:05}"
        payload = {"temperature": 20.0 + number % 10, "humidity": 50.0, "battery": 90, "linkquality": 80}
        cloud.house.things[thing_id] = Zigbee(thing_id, f"Sensor {number}", payload, "Xiaomi", "WSDCGQ11LM", "Sensor")
        cloud.store.add(thing_id, payload)


COMMANDS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        add_many,
        change,
        close_websockets,
        connect,
        end_tokens,
        install,
        log,
        mirror,
        pair,
        press,
        raw,
        remove,
        rename,
        rest,
        restart_gateway,
        send,
        unpair,
        upgrade,
    )
}
