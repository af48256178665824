"""The progress of a deployment of firmware, by the boards' messages (docs/protocol/iottly.md#deploy-firmware)."""

from collections.abc import Iterable
from enum import IntEnum

from .api import Message, MessageKind
from .common.client.markup import plain_text

SUCCESSFUL = frozenset({"success", "successful"})
LONGEST_REASON = 200


class Step(IntEnum):
    """The steps of a board."""

    ASKED = 0
    LOADED = 1
    RESTARTING = 2
    DONE = 3


class BoardFailed(Exception):
    """A board could not take the firmware; `reason` is its own word for it, which goes into logs and messages."""

    def __init__(self, board: str, reason: str) -> None:
        self.reason = plain_text(reason[:LONGEST_REASON])
        super().__init__(self.reason)
        self.board = board


class Deployment:
    """The boards of one deployment: each downloads the firmware, restarts and connects again."""

    def __init__(self, boards: Iterable[str]) -> None:
        self._steps = dict.fromkeys(boards, Step.ASKED)

    @property
    def percentage(self) -> int:
        """Return the progress in percent."""
        return round(100 * sum(self._steps.values()) / (Step.DONE * len(self._steps)))

    @property
    def missing(self) -> list[str]:
        """Return the boards that are not done."""
        return [board for board, step in self._steps.items() if step is not Step.DONE]

    def take(self, message: Message) -> bool:
        """Handle a message of one of the boards; return True if that board has made progress.

        Raises BoardFailed if the board reports a failure.
        """
        step = self._steps[message.board]
        self._steps[message.board] = max(step, _step(message, step))
        return self._steps[message.board] is not step


def _step(message: Message, step: Step) -> Step:
    """Return the step that a message reports."""
    match message.payload:
        case {"connectionstatus": _} if message.kind is MessageKind.AGENT:
            if message.connected is False:
                return Step.RESTARTING
            # Connected again after the restart.
            return Step.DONE if message.connected and step is Step.RESTARTING else step
        case {"download_file": {"status": str(status)}}:
            if status.strip().lower() in SUCCESSFUL:
                return Step.LOADED
            raise BoardFailed(message.board, status)
        case {"process": {"status": {"error": str(text)}}} if message.kind is MessageKind.AGENT:
            raise BoardFailed(message.board, text)
    return step
