"""Run one simulator in the foreground: `python -m simulators VENDOR --port N`."""

import argparse
import asyncio
from collections.abc import Iterable
import contextlib
import importlib
import signal
import sys

from .kit import Simulator

# Each vendor's module has `create()`, which returns its Simulator class.
VENDORS = {
    "rotoclear": "simulators.rotoclear",
    "pimatic": "simulators.pimatic",
    "misty": "simulators.misty",
    "instathings_cloud": "simulators.instathings.cloud",
    "instathings_gateway": "simulators.instathings.gateway",
    "iottly": "simulators.iottly",
}

# A vendor with two simulators: its own name means the first.
ALIASES = {"instathings_cloud": "instathings"}


def main() -> None:
    """Parse the command line and run until interrupted."""
    parser = argparse.ArgumentParser(prog="script/simulate", description=__doc__)
    vendors = parser.add_subparsers(dest="vendor", required=True)
    classes: dict[str, type[Simulator]] = {}
    for vendor in wanted(sys.argv[1:]):
        try:
            classes[vendor] = importlib.import_module(VENDORS[vendor]).SIMULATOR
        except ModuleNotFoundError:
            continue
        alias = [ALIASES[vendor]] if vendor in ALIASES else []
        one = vendors.add_parser(vendor, aliases=alias, help=(classes[vendor].__doc__ or "").splitlines()[0])
        one.set_defaults(simulator=classes[vendor])
        one.add_argument("--port", type=int, default=0, help="port to listen on (default: a free one)")
        one.add_argument("--host", default="127.0.0.1", help="address to listen on (default: loopback)")
        one.add_argument("--control-port", type=int, default=0, help="port for faults, commands and the record")
        classes[vendor].add_options(one)
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(options.simulator.from_options(options), options))


def wanted(arguments: list[str]) -> Iterable[str]:
    """Return the vendors to import: the named one, so that it starts fast, or all to list them."""
    return [name for name in arguments[:1] if name in VENDORS] or VENDORS


async def run(simulator: Simulator, options: argparse.Namespace) -> None:
    """Run one simulator until SIGTERM or SIGINT."""
    port = await simulator.start(options.port, options.host)
    control = await simulator.start_control(options.control_port)
    print(f"{simulator.name} on http://{options.host}:{port}/ (control on {control})", flush=True)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    await simulator.stop()


if __name__ == "__main__":
    main()
