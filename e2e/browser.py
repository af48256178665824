"""What a person does and sees in the browser."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
import contextlib
from pathlib import Path
import re
import time
from typing import Any, Literal, NamedTuple, Self

from playwright.async_api import Browser, Error as BrowserError, Page, async_playwright

from . import form
from .errors import Unexpected

HERE = Path(__file__).parent
SCREENSHOTS = HERE / "screenshots"
WAIT_SECONDS = 20.0
STEP_SECONDS = 10.0

# What no page may show: keys instead of their translation, unfilled placeholders, values that are none.
RAW = (
    re.compile(r"\b(?:component|ui|entity|state|config|exceptions|issues|selector|services)\.[a-z0-9_]+\.[a-z0-9_.]+"),
    re.compile(r"\{[a-z_]+\}"),
    re.compile(r"\[object Object\]|\bundefined\b|\bNaN\b"),
    re.compile(r"^[a-z]+(?:_[a-z]+)+$"),
    re.compile(r"\b(\w{3,}(?: \w+)?) \1\b", re.IGNORECASE),
)
# Home Assistant's own words that look like one of them, and keys of messages from Iottly boards.
FINE = ("mode_dashboard", "button_pressed", "power_w")


class Screen(NamedTuple):
    """What somebody looks at; the size in pixels."""

    name: str
    width: int
    height: int
    is_mobile: bool = False


DESK = Screen("desk", 1400, 1000)
LAPTOP = Screen("laptop", 1366, 768)
PHONE = Screen("phone", 390, 844, is_mobile=True)
type Scheme = Literal["light", "dark"]


class Person:
    """Somebody at the browser."""

    def __init__(self, page: Page, url: str) -> None:
        """Sit down in front of a page."""
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        self._number = 0
        self._chapter = ""

    # Getting about ------------------------------------------------------------------------------

    async def log_in(self, username: str, password: str, *, look: bool = True) -> None:
        """Type the user's name and password."""
        await self.page.goto(self.url)
        await self.page.locator("input[name=username]").fill(username)
        await self.page.locator("input[name=password]").fill(password)
        if look:
            await self.look("login")
        await self.page.keyboard.press("Enter")
        await self.page.wait_for_url("**/demo-home/**")
        await self._ready()

    async def go(self, path: str) -> None:
        """Open a page of Home Assistant."""
        with contextlib.suppress(BrowserError):
            # The page may just be going somewhere by itself, which ends this attempt.
            await self.page.goto(f"{self.url}{path}")
        if not self.page.url.endswith(path):
            await self.pause(1.0)
            await self.page.goto(f"{self.url}{path}")
        await self._ready()

    async def _ready(self) -> None:
        await self.page.wait_for_function("() => window.e2e && document.querySelector('home-assistant')?.hass?.states")
        await self.pause(1.5)

    async def pause(self, seconds: float) -> None:
        """Give the page time to draw."""
        await asyncio.sleep(seconds)

    def begin(self, chapter: str) -> None:
        """Begin a chapter, whose name the following screenshots carry."""
        self._chapter = chapter
        self._number = 0

    # Looking ------------------------------------------------------------------------------------

    async def look(self, what: str, *, judge: bool = True) -> None:
        """Take a screenshot, and complain about what should not be on it."""
        self._number += 1
        name = "_".join(part for part in (self._chapter, f"{self._number:02}", what) if part)
        await self.page.screenshot(path=SCREENSHOTS / f"{name}.png")
        if not judge or not await self.page.evaluate("() => Boolean(window.e2e)"):
            return
        for text in await self.texts():
            if any(pattern.search(text) for pattern in RAW) and text not in FINE:
                self.complaints.append(f"{name}: shows “{text}”")
        for icon in await self.page.evaluate("() => e2e.missingIcons()"):
            self.complaints.append(f"{name}: there is no icon {icon}")

    async def texts(self) -> list[str]:
        """Return the pieces of text that can be read now."""
        found: list[str] = await self.page.evaluate("() => e2e.texts()")
        return found

    async def read(self, wanted: str, seconds: float = WAIT_SECONDS) -> None:
        """Wait until a text can be read."""
        until = time.monotonic() + seconds
        while not any(wanted in text for text in await self.texts()):
            if time.monotonic() > until:
                raise Unexpected(f"“{wanted}” is not to be read")
            await asyncio.sleep(0.2)

    async def state(self, entity_id: str) -> str:
        """Return an entity's state as the page knows it."""
        state: str = await self.page.evaluate("entity => e2e.state(entity)", entity_id)
        return state

    async def wait_for_state(self, entity_id: str, state: str) -> None:
        """Wait until the page knows an entity in a state."""
        until = time.monotonic() + WAIT_SECONDS
        while (now := await self.state(entity_id)) != state:
            if time.monotonic() > until:
                raise Unexpected(f"{entity_id} is {now or 'absent'}, not {state}")
            await asyncio.sleep(0.1)

    async def click_in_tile(self, entity_id: str, selector: str) -> None:
        """Click a part of an entity's tile."""
        tile = (await self.page.evaluate_handle("entity => e2e.tile(entity)", entity_id)).as_element()
        if tile is None:
            raise Unexpected(f"the dashboard has no tile for {entity_id}")
        await tile.scroll_into_view_if_needed()
        await self.pause(1.0)
        if (part := await tile.query_selector(selector)) is None:
            raise Unexpected(f"the tile of {entity_id} has no {selector}")
        await part.click()

    async def ask(self, **message: Any) -> Any:
        """Ask Home Assistant something through the page's own connection."""
        return await self.page.evaluate("message => e2e.call(message)", message)

    # Forms --------------------------------------------------------------------------------------

    async def step(self) -> dict[str, Any]:
        """Return the step of the flow that is on the page."""
        if (step := await self.step_or_none()) is None:
            raise Unexpected("no step of a flow is to be seen")
        return step

    async def step_or_none(self) -> dict[str, Any] | None:
        """Return the step of the flow that is on the page; None where none comes in time."""
        until = time.monotonic() + STEP_SECONDS
        while (step := await self.page.evaluate("() => e2e.step()")) is None:
            if time.monotonic() > until:
                return None
            await asyncio.sleep(0.1)
        # The form's texts come a moment after its fields.
        await self.pause(0.7)
        found: dict[str, Any] = step
        return found

    async def fill(self, values: Mapping[str, Any]) -> None:
        """Type and click values into the fields of a flow's form, or choose in its menu."""
        if "next_step_id" in values:
            await self.choose(values["next_step_id"])
        else:
            await form.fill(self.page, values)

    async def choose(self, option: str) -> None:
        """Click an option of a flow's menu."""
        options = (await self.step())["menu_options"]
        index = list(options).index(option)
        await self.page.locator("step-flow-menu ha-list-item, step-flow-menu ha-list-item-button").nth(index).click()

    async def submit(self) -> None:
        """Press the form's button and wait until it was answered."""
        await self.page.locator("dialog-data-entry-flow ha-dialog-footer ha-button").last.click()
        await self.pause(0.3)
        await self.page.wait_for_function(
            "() => !document.querySelector('home-assistant').shadowRoot"
            ".querySelector('dialog-data-entry-flow')?.shadowRoot.querySelector('step-flow-loading')"
        )
        await self.pause(1.0)


class Window:
    """The browser, as long as it is open."""

    def __init__(self, chromium: str, url: str) -> None:
        """Initialize with the addresses of Chromium and Home Assistant."""
        self._chromium = chromium
        self._url = url
        self._playwright = async_playwright()
        self._browser: Browser | None = None

    async def __aenter__(self) -> Self:
        """Open the browser."""
        SCREENSHOTS.mkdir(exist_ok=True)
        playwright = await self._playwright.start()
        self._browser = await playwright.chromium.launch(executable_path=self._chromium, args=["--no-sandbox"])
        return self

    @contextlib.asynccontextmanager
    async def person(
        self, screen: Screen = DESK, *, language: str = "en", scheme: Scheme = "light"
    ) -> AsyncGenerator[Person]:
        """Return somebody in front of a screen, in a profile of their own."""
        assert self._browser is not None
        context = await self._browser.new_context(
            viewport={"width": screen.width, "height": screen.height},
            is_mobile=screen.is_mobile,
            has_touch=screen.is_mobile,
            color_scheme=scheme,
            locale="en-US",
            timezone_id="Europe/Berlin",
            accept_downloads=True,
        )
        context.set_default_timeout(WAIT_SECONDS * 1000)
        await context.add_init_script(path=HERE / "browser.js")
        await context.add_init_script(f"localStorage.setItem('selectedLanguage', JSON.stringify('{language}'))")
        yield Person(await context.new_page(), self._url)
        await context.close()

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        if self._browser is not None:
            await self._browser.close()
        await self._playwright.__aexit__()
