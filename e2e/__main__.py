"""The command line: `script/e2e [VENDOR...]` tests the demo, and the story of each vendor."""

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

from .automations import make_in_every_language
from .browser import LAPTOP, SCREENSHOTS, Person, Window
from .first_minute import VIEWS, look_around, look_at_dashboards
from .stories import stories_of
from .story import CHAPTERS, Scene
from .tasks import do_all
from .views import look_at_views

READY = "demo: open "
IMAGES = REPOSITORY / "docs" / "images"


def main() -> None:
    """Run the tests and exit with their status."""
    parser = argparse.ArgumentParser(prog="script/e2e", description=__doc__)
    parser.add_argument("vendors", nargs="*", metavar="VENDOR", help="only these (default: all)")
    parser.add_argument("--port", type=int, default=8199, help="port of Home Assistant (default: %(default)s)")
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="the browser (default: %(default)s)")
    parser.add_argument("--first-minute", action="store_true", help="only the complete demo: its pages, and tasks")
    parser.add_argument("--docs", action="store_true", help="copy the screenshots of the documentation to docs/images")
    options = parser.parse_args()
    try:
        sys.exit(asyncio.run(run(options)))
    except asyncio.CancelledError:
        sys.exit("e2e: stopped")
    except DemoError as fault:
        sys.exit(f"e2e: {fault}")


async def run(options: argparse.Namespace) -> int:
    """Run all tests; return the exit status."""
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    faults = []
    if not options.vendors:
        faults += await check_demo(options)
    if not options.first_minute:
        faults += await check_stories(options)
    if options.docs:
        copy_images(options.vendors)
    for fault in faults:
        print(f"e2e: {fault}", flush=True)
    print(
        "e2e: FAILED" if faults else "e2e: OK", f"(screenshots in {SCREENSHOTS.relative_to(REPOSITORY)}/)", flush=True
    )
    return 1 if faults else 0


async def check_demo(options: argparse.Namespace) -> list[str]:
    """Test the pages, automations and tasks of the complete demo; return the faults."""
    with tempfile.TemporaryDirectory(prefix="e2e-") as folder:
        async with aiohttp.ClientSession() as session, RunningDemo(Path(folder), options) as url:
            simulators = Simulators.already_running(Path(folder), session)
            async with Window(options.chromium, url) as window:
                faults = await look_around(window)
                faults += await make_in_every_language(window, simulators)
                faults += await look_at_dashboards(window)
                faults += await look_at_views(window)
                async with window.person(LAPTOP) as person:
                    await person.log_in(USERNAME, PASSWORD, look=False)
                    return faults + await do_all(person, simulators)


async def check_stories(options: argparse.Namespace) -> list[str]:
    """Test all stories in a demo without integrations; return the faults."""
    with tempfile.TemporaryDirectory(prefix="e2e-") as folder:
        async with aiohttp.ClientSession() as session, RunningDemo(Path(folder), options, "--bare") as url:
            simulators = Simulators.already_running(Path(folder), session)
            client = Client(session, url)
            await client.login(USERNAME, PASSWORD)
            async with Window(options.chromium, url) as window, window.person() as person:
                faults = await play(person, simulators, client, options.vendors)
                return faults + person.complaints


async def play(person: Person, simulators: Mapping[str, Running], client: Client, only: list[str]) -> list[str]:
    """Play the stories one after the other; return the faults."""
    faults = []
    await person.log_in(USERNAME, PASSWORD)
    for exhibit in find_exhibits(only)[0]:
        for story in stories_of(exhibit.domain):
            faults += await play_one(
                Scene(story=story, exhibit=exhibit, person=person, simulators=simulators, client=client)
            )
    return faults


def copy_images(only: list[str]) -> None:
    """Copy the screenshots of the documentation, with 256 colours."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    wanted = {} if only else {"first_minute_laptop_en_light_*_overview": "demo-overview"}
    for exhibit in find_exhibits(only)[0]:
        if not only:
            wanted[f"{VIEWS}_*_{exhibit.domain}"] = f"{exhibit.domain}-dashboard"
        for story in stories_of(exhibit.domain):
            for key, name in story.images.items():
                chapter, _, what = key.partition("_")
                wanted[f"{story.name}_*_{chapter}_*_{what}"] = name
    for pattern, name in wanted.items():
        for found in SCREENSHOTS.glob(f"{pattern}.png"):
            Image.open(found).convert("RGB").quantize(256).save(IMAGES / f"{name}.png", optimize=True)


async def play_one(scene: Scene) -> list[str]:
    """Play one story; return the faults. After a failed chapter the others are played, too."""
    faults = []
    for old in SCREENSHOTS.glob(f"{scene.story.name}_*.png"):
        old.unlink()
    for number, chapter in enumerate(CHAPTERS, 1):
        scene.person.begin(f"{scene.story.name}_{number}_{chapter.__name__}")
        outcome = "OK"
        try:
            await chapter(scene)
        except Exception as fault:  # the browser has many exceptions
            await scene.person.look("fault", judge=False)
            outcome = f"FAILED: {str(fault).splitlines()[0]}"
            faults.append(f"{scene.story.name} {chapter.__name__} {outcome}")
        print(f"{scene.story.name:12} {chapter.__name__:14} {outcome}", flush=True)
    return faults


class RunningDemo:
    """A running demo, as a context manager."""

    def __init__(self, folder: Path, options: argparse.Namespace, *arguments: str) -> None:
        """Initialize with further arguments of script/demo."""
        self._arguments = arguments
        self._folder = folder
        self._options = options
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> str:
        """Start the demo and return its URL. Raises DemoError if it does not start."""
        only = [argument for vendor in self._options.vendors for argument in ("--only", vendor)]
        self._process = await asyncio.create_subprocess_exec(
            str(REPOSITORY / "script" / "demo"),
            *self._arguments,
            *("--directory", str(self._folder), "--port", str(self._options.port), *only),
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
        """Stop the demo."""
        if self._process is not None and self._process.returncode is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            await self._process.wait()


if __name__ == "__main__":
    main()
