"""The Iottly cloud: both generations of its API, webhooks and faults.

Generation "page" follows the older page, and the open source core where the page has no details; "newer" follows the
newer pages. They have different paths, responses to `inspect`, shapes of messages and formats of errors
(docs/protocol/iottly.md#generations).
"""

import argparse
import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Self, override

from aiohttp import web

from simulators.kit import Simulator

from .past import remember
from .project import PROJECT_ID, Project
from .push import ENCODINGS, JSON, Pusher, Webhook
from .routes import Routes
from .shapes import AGENT, USER, Stored

PAGE, NEWER = "page", "newer"
TOKEN = "0123456789"


class IottlyCloud(Simulator):
    """The Iottly cloud with one project of boards."""

    name: ClassVar[str] = "iottly"
    fault_names: ClassVar[dict[str, str]] = {
        "html_errors": "send errors as HTML, as a proxy does",
        "flash_fails": "boards cannot load the firmware of a deployment",
        "flash_hangs": "boards of a deployment restart and do not reconnect",
        "lose_commands": "accept commands and never deliver them",
        "webhook_down": "send no webhooks",
        "cut_messages": "abort the connection of requests for messages of a board",
        "fail_messages": "respond to requests for messages of a board with status 500 and HTML",
        "broken_json": "send incomplete JSON in every response",
        "wrong_types": "send JSON with wrong types",
        "oversized": "send responses of 8 MiB",
        "redirect": "redirect every request to another host",
        "forbidden": "the token is for another project",
        "no_project": 'respond to requests for a project with status 404, as "json" or "html"',
    }

    def __init__(
        self,
        *,
        generation: str = NEWER,
        token: str = TOKEN,
        shape: str | None = None,
        oldest_first: bool = False,
        rate: float = 0.0,
        answer_seconds: float = 0.0,
        flash_seconds: float = 0.05,
    ) -> None:
        """Initialize with the generation ("page", "newer") and the token.

        `shape` ("top_level", "typed", "plain") overrides the generation's shape of `messages/`; `oldest_first` sends
        messages in the order of the real core; `rate` is the seconds between two reports of a board, 0 for none.
        """
        super().__init__()
        self.generation = generation
        self.token = token
        self.shape = shape or ("top_level" if generation == PAGE else "typed")
        self.oldest_first = oldest_first
        self.pusher = Pusher()
        self.project = Project(self._stored, answer_seconds=answer_seconds, flash_seconds=flash_seconds)
        self._rate = rate
        self._reporting: asyncio.Task[None] | None = None

    @override
    def login(self, at: str) -> Mapping[str, str]:
        """Return the project, its token and the address of the API."""
        return {"project ID": PROJECT_ID, "API token": self.token, "API address": f"http://{at}/v1.0"}

    @classmethod
    @override
    def add_options(cls, parser: argparse.ArgumentParser) -> None:
        """Add the options of the cloud."""
        parser.add_argument("--generation", choices=(PAGE, NEWER), default=NEWER, help="which API (default: newer)")
        parser.add_argument("--token", default=TOKEN, help=f"the project's token (default: {TOKEN})")
        parser.add_argument("--rate", type=float, default=15.0, help="seconds between reports, 0 for none")
        parser.add_argument("--history-hours", type=int, default=48, help="reports stored before the start")
        parser.add_argument("--oldest-first", action="store_true", help="send messages in the order of the real core")
        parser.add_argument("--webhook", default="", help="URL to send every message to")
        parser.add_argument("--encoding", choices=ENCODINGS, default=JSON, help="of the webhook (default: json)")

    @classmethod
    @override
    def from_options(cls, options: argparse.Namespace) -> Self:
        """Return a cloud with the options of the command line."""
        cloud = cls(
            generation=options.generation,
            token=options.token,
            oldest_first=options.oldest_first,
            rate=options.rate,
            answer_seconds=0.2,
            flash_seconds=8.0,
        )
        remember(cloud.project, options.history_hours)
        if options.webhook:
            cloud.pusher.webhooks.append(Webhook(options.webhook, options.encoding))
        return cloud

    @property
    def is_old(self) -> bool:
        """True for the generation of the older page."""
        return self.generation == PAGE

    @override
    def application(self) -> web.Application:
        """Return the routes of this generation."""
        return Routes(self).application()

    @override
    async def start(self, port: int = 0, host: str = "127.0.0.1", ssl_context: Any = None) -> int:
        """Start to listen, and start the reports of the boards."""
        port = await super().start(port, host, ssl_context)
        if self._rate and self._reporting is None:
            self._reporting = asyncio.create_task(self._report())
        return port

    @override
    async def stop(self) -> None:
        """Stop the boards and webhooks, and close all ports."""
        reporting, self._reporting = self._reporting, None
        if reporting is not None:
            reporting.cancel()
            await asyncio.gather(reporting, return_exceptions=True)
        await self.project.close()
        await self.pusher.close()
        await super().stop()

    @override
    def state(self) -> dict[str, Any]:
        """Return boards, groups and the status codes of the webhooks."""
        return {
            "boards": {board.id: vars(board) for board in self.project.boards.values()},
            "groups": [vars(group) for group in self.project.groups],
            "messages": len(self.project.messages),
            "webhooks": [{"encoding": webhook.encoding, "kind": webhook.kind} for webhook in self.pusher.webhooks],
            "webhook_statuses": self.pusher.statuses[-20:],
        }

    @override
    def command(self, name: str, /, **parameters: Any) -> Any:
        """Run the command `do_<name>`."""
        method = getattr(self, f"do_{name}", None)
        if method is None:
            return super().command(name, **parameters)
        return method(**parameters)

    # Commands for boards and the project ----------------------------------------------------------

    def do_message(self, board: str, payload: dict[str, Any], kind: str = USER, hours_ago: float = 0) -> None:
        """Send a message of a board. With `hours_ago` it is added to the history only."""
        if not hours_ago:
            self.project.send(board, payload, kind)
            return
        faults, self.faults = self.faults, {**self.faults, "webhook_down": True}
        self.project.send(board, payload, kind, datetime.now(UTC) - timedelta(hours=hours_ago))
        self.faults = faults

    def do_burst(self, board: str, count: int) -> None:
        """Send many messages of a board at once, numbered from 0."""
        for number in range(count):
            self.project.send(board, {"burst": {"number": number}})

    def do_set(self, board: str, **values: Any) -> None:
        """Change values of a board, which then reports."""
        self.project.boards[board].values.update(values)
        self.project.report(board)

    def do_press(self, board: str, state: int = 1) -> None:
        """Press the button on a board."""
        self.project.send(board, {"button_pressed": {"GPIO": 17, "state": state}})

    def do_offline(self, board: str) -> None:
        """Disconnect a board."""
        self.project.connect(board, False)

    def do_online(self, board: str) -> None:
        """Connect a board again."""
        self.project.connect(board, True)

    def do_add_board(self, name: str = "New board") -> str:
        """Add a board, and return its id."""
        return self.project.add_board(name)

    def do_remove_board(self, board: str) -> None:
        """Delete a board."""
        self.project.remove_board(board)

    def do_remove_group(self, group: str) -> None:
        """Delete a deployment group, which moves its boards to the group of orphaned boards."""
        for one in [one for one in self.project.groups[1:] if one.id == group]:
            self.project.groups.remove(one)
            self.project.groups[0].boards.extend(one.boards)

    def do_webhook(
        self,
        url: str,
        encoding: str = JSON,
        headers: dict[str, str] | None = None,
        kind: str | None = None,
        channel: str | None = None,
    ) -> None:
        """Add a webhook, as a user does in the dashboard of the project."""
        self.pusher.webhooks.append(Webhook(url, encoding, headers or {}, kind, channel))

    def do_no_webhooks(self) -> None:
        """Remove all webhooks."""
        self.pusher.webhooks.clear()

    def do_post(self, url: str, body: str, content_type: str = "application/json", **headers: str) -> None:
        """Send any body to a webhook."""
        self.pusher.post(url, body.encode(), {**headers, "Content-Type": content_type})

    def _stored(self, message: Stored) -> None:
        if not self.faults.get("webhook_down"):
            self.pusher.push(message, is_old=self.is_old)

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(self._rate)
            self.project.tick()


__all__ = ["AGENT", "NEWER", "PAGE", "TOKEN", "USER", "IottlyCloud"]
