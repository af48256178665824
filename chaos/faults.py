"""The faults: how each begins and ends, and which effects are allowed."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
import random

from .certificates import Certificates
from .observed_home import ObservedHome, jumped_clock
from .remote_end import RemoteEnd
from .subject import HOST

AN_HOUR = 3600.0
SLOW_SECONDS = 0.15
NARROW_BYTES = 20_000
NOTICED_SECONDS = 0.1


@dataclass
class Scene:
    """The objects of an experiment that a fault can change; `phase` is the load during the fault."""

    home: ObservedHome
    remote: RemoteEnd
    certificates: Certificates
    phase: str
    stack: ExitStack
    rng: random.Random


type Act = Callable[[Scene], Awaitable[None]]


async def _nothing(scene: Scene) -> None:
    """Do nothing, for a fault that ends itself."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault.

    - `outage`: the entities have to become unavailable (True), have to stay available (False), or either (None).
    - `silent`: nothing is received any more, but the connection is not closed.
    - `lasting`: the fault lasts until `end`.
    - `needs_reauth`: the credentials are refused, so a reauthentication flow has to start, but not for a device without
      credentials.
    - `changes_late`: a change during the fault would be lost, so the value changes after the fault.
    """

    name: str
    begin: Act
    end: Act = _nothing
    outage: bool | None = True
    silent: bool = False
    lasting: bool = True
    needs_reauth: bool = False
    changes_late: bool = False
    tls: bool = False


async def _refuse(scene: Scene) -> None:
    await scene.remote.call(scene.remote.proxy.refuse)


async def _accept(scene: Scene) -> None:
    await scene.remote.do(scene.remote.proxy.accept_again())


async def _reset(scene: Scene) -> None:
    await scene.remote.call(scene.remote.proxy.reset)


async def _cut(scene: Scene) -> None:
    await scene.remote.call(scene.remote.proxy.cut)


async def _hold(scene: Scene) -> None:
    await scene.remote.call(scene.remote.proxy.hold)


async def _resume(scene: Scene) -> None:
    await scene.remote.call(scene.remote.proxy.resume)


def _set(**values: float) -> Act:
    async def act(scene: Scene) -> None:
        for name, value in values.items():
            setattr(scene.remote.proxy, name, value)

    return act


async def _corrupt(scene: Scene) -> None:
    scene.remote.proxy.corrupt = True


async def _pure(scene: Scene) -> None:
    scene.remote.proxy.corrupt = False
    await _reset(scene)
    # Until the reset is received, a request would use the old connection.
    await asyncio.sleep(NOTICED_SECONDS)


async def _unauthorized(scene: Scene) -> None:
    """Refuse the credentials. A device without credentials may be behind a proxy that answers with status 401."""
    simulator = scene.remote.simulator
    fault = ("unauthorized", True) if scene.home.subject.endpoint.refuses_credentials else ("status", 401)
    await scene.remote.call(simulator.set_fault, *fault)
    await _reset(scene)


async def _authorized(scene: Scene) -> None:
    for fault in ("unauthorized", "status"):
        await scene.remote.call(scene.remote.simulator.set_fault, fault, False)


async def _restart(scene: Scene) -> None:
    remote = scene.remote

    async def again() -> None:
        port = remote.simulator.port
        await remote.simulator.stop()
        remote.proxy.reset()
        remote.proxy.target_port = await remote.simulator.start(port)

    await remote.do(again())


async def _redirect(scene: Scene) -> None:
    scene.remote.proxy.redirect_to = f"http://{HOST}:{scene.remote.thief.port}"
    await _reset(scene)


async def _direct(scene: Scene) -> None:
    scene.remote.proxy.redirect_to = None


async def _no_dns(scene: Scene) -> None:
    scene.home.dns.fails = True
    scene.home.forget_addresses()
    # A connection that is being opened would be used without DNS.
    await _refuse(scene)
    await _accept(scene)


async def _dns(scene: Scene) -> None:
    scene.home.dns.fails = False


def _presents(name: str) -> Act:
    async def act(scene: Scene) -> None:
        await scene.remote.do(scene.remote.proxy.present(getattr(scene.certificates, name)))

    return act


def _clock(seconds: float) -> Act:
    async def jump(scene: Scene) -> None:
        scene.stack.enter_context(jumped_clock(seconds))

    return jump


async def _clock_back(scene: Scene) -> None:
    scene.stack.close()


def _status(code: int) -> Fault:
    """Return a fault with this HTTP status; open connections are reset unless only the commands should be refused."""

    async def begin(scene: Scene) -> None:
        await scene.remote.call(scene.remote.simulator.set_fault, "status", code)
        if scene.phase != "command":
            await _reset(scene)

    async def end(scene: Scene) -> None:
        await scene.remote.call(scene.remote.simulator.set_fault, "status", False)

    return Fault(name=f"status {code}", begin=begin, end=end)


FAULTS = (
    Fault(name="refused", begin=_refuse, end=_accept),
    Fault(name="reset", begin=_reset, lasting=False),
    Fault(name="cut", begin=_cut, lasting=False),
    Fault(name="half-open", begin=_hold, end=_resume, silent=True),
    Fault(name="slow", begin=_set(delay=SLOW_SECONDS), end=_set(delay=0.0), outage=False),
    Fault(name="throttled", begin=_set(rate=NARROW_BYTES), end=_set(rate=0), outage=None),
    Fault(name="corrupt bytes", begin=_corrupt, end=_pure, outage=None, changes_late=True),
    Fault(name="restart", begin=_restart, lasting=False),
    Fault(name="401", begin=_unauthorized, end=_authorized, needs_reauth=True),
    _status(429),
    _status(500),
    _status(503),
    Fault(name="redirect", begin=_redirect, end=_direct),
    Fault(name="DNS", begin=_no_dns, end=_dns),
    Fault(name="TLS changed", begin=_presents("self_signed"), end=_presents("good"), tls=True),
    Fault(name="TLS expired", begin=_presents("expired"), end=_presents("good"), tls=True),
    Fault(name="clock jump", begin=_clock(AN_HOUR), end=_clock_back, outage=False),
    Fault(name="clock back", begin=_clock(-AN_HOUR), end=_clock_back, outage=False),
)
