"""A Rotoclear C2 control unit: state machine, http and WebSocket API, camera stream.

Derived from docs/protocol/rotoclear.md, the facts of the vendor's API page (software newer than
V2.7.10); no real unit was at hand. `variables` is the state table, `rules` and `derived` are what writes
do and what follows from them, `simulator` is the servers around it, `commands` what can happen to it.
"""

from .simulator import RotoclearSimulator
from .variables import VARIABLES, Variable

SIMULATOR = RotoclearSimulator

__all__ = ["SIMULATOR", "VARIABLES", "RotoclearSimulator", "Variable"]
