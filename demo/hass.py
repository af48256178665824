"""The process of Home Assistant, its onboarding, and config flows."""

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
    """A `hass` process. It is started again if it exits for a restart."""

    def __init__(
        self, directory: Directory, session: aiohttp.ClientSession, url: str, environment: dict[str, str]
    ) -> None:
        """Initialize; `start` starts the process."""
        self.url = url
        self._directory = directory
        self._session = session
        self._environment = environment
        self._child: Child | None = None

    async def start(self) -> None:
        """Start the process without waiting for Home Assistant."""
        self._child = await Child.start(
            "homeassistant",
            # -P: the working directory has another custom_components than the configuration.
            [sys.executable, "-P", "-m", "homeassistant", "--config", str(self._directory.config), "--log-no-color"],
            log=self._directory.path / "hass.log",
            environment=self._environment,
        )

    async def wait_until_answering(self) -> None:
        """Wait until Home Assistant answers requests. Raises DemoError if it does not in time."""
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
        """Wait until the process exits, except for restarts, and return its exit status."""
        while self._child is not None:
            if (status := await self._child.wait()) != RESTART_EXIT_CODE:
                return status
            await self.start()
        return 0

    async def stop(self) -> None:
        """Stop the process, and wait until Home Assistant has written its files."""
        if self._child is not None:
            await self._child.stop()

    async def client(self) -> Client:
        """Return a logged-in client, after the onboarding if it is not done yet."""
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
        """Return the open steps of the onboarding; after the onboarding Home Assistant answers with status 404."""
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
    """Confirm the HTTP settings, which Home Assistant would otherwise revert after five minutes."""
    if (await client.call("http/config"))["pending"] is not None:
        await client.call("http/config/promote")


async def wait_until_running(client: Client) -> None:
    """Wait until Home Assistant is running. Raises DemoError if it is not in time."""
    for _ in range(START_SECONDS * 10):
        if (await client.call("get_config"))["state"] == "RUNNING":
            return
        await asyncio.sleep(0.1)
    raise DemoError(f"Home Assistant was not ready within {START_SECONDS} s")


async def run_flow(client: Client, path: str, handler: Any, answers: dict[str, Any]) -> dict[str, Any]:
    """Run a flow with the user input of its steps; return the result. Raises DemoError if no entry is created."""
    page: dict[str, Any] = await client.post(path, {"handler": handler})
    while page["type"] in ("form", "menu"):
        step = page["step_id"]
        if page.get("errors"):
            raise DemoError(f"the flow of {handler} shows errors at the step {step}: {page['errors']}")
        if step not in answers:
            raise DemoError(f"the flow of {handler} has the step {step}, for which the demo has no input")
        try:
            page = await client.post(f"{path}/{page['flow_id']}", answers[step])
        except Refused as refusal:
            raise DemoError(f"the flow of {handler} refuses the input of the step {step}: {refusal}") from None
    if page["type"] != "create_entry":
        raise DemoError(f"the flow of {handler} ended without an entry: {page.get('reason', page['type'])}")
    return page
