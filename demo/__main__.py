"""The command line: `script/demo`."""

import argparse
import asyncio
import contextlib
from pathlib import Path
import shutil
import signal
import sys
import tempfile

import aiohttp

from harness.vendors import vendors
from simulators.kit import free_port

from .check import check
from .directory import Directory
from .errors import DemoError
from .hass import PASSWORD, USERNAME, HomeAssistant
from .session import Demo, set_up
from .simulators import Simulators, is_free
from .system import missing_parts, sentence
from .vendors import REPOSITORY, find_exhibits

DEFAULT_PORT = 8123
LOOPBACK = "127.0.0.1"
# uv can neither use the index nor its cache.
NO_INSTALLING = {"UV_OFFLINE": "1", "UV_NO_CACHE": "1"}


def main() -> None:
    """Run the demo and exit with its status."""
    options = parser().parse_args()
    try:
        with contextlib.suppress(asyncio.CancelledError):
            sys.exit(0 if asyncio.run(run(options)) else 1)
    except DemoError as fault:
        sys.exit(f"demo: {fault}")


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    new = argparse.ArgumentParser(prog="script/demo", description=__doc__)
    new.add_argument(
        "--port", type=int, help=f"port of Home Assistant (default: {DEFAULT_PORT}; a free one for --check)"
    )
    new.add_argument("--host", default=LOOPBACK, help="address to listen on (default: this machine only)")
    new.add_argument("--directory", type=Path, default=REPOSITORY / ".demo", help="its directory (default: .demo)")
    new.add_argument("--fresh", action="store_true", help="delete the files of earlier runs")
    new.add_argument("--bare", action="store_true", help="add no integrations, so that you can add them yourself")
    new.add_argument("--check", action="store_true", help="set up all in a new directory, check every vendor, and exit")
    new.add_argument("--packages", action="store_true", help="install the packages in dist/, not the sources")
    new.add_argument(
        "--only", action="append", default=[], metavar="VENDOR", help=f"one of {', '.join(vendors())}; repeatable"
    )
    return new


async def run(options: argparse.Namespace) -> bool:
    """Run until a signal, or once for --check; return True if nothing failed."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    work = asyncio.create_task(checked(options) if options.check else shown(options))
    stop = asyncio.create_task(stopped.wait())
    await asyncio.wait((work, stop), return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    if not work.done():
        print("demo: stopping", flush=True)
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
        return not options.check
    return work.result()


async def shown(options: argparse.Namespace) -> bool:
    """Run the demo. Raises DemoError if Home Assistant or a simulator exits."""
    directory = Directory(options.directory.resolve(), packages=options.packages)
    directory.take()
    if options.fresh:
        directory.wipe()
    async with contextlib.AsyncExitStack() as stack:
        hass, demo = await open_demo(stack, options, directory, options.port or DEFAULT_PORT)
        await set_up(demo, bare=options.bare)
        await demo.client.close()
        print(f"demo: open {hass.url} and log in as {USERNAME} / {PASSWORD} (Ctrl-C ends it)", flush=True)
        ends = {
            asyncio.create_task(hass.wait_for_end()): "Home Assistant",
            asyncio.create_task(demo.simulators.wait_for_end()): "a simulator",
        }
        stack.callback(lambda: [task.cancel() for task in ends])
        ended, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        raise DemoError(f"{ends[ended.pop()]} has exited; its log is in {directory.path.name}/")


async def checked(options: argparse.Namespace) -> bool:
    """Set up the demo in a temporary directory, without installing anything, and check it; return True if it is OK."""
    with tempfile.TemporaryDirectory(prefix="demo-check-") as folder:
        directory = Directory(Path(folder), packages=options.packages)
        directory.take()
        try:
            async with contextlib.AsyncExitStack() as stack:
                port = options.port or free_port()
                _, demo = await open_demo(stack, options, directory, port, NO_INSTALLING)
                await set_up(demo)
                fine = await check(demo, directory.log)
        finally:
            keep_log(directory)
    print("demo: OK" if fine else "demo: FAILED (.demo/check.log has Home Assistant's log)", flush=True)
    return fine


def keep_log(directory: Directory) -> None:
    """Copy the log of Home Assistant to .demo."""
    if directory.log.exists():
        (REPOSITORY / ".demo").mkdir(exist_ok=True)
        shutil.copy(directory.log, REPOSITORY / ".demo" / "check.log")


def say(progress: str) -> None:
    """Print a line and flush it."""
    print(f"demo: {progress}", flush=True)


async def open_demo(
    stack: contextlib.AsyncExitStack,
    options: argparse.Namespace,
    directory: Directory,
    port: int,
    environment: dict[str, str] | None = None,
) -> tuple[HomeAssistant, Demo]:
    """Start the simulators and Home Assistant; `stack` stops them."""
    exhibits, left_out = find_exhibits(options.only)
    for remark in (*left_out, *(sentence(part) for part in missing_parts())):
        say(remark)
    if not is_free(options.host, port):
        raise DemoError(f"port {port} is in use; choose another one with --port")
    url = f"http://{LOOPBACK if options.host in ('0.0.0.0', '::') else options.host}:{port}"
    directory.write(host=options.host, port=port, url=url)
    session = await stack.enter_async_context(aiohttp.ClientSession())
    simulators = Simulators(directory.path, session)
    stack.push_async_callback(simulators.stop)
    hass = HomeAssistant(directory, session, url, environment or {})
    stack.push_async_callback(hass.stop)
    say("starting the simulators and Home Assistant")
    await hass.start()
    await simulators.start(endpoint for one in exhibits for endpoint in one.endpoints)
    await hass.wait_until_answering()
    say("adding the integrations")
    client = await hass.client()
    stack.push_async_callback(client.close)
    return hass, Demo(client=client, simulators=simulators, exhibits=exhibits)


if __name__ == "__main__":
    main()
