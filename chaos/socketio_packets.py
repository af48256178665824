"""Engine.IO packets, in order and out of it, for the vendors that speak Socket.IO."""

from typing import Any

from hypothesis import strategies as st

from chaos.fake import FakeWebSocket
from chaos.inputs import bodies, dump, messages

ODD = (
    "",
    "0",
    "1",
    "2",
    "3",
    "3probe",
    "4",
    "40",
    "41",
    "42",
    "42[]",
    "43",
    "44",
    "5",
    "6",
    "7",
    "42[1]",
    "42{}",
    "99",
)

# What ends a session: Socket.IO's disconnect and error, Engine.IO's close.
ENDS = ("41", "44", "1")


@st.composite
def packets(draw: st.DrawFn, domain: str, events: tuple[str, ...]) -> str | bytes:
    """Return one packet: mostly an event with some payload, else anything of the protocol, or nothing of it."""
    match draw(st.integers(0, 9)):
        case 0:
            return draw(st.sampled_from(ODD))
        case 1:
            return draw(bodies(domain))
        case 2:
            return "0" + dump(draw(messages(domain))).decode("utf-8", "replace")
        case _:
            name, payload = draw(st.sampled_from(events)), draw(messages(domain))
            number = draw(st.sampled_from(["", "7", "99999999999999999999999999999999999"]))
            return f"42{number}" + dump([name, payload]).decode("utf-8", "replace")


def socket_of(module: Any, sent: list[Any], dropped: Any) -> Any:
    """Return a vendor's open SocketIO that brings these packets; see `heard_out`."""
    websocket: Any = FakeWebSocket(sent)
    return module.SocketIO(module._watched(websocket, module.Open("sid", 25.0), dropped), [], dropped, 10**7)


def heard_out(socket: Any) -> None:
    """Raise AssertionError when a SocketIO stopped listening before its session ended."""
    socket._socket._websocket.heard_out(ENDS)
