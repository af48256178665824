"""LED and face while the robot listens, thinks and speaks, and what they showed before."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .const import DEFAULT_FEEDBACK, OPTION_FEEDBACK

if TYPE_CHECKING:
    from .coordinator import MistyCoordinator

type Command = tuple[str, dict[str, Any]]

LISTENING, THINKING, SPEAKING = "listening", "thinking", "speaking"
# Colour and face of each stage; both come with every robot.
STAGES = {
    LISTENING: ((0, 90, 255), "e_Surprise.jpg"),
    THINKING: ((255, 140, 0), "e_ApprehensionConcerned.jpg"),
    SPEAKING: ((0, 200, 60), "e_Joy.jpg"),
}
RESTING_FACE = "e_DefaultContent.jpg"


class Feedback:
    """What the robot shows of a conversation."""

    def __init__(self, coordinator: MistyCoordinator) -> None:
        """Know nothing of what the robot shows."""
        self._coordinator = coordinator
        self._led: Command = ("led", {"red": 0, "green": 255, "blue": 0})
        self._face: Command = ("images/display", {"fileName": RESTING_FACE})
        self._is_showing = False

    def remember(self, path: str, arguments: Mapping[str, Any]) -> None:
        """Note a command that changed what is shown: the robot cannot be asked afterwards."""
        if path in ("led", "led/transition"):
            self._led = (path, dict(arguments))
        elif path == "images/display" and not arguments.get("layer"):
            self._face = (path, dict(arguments))
        elif path == "display/settings":
            self._face = ("images/display", {"fileName": RESTING_FACE})

    def show(self, stage: str) -> None:
        """Show a stage, unless the options say otherwise."""
        if not self._coordinator.config_entry.options.get(OPTION_FEEDBACK, DEFAULT_FEEDBACK):
            return
        self._is_showing = True
        (red, green, blue), face = STAGES[stage]
        self._coordinator.async_send_quietly("led", {"red": red, "green": green, "blue": blue})
        self._coordinator.async_send_quietly("images/display", {"fileName": face})

    def end(self) -> None:
        """Show again what was there before."""
        if self._is_showing:
            self._is_showing = False
            self._coordinator.async_send_quietly(*self._led)
            self._coordinator.async_send_quietly(*self._face)
