"""The faults: how each begins and ends, and what it may do to a home."""

from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass

from .certificates import Certificates
from .home import Home, jumped_clock
from .side import Side
from .vendor import HOST

AN_HOUR = 3600.0
SLOW_SECONDS = 0.15
NARROW_BYTES = 20_000


@dataclass
class Scene:
    """Everything a fault can touch; `phase` is what goes on meanwhile."""

    home: Home
    side: Side
    certificates: Certificates
    phase: str
    stack: ExitStack


type Act = Callable[[Scene], Awaitable[None]]


async def _nothing(scene: Scene) -> None:
    """Nothing has to be ended."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault.

    `outage`: the entities have to become unavailable (True), have to stay available (False), or
    either (None). `noticed` says whether the connection closes or falls silent. `lasting`: it goes
    on until `end`. `asks_person`: only new credentials help, so reauthentication has to start.
    `told_late`: what the device says meanwhile is lost by nature, so it changes after the end.
    """

    name: str
    begin: Act
    end: Act = _nothing
    outage: bool | None = True
    silent: bool = False
    lasting: bool = True
    asks_person: bool = False
    told_late: bool = False
    tls: bool = False
    no_effect_on_setup: bool = False


async def _refuse(scene: Scene) -> None:
    await scene.side.call(scene.side.proxy.refuse)


async def _accept(scene: Scene) -> None:
    await scene.side.do(scene.side.proxy.accept_again())


async def _reset(scene: Scene) -> None:
    await scene.side.call(scene.side.proxy.reset)


async def _cut(scene: Scene) -> None:
    await scene.side.call(scene.side.proxy.cut)


async def _hold(scene: Scene) -> None:
    await scene.side.call(scene.side.proxy.hold)


async def _resume(scene: Scene) -> None:
    await scene.side.call(scene.side.proxy.resume)


def _set(**values: float) -> Act:
    async def act(scene: Scene) -> None:
        for name, value in values.items():
            setattr(scene.side.proxy, name, value)

    return act


async def _corrupt(scene: Scene) -> None:
    scene.side.proxy.corrupt = True


async def _pure(scene: Scene) -> None:
    scene.side.proxy.corrupt = False
    await _reset(scene)


async def _restart(scene: Scene) -> None:
    side = scene.side

    async def again() -> None:
        port = side.simulator.port
        await side.simulator.stop()
        side.proxy.reset()
        side.proxy.target_port = await side.simulator.start(port)

    await side.do(again())


def _answers(fault: str, value: object) -> tuple[Act, Act]:
    """Let the server refuse; what is connected is cut, unless it is the commands that are to be refused."""

    async def begin(scene: Scene) -> None:
        await scene.side.call(scene.side.simulator.set_fault, fault, value)
        if scene.phase != "command" or fault == "unauthorized":
            await _reset(scene)

    async def end(scene: Scene) -> None:
        await scene.side.call(scene.side.simulator.set_fault, fault, False)

    return begin, end


async def _redirect(scene: Scene) -> None:
    scene.side.proxy.redirect_to = f"http://{HOST}:{scene.side.thief.port}"
    await _reset(scene)


async def _direct(scene: Scene) -> None:
    scene.side.proxy.redirect_to = None


async def _no_dns(scene: Scene) -> None:
    scene.home.dns.fails = True
    scene.home.forget_addresses()
    await _reset(scene)


async def _dns(scene: Scene) -> None:
    scene.home.dns.fails = False


def _presents(name: str) -> Act:
    async def act(scene: Scene) -> None:
        await scene.side.do(scene.side.proxy.present(getattr(scene.certificates, name)))

    return act


async def _clock(scene: Scene) -> None:
    scene.stack.enter_context(jumped_clock(AN_HOUR))


async def _clock_back(scene: Scene) -> None:
    scene.stack.close()


def _status(code: int) -> Fault:
    begin, end = _answers("status", code)
    return Fault(name=f"status {code}", begin=begin, end=end)


FAULTS = (
    Fault(name="refused", begin=_refuse, end=_accept),
    Fault(name="reset", begin=_reset, lasting=False, no_effect_on_setup=True),
    Fault(name="cut", begin=_cut, lasting=False, no_effect_on_setup=True),
    Fault(name="half-open", begin=_hold, end=_resume, silent=True),
    Fault(name="slow", begin=_set(delay=SLOW_SECONDS), end=_set(delay=0.0), outage=False),
    Fault(name="throttled", begin=_set(rate=NARROW_BYTES), end=_set(rate=0), outage=None),
    Fault(name="corrupt bytes", begin=_corrupt, end=_pure, outage=None, told_late=True),
    Fault(name="restart", begin=_restart, lasting=False, no_effect_on_setup=True),
    Fault(name="401", begin=_answers("unauthorized", True)[0], end=_answers("unauthorized", True)[1], asks_person=True),
    _status(429),
    _status(500),
    _status(503),
    Fault(name="redirect", begin=_redirect, end=_direct),
    Fault(name="DNS", begin=_no_dns, end=_dns),
    Fault(name="TLS changed", begin=_presents("stranger"), end=_presents("good"), tls=True),
    Fault(name="TLS expired", begin=_presents("expired"), end=_presents("good"), tls=True),
    Fault(name="clock jump", begin=_clock, end=_clock_back, outage=False),
)
