"""A Rotoclear C2 control unit: state, HTTP and WebSocket API, camera stream.

Derived from docs/protocol/rotoclear.md, which has the facts of the vendor's API page (software newer than V2.7.10),
without access to a real unit. `variables` is the table of state variables, `rules` has the effects of writes, `derived`
the values that depend on others, `simulator` the servers, and `commands` the commands for tests.
"""

from .simulator import RotoclearSimulator
from .variables import VARIABLES, Variable

SIMULATOR = RotoclearSimulator

__all__ = ["SIMULATOR", "VARIABLES", "RotoclearSimulator", "Variable"]
