"""The cloud's REST routes.

Source: docs/protocol/instathings.md#cloud-rest-api.
"""

import io
import json
import time
from typing import Any
from uuid import uuid4
import zipfile

from aiohttp import web

from .devices import PROTOCOLS, Gateway, Shelly, Thing, Virtual
from .project import CloudProject

CONTAINERS = ("gate", "eclipse-mosquitto", "zigbee2mqtt", "http2mqtt", "modbus2mqtt", "instathings-knx2mqtt")
MAX_NAME = 20
LEAST_FREQUENCY = 30


def routes(cloud: CloudProject) -> list[web.RouteDef]:
    """Return the routes of the REST API."""
    api = CloudRoutes(cloud)
    device = "/device/v1/devices/{id}"
    return [
        web.post("/authentication/v1/oauth/token", api.token),
        web.get("/device/v1/devices", api.devices),
        web.get(device, api.device),
        web.post("/devices/{id}/credentials/certificate", api.certificate),
        web.get(f"{device}/data", api.data),
        web.patch(device, api.patch),
        web.delete(device, api.delete),
        web.delete("/devices/{parent}/subDevice/subDevices/{id}", api.delete_sub_device),
        web.post("/device/v1/control/{id}/set", api.set),
        web.post("/device/v1/control/{id}/status", api.status),
        web.get("/device/v1/control/{request}/fetch", api.fetch),
        web.get(f"{device}/{{container}}/logs", api.logs),
        web.get("/device/v1/protocols/{id}", api.protocol),
        web.get("/device/v1/types", api.types),
        web.get("/device/v1/types/{id}", api.type),
    ]


class CloudRoutes:
    """The handlers."""

    def __init__(self, cloud: CloudProject) -> None:
        """Initialize for a project."""
        self._cloud = cloud
        self._things = cloud.house.things

    async def token(self, request: web.Request) -> web.Response:
        """Return a token for the client's id and secret."""
        cloud = self._cloud
        if status := cloud.faults.get("token_status"):
            return web.json_response({}, status=int(status))
        body = await _body(request)
        client_id = body.get("clientId") if isinstance(body, dict) else None
        cloud.record.add("token", client_id=client_id)
        secret = body.get("clientSecret") if isinstance(body, dict) else None
        token = None if cloud.faults.get("unauthorized") else cloud.access.token_for(client_id, secret)
        if token is None:
            return web.json_response({"message": "Unauthorized"}, status=401)
        return web.json_response({"access_token": token})

    async def devices(self, _request: web.Request) -> web.Response:
        """Return all devices."""
        return web.json_response([self._cloud.described(thing) for thing in self._things.values()])

    async def device(self, request: web.Request) -> web.Response:
        """Return one device, with its sub-devices as objects."""
        return web.json_response(self._cloud.described(self._thing(request), whole=True))

    async def certificate(self, request: web.Request) -> web.Response:
        """Return a new certificate: JSON in sandbox mode, a zip file in live mode."""
        thing = self._thing(request)
        self._cloud.record.add("certificate", id=thing.id)
        if self._cloud.faults.get("live_mode"):
            file = io.BytesIO()
            with zipfile.ZipFile(file, "w") as archive:
                archive.writestr("config/private.key", "of the simulator")
                archive.writestr("install.sh", "#!/bin/sh\n")
            return web.Response(body=file.getvalue(), content_type="application/zip")
        pem = {
            f"{kind}": f"-----BEGIN {kind}-----\nof the simulator {uuid4()}\n-----END {kind}-----\n"
            for kind in ("certificatePem", "privateKey", "publicKey")
        }
        described = self._cloud.described(thing)
        return web.json_response(described | {"certificateId": "bce989d7b311d4ec", "credentials": pem})

    async def data(self, request: web.Request) -> web.Response:
        """Return the readings of a device, newest first."""
        thing = self._thing(request)
        try:
            page, per_page = int(request.query.get("page", 1)), int(request.query.get("perPage", 10))
            start, end = float(request.query.get("start", "-inf")), float(request.query.get("end", "inf"))
        except ValueError:
            return web.json_response({}, status=400)
        if page < 1 or not 1 <= per_page <= 100:
            return web.json_response({}, status=400)
        asked = {name: request.query.get(name) for name in ("start", "end")}
        self._cloud.record.add("data", id=thing.id, page=page, per_page=per_page, **asked)
        rows = self._cloud.store.find(thing.id, start, end)[::-1]
        page_rows = rows[(page - 1) * per_page : page * per_page]
        return web.json_response({"data": [self._cloud.stored(row) for row in page_rows], "totalItems": len(rows)})

    async def patch(self, request: web.Request) -> web.Response:
        """Change name, frequency or demoActive."""
        thing, body = self._thing(request), await _body(request)
        if not isinstance(body, dict) or not _is_patch(thing, body):
            return web.json_response({}, status=400)
        self._cloud.record.add("patch", id=thing.id, body=body)
        thing.name = body.get("name", thing.name)
        if isinstance(thing, Virtual):
            thing.frequency = body.get("frequency", thing.frequency)
            thing.demo_active = body.get("demoActive", thing.demo_active)
        return web.json_response({})

    async def delete(self, request: web.Request) -> web.Response:
        """Delete a device."""
        return self._deleted(self._thing(request), "device")

    async def delete_sub_device(self, request: web.Request) -> web.Response:
        """Delete a device behind a gateway, with the path of the vendor's example.

        Source: docs/protocol/instathings.md#delete-a-sub-device.
        """
        thing = self._thing(request)
        if self._cloud.faults.get("no_sub_device_path") or thing.parent != request.match_info["parent"]:
            raise web.HTTPNotFound
        return self._deleted(thing, "sub_device")

    async def set(self, request: web.Request) -> web.Response:
        """Send a payload to a device, whose response is published as data."""
        thing, sent = self._thing(request), await _sent(request)
        if sent is None or (isinstance(thing, Shelly) and not (sent["path"] and sent["method"])):
            return web.json_response({}, status=400)
        self._cloud.record.add("set", id=thing.id, **sent)
        if not self._cloud.faults.get("lose") and self._cloud.house.is_reachable(thing.id):
            self._cloud.later(0.01, self._cloud.house.command, thing.id, sent)
        return web.json_response({})

    async def status(self, request: web.Request) -> web.Response:
        """Request the status of a device; respond with 202 and the location of the result."""
        thing, sent = self._thing(request), await _sent(request)
        if sent is None or (isinstance(thing, Shelly) and not (sent["path"] and sent["method"])):
            return web.json_response({}, status=400)
        self._cloud.record.add("status", id=thing.id, **sent)
        request_id = uuid4().hex[:8]
        if not self._cloud.faults.get("never_answers"):
            seconds = float(self._cloud.faults.get("status_seconds", 0.05))
            self._cloud.later(seconds, self._answer, request_id, thing.id, sent)
        location = f"/device/v1/control/{request_id}/fetch"
        return web.json_response({}, status=202, headers={"Location": location})

    async def fetch(self, request: web.Request) -> web.Response:
        """Return the result of a status request, if it is available."""
        found = self._cloud.answers.get(request.match_info["request"])
        self._cloud.record.add("fetch", request=request.match_info["request"], found=found is not None)
        if found is not None:
            return web.json_response(found[1])
        return web.json_response({}, status=200 if self._cloud.faults.get("not_ready_is_empty") else 404)

    async def logs(self, request: web.Request) -> web.Response:
        """Return the log of a container. Start and end are only valid together."""
        thing, container = self._thing(request), request.match_info["container"]
        start, end = request.query.get("start"), request.query.get("end")
        if container not in CONTAINERS or (start is None) != (end is None):
            return web.json_response({}, status=400)
        self._cloud.record.add("logs", id=thing.id, container=container, start=start, end=end)
        lines = self._cloud.logs.get((thing.id, container), [])
        if start is not None and end is not None:
            lines = [line for line in lines if float(start) <= line["timestamp"] <= float(end)]
        return web.json_response([{**line, "ingestionTime": line["timestamp"] + 5000} for line in lines])

    async def protocol(self, request: web.Request) -> web.Response:
        """Return a protocol."""
        protocol_id = request.match_info["id"]
        if protocol_id not in PROTOCOLS:
            raise web.HTTPNotFound
        name = PROTOCOLS[protocol_id]
        return web.json_response({"id": protocol_id, "name": name, "slug": name.lower()})

    async def types(self, _request: web.Request) -> web.Response:
        """Return all types."""
        return web.json_response(list(self._types().values()))

    async def type(self, request: web.Request) -> web.Response:
        """Return one type."""
        found = self._types().get(request.match_info["id"])
        if found is None:
            raise web.HTTPNotFound
        self._cloud.record.add("type", id=found["id"])
        return web.json_response(found)

    # Helpers ---------------------------------------------------------------------------------------

    def _thing(self, request: web.Request) -> Thing:
        """Return the device in the path."""
        if (thing := self._things.get(request.match_info["id"])) is None:
            raise web.HTTPNotFound
        return thing

    def _types(self) -> dict[str, dict[str, Any]]:
        kinds = {self._cloud.type_id(thing): thing for thing in self._things.values() if not isinstance(thing, Virtual)}
        return {
            type_id: {
                "addOn": thing.add_on,
                "description": thing.description,
                "fakeSampleLabel": "onoff",
                "id": type_id,
                "manufacturer": thing.manufacturer,
                "model": thing.model,
                "pairingMethods": [],
                "physicalParameter": [],
                "protocols": [thing.protocol] if thing.protocol else [],
                "rooms": ["living-room"],
                "space": ["home"],
                "type": "gateway" if isinstance(thing, Gateway) else "sensor",
            }
            for type_id, thing in kinds.items()
        }

    def _deleted(self, thing: Thing, how: str) -> web.Response:
        self._cloud.record.add("delete", id=thing.id, how=how)
        del self._things[thing.id]
        return web.json_response({})

    def _answer(self, request_id: str, thing_id: str, sent: dict[str, Any]) -> None:
        """Store the response of the device for the fetch call, and send it to all clients."""
        if thing_id not in self._things or not self._cloud.house.is_reachable(thing_id):
            return
        response = self._cloud.house.ask(thing_id, sent)
        if response is None:
            return
        answer = {
            "projectId": self._cloud.described(self._things[thing_id])["projectId"],
            "response": response,
            "ttl": int(time.time()) + 3600,
            "deviceId": thing_id,
            "id": request_id,
        }
        self._cloud.answers[request_id] = (time.time(), answer)
        self._cloud.publish("status", answer)


def _is_patch(thing: Thing, body: dict[str, Any]) -> bool:
    """Return True if these changes are allowed (docs/protocol/instathings.md#change-a-device)."""
    name, frequency, active = (
        body.get("name", "a"),
        body.get("frequency", LEAST_FREQUENCY),
        body.get("demoActive", True),
    )
    return (
        not body.keys() - {"name", "frequency", "demoActive"}
        and isinstance(name, str)
        and 0 < len(name) <= MAX_NAME
        and isinstance(frequency, int)
        and frequency >= LEAST_FREQUENCY
        and isinstance(active, bool)
        and (isinstance(thing, Virtual) or body.keys() <= {"name"})
    )


async def _body(request: web.Request) -> Any:
    """Return the JSON of a request, {} for an empty body, None for invalid JSON."""
    text = await request.text()
    try:
        return json.loads(text) if text else {}
    except ValueError:
        return None


async def _sent(request: web.Request) -> dict[str, Any] | None:
    """Return the payload that a control call sends to the gateway; None for invalid JSON."""
    body = await _body(request)
    if body is None:
        return None
    return {
        "path": request.headers.get("instathings-path"),
        "method": request.headers.get("instathings-method"),
        "query": dict(request.query),
        "body": body,
    }
