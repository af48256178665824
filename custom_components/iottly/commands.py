"""Sends commands, and waits for the board's message that confirms one."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from .api import InvalidCommand, Message
from .common.client.errors import AuthFailed, PushError
from .const import DEFAULT_ANSWER_SECONDS, DOMAIN, OPTION_ANSWER_SECONDS
from .coordinator import IottlyCoordinator

# Without a webhook the answer is polled: after one second, two, four ...
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 5.0


async def async_send(coordinator: IottlyCoordinator, board: str, cmd_type: str, values: Mapping[str, Any]) -> None:
    """Send a command.

    Raises ServiceValidationError for an invalid command, HomeAssistantError if the server refuses it or is unavailable.
    """
    try:
        await coordinator.async_call(coordinator.client.send_command(board, cmd_type, values))
    except InvalidCommand as invalid:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key=invalid.reason,
            translation_placeholders={"option": invalid.option, "cmd_type": cmd_type},
        ) from None


async def async_send_and_wait(
    coordinator: IottlyCoordinator,
    board: str,
    cmd_type: str,
    values: Mapping[str, Any],
    answers: Callable[[Message], bool],
    seconds: float | None = None,
) -> Message:
    """Send a command and return the board's message that answers it.

    Raises the exceptions of `async_send`, and HomeAssistantError if no such message is received in time.
    """
    if seconds is None:
        seconds = float(coordinator.config_entry.options.get(OPTION_ANSWER_SECONDS, DEFAULT_ANSWER_SECONDS))
    answer: asyncio.Future[Message] = coordinator.hass.loop.create_future()

    def take(message: Message) -> None:
        if not answer.done() and answers(message):
            answer.set_result(message)

    # A message from before the command must not count as its answer.
    await coordinator.async_call(coordinator.async_fetch_board(board))
    unsubscribe = coordinator.subscribe_event(board, take)
    try:
        await async_send(coordinator, board, cmd_type, values)
        async with asyncio.timeout(seconds):
            return await coordinator.async_call(_async_poll_until(coordinator, board, answer))
    except TimeoutError:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="no_answer",
            translation_placeholders={"cmd_type": cmd_type, "seconds": f"{seconds:g}"},
        ) from None
    finally:
        unsubscribe()


async def _async_poll_until(coordinator: IottlyCoordinator, board: str, answer: asyncio.Future[Message]) -> Message:
    """Wait for the answer, pushed or polled."""
    pause = FIRST_PAUSE
    while True:
        done, _ = await asyncio.wait((answer,), timeout=pause)
        if done:
            return answer.result()
        try:
            await coordinator.async_fetch_board(board)
        except AuthFailed:
            raise
        except PushError:
            pass  # the webhook or the next poll may still bring the answer
        pause = min(pause * 2, LONGEST_PAUSE)
