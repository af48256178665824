"""The Iottly cloud: both generations of its API, its webhooks, its faults.

Generation "page" is what the older page describes, with the answers the open source core gives where
the page is silent; "newer" is what the newer pages describe. They differ in paths, in what `inspect`
returns, in the shape of messages and in how errors look (docs/protocol/iottly.md#generations).
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
        "html_errors": "errors are HTML pages, as a proxy's",
        "flash_fails": "boards cannot load the firmware of a deployment",
        "flash_hangs": "boards of a deployment restart and never come back",
        "lose_commands": "take commands and never deliver them",
        "webhook_down": "send no webhooks",
        "cut_messages": "cut the connection when asked for a board's messages",
        "fail_messages": "answer every question for a board's messages with status 500 and HTML",
        "broken_json": "cut every answer in the middle",
        "wrong_types": "answer with JSON of other types",
        "oversized": "answer with 8 MiB",
        "redirect": "answer every request with a redirect to elsewhere",
        "forbidden": "the token is for another project",
        "no_project": 'answer what is about a project with status 404, as "json" or as "html"',
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
        """Initialize with the generation ("page", "newer") and the token. Boards report only with a `rate`.

        `shape` ("top_level", "typed", "plain") overrides the generation's shape of `messages/`;
        `oldest_first` answers in the order of the real core; `rate` is the seconds between two reports of a board.
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
        parser.add_argument("--oldest-first", action="store_true", help="history in the order of the real core")
        parser.add_argument("--webhook", default="", help="URL to send every message to")
        parser.add_argument("--encoding", choices=ENCODINGS, default=JSON, help="of the webhook (default: json)")

    @classmethod
    @override
    def from_options(cls, options: argparse.Namespace) -> Self:
        """Make a cloud whose boards report as the options say."""
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
        """Listen, and let the boards report."""
        port = await super().start(port, host, ssl_context)
        if self._rate and self._reporting is None:
            self._reporting = asyncio.create_task(self._report())
        return port

    @override
    async def stop(self) -> None:
        """Close everything."""
        reporting, self._reporting = self._reporting, None
        if reporting is not None:
            reporting.cancel()
            await asyncio.gather(reporting, return_exceptions=True)
        await self.project.close()
        await self.pusher.close()
        await super().stop()

    @override
    def state(self) -> dict[str, Any]:
        """Return boards, groups and the answers of the webhooks."""
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

    # What happens to boards and to the project -----------------------------------------------------

    def do_message(self, board: str, payload: dict[str, Any], kind: str = USER, hours_ago: float = 0) -> None:
        """Let a board send a message; one of the past is only in the history."""
        if not hours_ago:
            self.project.send(board, payload, kind)
            return
        faults, self.faults = self.faults, {**self.faults, "webhook_down": True}
        self.project.send(board, payload, kind, datetime.now(UTC) - timedelta(hours=hours_ago))
        self.faults = faults

    def do_burst(self, board: str, count: int) -> None:
        """Let a board send many messages at once, numbered from 0."""
        for number in range(count):
            self.project.send(board, {"burst": {"number": number}})

    def do_set(self, board: str, **values: Any) -> None:
        """Change values of a board; it reports."""
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
        """Install one more board; return its id."""
        return self.project.add_board(name)

    def do_remove_board(self, board: str) -> None:
        """Delete a board."""
        self.project.remove_board(board)

    def do_remove_group(self, group: str) -> None:
        """Delete a deployment group; its boards are orphaned."""
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
        """Configure a webhook, as a person does in the project's dashboard."""
        self.pusher.webhooks.append(Webhook(url, encoding, headers or {}, kind, channel))

    def do_no_webhooks(self) -> None:
        """Remove all webhooks."""
        self.pusher.webhooks.clear()

    def do_post(self, url: str, body: str, content_type: str = "application/json", **headers: str) -> None:
        """Send any body to a webhook, as anybody could."""
        self.pusher.post(url, body.encode(), {**headers, "Content-Type": content_type})

    def _stored(self, message: Stored) -> None:
        if not self.faults.get("webhook_down"):
            self.pusher.push(message, is_old=self.is_old)

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(self._rate)
            self.project.tick()


__all__ = ["AGENT", "NEWER", "PAGE", "TOKEN", "USER", "IottlyCloud"]
