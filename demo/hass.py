"""The Home Assistant process: starting, onboarding, entries, dashboard."""

import asyncio
import contextlib
import sys
from typing import Any

import aiohttp

from .client import Client, Refused
from .directory import Directory
from .errors import DemoError
from .processes import Child

START_SECONDS = 120
RESTART_EXIT_CODE = 100
USERNAME = PASSWORD = "demo"


class HomeAssistant:
    """One `hass` process, started again where somebody asks it to restart."""

    def __init__(
        self, directory: Directory, session: aiohttp.ClientSession, url: str, environment: dict[str, str]
    ) -> None:
        """Prepare; nothing runs yet."""
        self.url = url
        self._directory = directory
        self._session = session
        self._environment = environment
        self._child: Child | None = None

    async def start(self) -> None:
        """Start it, without waiting for anything."""
        self._child = await Child.start(
            "homeassistant",
            # -P: custom_components are the configuration's, not the repository's in the working directory.
            [sys.executable, "-P", "-m", "homeassistant", "--config", str(self._directory.config), "--log-no-color"],
            log=self._directory.path / "hass.log",
            environment=self._environment,
        )

    async def wait_until_answering(self) -> None:
        """Wait until it answers."""
        child = self._child
        assert child is not None
        for _ in range(START_SECONDS * 10):
            if await self._answers():
                return
            if not child.running:
                raise DemoError(f"Home Assistant did not start: {child.last_words()}")
            await asyncio.sleep(0.1)
        raise DemoError(f"Home Assistant did not answer within {START_SECONDS} s: {child.last_words()}")

    async def wait_for_end(self) -> int:
        """Return the exit status, once it ends for another reason than a restart."""
        while self._child is not None:
            if (status := await self._child.wait()) != RESTART_EXIT_CODE:
                return status
            await self.start()
        return 0

    async def stop(self) -> None:
        """End it, with time to write what it has to write."""
        if self._child is not None:
            await self._child.stop()

    async def client(self) -> Client:
        """Return a logged-in client, after onboarding where that is still to be done."""
        client = Client(self._session, self.url)
        open_steps = await self._open_onboarding_steps()
        if "user" in open_steps:
            user = {"name": "Demo", "username": USERNAME, "password": PASSWORD, "language": "en"}
            await client.post("/api/onboarding/users", {**user, "client_id": client.client_id})
        await client.login(USERNAME, PASSWORD)
        if "analytics" in open_steps:
            await client.post("/api/onboarding/analytics")
        if "integration" in open_steps:
            redirect = {"client_id": client.client_id, "redirect_uri": f"{self.url}/?auth_callback=1"}
            await client.post("/api/onboarding/integration", redirect)
        return client

    async def _open_onboarding_steps(self) -> set[str]:
        """Return what of the onboarding is still to be done; afterwards Home Assistant no longer offers the path."""
        async with self._session.get(f"{self.url}/api/onboarding") as response:
            if response.status == 404:
                return set()
            return {step["step"] for step in await response.json() if not step["done"]}

    async def _answers(self) -> bool:
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with self._session.get(f"{self.url}/manifest.json") as response:
                return response.status == 200
        return False


async def confirm_http(client: Client) -> None:
    """Confirm the address Home Assistant listens on, or it gives it up after five minutes as a failed trial."""
    if (await client.call("http/config"))["pending"] is not None:
        await client.call("http/config/promote")


async def wait_until_running(client: Client) -> None:
    """Wait until everything that is configured has been set up."""
    for _ in range(START_SECONDS * 10):
        if (await client.call("get_config"))["state"] == "RUNNING":
            return
        await asyncio.sleep(0.1)
    raise DemoError(f"Home Assistant was not ready within {START_SECONDS} s")


async def run_flow(client: Client, path: str, handler: Any, answers: dict[str, Any]) -> dict[str, Any]:
    """Go through one flow by the answers to its steps; return what it created."""
    page: dict[str, Any] = await client.post(path, {"handler": handler})
    while page["type"] in ("form", "menu"):
        step = page["step_id"]
        if page.get("errors"):
            raise DemoError(f"the flow of {handler} is stuck at the step {step}: {page['errors']}")
        if step not in answers:
            raise DemoError(f"the flow of {handler} asks for the step {step}, which the demo does not know")
        try:
            page = await client.post(f"{path}/{page['flow_id']}", answers[step])
        except Refused as refusal:
            raise DemoError(f"the flow of {handler} does not take the answers to the step {step}: {refusal}") from None
    if page["type"] != "create_entry":
        raise DemoError(f"the flow of {handler} ended without an entry: {page.get('reason', page['type'])}")
    return page
