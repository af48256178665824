"""Engine.IO packets in any order, for the vendors with Socket.IO."""

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

# The packets that end a session: disconnect and error of Socket.IO, close of Engine.IO.
ENDS = ("41", "44", "1")


@st.composite
def packets(draw: st.DrawFn, domain: str, events: tuple[str, ...]) -> str | bytes:
    """Return a packet: mostly an event with a payload, else another packet of the protocol, or any data."""
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


def socket_of(module: Any, sent: list[Any], dropped: Any, redactor: Any = None) -> Any:
    """Return a vendor's open SocketIO that receives these packets."""
    websocket: Any = FakeWebSocket(sent)
    return module.SocketIO(websocket, dropped, module.Open("sid", 25.0), limit=10**7, redactor=redactor)


def assert_all_received(socket: Any) -> None:
    """Raise AssertionError if a SocketIO has not received all packets of its session."""
    socket._websocket.assert_all_received(ENDS)
