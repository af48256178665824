"""Run one simulator in the foreground: `python -m simulators VENDOR --port N`."""

import argparse
import asyncio
from collections.abc import Iterable
import contextlib
import signal
import sys

from harness.vendors import endpoints, vendors

from .kit import Simulator


def main() -> None:
    """Parse the command line and run until interrupted."""
    parser = argparse.ArgumentParser(prog="script/simulate", description=__doc__)
    parsers = parser.add_subparsers(dest="vendor", required=True)
    # For a vendor with two simulators, the name of the vendor runs the first one.
    aliases = {one.endpoint.name: [one.domain] for one in vendors().values() if one.endpoint.name != one.domain}
    for name in wanted(sys.argv[1:]):
        simulator: type[Simulator] = endpoints()[name].simulator_class
        text = (simulator.__doc__ or "").splitlines()[0]
        one = parsers.add_parser(name, aliases=aliases.get(name, ()), help=text)
        one.set_defaults(simulator=simulator)
        one.add_argument("--port", type=int, default=0, help="port to listen on (default: a free one)")
        one.add_argument("--host", default="127.0.0.1", help="address to listen on (default: loopback)")
        one.add_argument("--control-port", type=int, default=0, help="port for faults, commands and the record")
        simulator.add_options(one)
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(options.simulator.from_options(options), options))


def wanted(arguments: list[str]) -> Iterable[str]:
    """Return the simulators to import: only the one in the arguments, for a fast start, or all for the help."""
    return [name for name in arguments[:1] if name in endpoints()] or endpoints()


async def run(simulator: Simulator, options: argparse.Namespace) -> None:
    """Run one simulator until SIGTERM or SIGINT."""
    port = await simulator.start(options.port, options.host)
    control = await simulator.start_control(options.control_port)
    print(f"{simulator.name} on http://{options.host}:{port}/ (control on {control})", flush=True)
    if login := simulator.login(f"{options.host}:{port}"):
        print(", ".join(f"{field}: {value}" for field, value in login.items()), flush=True)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    await simulator.stop()


if __name__ == "__main__":
    main()
