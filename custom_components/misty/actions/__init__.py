"""The actions of Misty, by topic."""

from .commands import COMMAND_ACTIONS
from .files import FILE_ACTIONS
from .model import Action
from .movement import MOVEMENT_ACTIONS
from .pictures import PICTURE_ACTIONS
from .speech import SPEECH_ACTIONS

ACTIONS: tuple[Action, ...] = (
    *COMMAND_ACTIONS,
    *SPEECH_ACTIONS,
    *MOVEMENT_ACTIONS,
    *PICTURE_ACTIONS,
    *FILE_ACTIONS,
)
