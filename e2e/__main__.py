"""Play every vendor's story: `script/e2e [VENDOR...]`."""

import argparse
import asyncio
from collections.abc import Mapping
import os
from pathlib import Path
import signal
import sys
import tempfile

import aiohttp
from PIL import Image

from demo.client import Client
from demo.errors import DemoError
from demo.hass import PASSWORD, USERNAME
from demo.simulators import Running, Simulators
from demo.vendors import REPOSITORY, find_exhibits

from .browser import SCREENSHOTS, Person, Window
from .stories import stories_of
from .story import CHAPTERS, Scene

READY = "demo: open "
IMAGES = REPOSITORY / "docs" / "images"


def main() -> None:
    """Parse the command line, play, and leave with an exit status."""
    parser = argparse.ArgumentParser(prog="script/e2e", description=__doc__)
    parser.add_argument("vendors", nargs="*", metavar="VENDOR", help="only these (default: all)")
    parser.add_argument("--port", type=int, default=8199, help="port of Home Assistant (default: %(default)s)")
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="the browser (default: %(default)s)")
    parser.add_argument("--docs", action="store_true", help="copy the chosen screenshots into docs/images")
    options = parser.parse_args()
    try:
        sys.exit(asyncio.run(run(options)))
    except asyncio.CancelledError:
        sys.exit("e2e: stopped")
    except DemoError as fault:
        sys.exit(f"e2e: {fault}")


async def run(options: argparse.Namespace) -> int:
    """Start a bare demo and play all stories in it; return the exit status."""
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    with tempfile.TemporaryDirectory(prefix="e2e-") as folder:
        async with aiohttp.ClientSession() as session, BareDemo(Path(folder), options) as url:
            simulators = Simulators.already_running(Path(folder), session)
            client = Client(session, url)
            await client.login(USERNAME, PASSWORD)
            async with Window(options.chromium, url) as person:
                faults = await play(person, simulators, client, options.vendors)
                faults += person.complaints
    if options.docs:
        choose_images(options.vendors)
    for fault in faults:
        print(f"e2e: {fault}", flush=True)
    print(
        "e2e: FAILED" if faults else "e2e: OK", f"(screenshots in {SCREENSHOTS.relative_to(REPOSITORY)}/)", flush=True
    )
    return 1 if faults else 0


async def play(person: Person, simulators: Mapping[str, Running], client: Client, only: list[str]) -> list[str]:
    """Play the stories one after the other; return what went wrong."""
    faults = []
    await person.log_in(USERNAME, PASSWORD)
    for exhibit in find_exhibits(only)[0]:
        for story in stories_of(exhibit.domain):
            faults += await play_one(
                Scene(story=story, exhibit=exhibit, person=person, simulators=simulators, client=client)
            )
    await person.go("/demo-home/overview")
    person.begin("overview")
    await person.pause(3.0)
    await person.look("overview")
    return faults


def choose_images(only: list[str]) -> None:
    """Copy what the documentation shows, with as few colours as do no harm."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    wanted = {} if only else {"overview_*_overview": "demo-overview"}
    for exhibit in find_exhibits(only)[0]:
        for story in stories_of(exhibit.domain):
            for key, name in story.images.items():
                chapter, _, what = key.partition("_")
                wanted[f"{story.name}_*_{chapter}_*_{what}"] = name
    for pattern, name in wanted.items():
        for found in SCREENSHOTS.glob(f"{pattern}.png"):
            Image.open(found).convert("RGB").quantize(256).save(IMAGES / f"{name}.png", optimize=True)


async def play_one(scene: Scene) -> list[str]:
    """Play one story; return what went wrong. A chapter that fails ends only itself."""
    faults = []
    for old in SCREENSHOTS.glob(f"{scene.story.name}_*.png"):
        old.unlink()
    for number, chapter in enumerate(CHAPTERS, 1):
        scene.person.begin(f"{scene.story.name}_{number}_{chapter.__name__}")
        outcome = "well"
        try:
            await chapter(scene)
        except Exception as fault:  # the browser's own errors are many
            await scene.person.look("fault", judge=False)
            outcome = f"FAILED: {str(fault).splitlines()[0]}"
            faults.append(f"{scene.story.name} {chapter.__name__} {outcome}")
        print(f"{scene.story.name:12} {chapter.__name__:12} {outcome}", flush=True)
    return faults


class BareDemo:
    """A demo without vendors, as long as it is needed."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        """Prepare."""
        self._folder = folder
        self._options = options
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> str:
        """Start it and return its address."""
        only = [argument for vendor in self._options.vendors for argument in ("--only", vendor)]
        self._process = await asyncio.create_subprocess_exec(
            str(REPOSITORY / "script" / "demo"),
            *("--bare", "--directory", str(self._folder), "--port", str(self._options.port), *only),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            print(line.decode().rstrip(), flush=True)
            if line.decode().startswith(READY):
                return line.decode().removeprefix(READY).split()[0]
        raise DemoError("the demo did not start")

    async def __aexit__(self, *_: object) -> None:
        """Stop it."""
        if self._process is not None and self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            await self._process.wait()


if __name__ == "__main__":
    main()
