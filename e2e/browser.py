"""The browser: typing, clicking, screenshots, and checks of the visible texts."""

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

# Texts that no page may have: keys without translation, placeholders, JavaScript values, and repeated words.
RAW = (
    re.compile(r"\b(?:component|ui|entity|state|config|exceptions|issues|selector|services)\.[a-z0-9_]+\.[a-z0-9_.]+"),
    re.compile(r"\{[a-z_]+\}"),
    re.compile(r"\[object Object\]|\bundefined\b|\bNaN\b"),
    re.compile(r"^[a-z]+(?:_[a-z]+)+$"),
    re.compile(r"\b(\w{3,}(?: \w+)?) \1\b", re.IGNORECASE),
)
# Exceptions: words of Home Assistant, and keys of messages from Iottly boards.
FINE = ("mode_dashboard", "button_pressed", "power_w")


class Screen(NamedTuple):
    """A screen; the size is in pixels."""

    name: str
    width: int
    height: int
    is_mobile: bool = False


DESK = Screen("desk", 1400, 1000)
LAPTOP = Screen("laptop", 1366, 768)
PHONE = Screen("phone", 390, 844, is_mobile=True)
type Scheme = Literal["light", "dark"]


class Person:
    """A user with a page of the browser."""

    def __init__(self, page: Page, url: str) -> None:
        """Initialize with a page, and the URL of Home Assistant."""
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        self._number = 0
        self._chapter = ""

    # Navigation ---------------------------------------------------------------------------------

    async def log_in(self, username: str, password: str, *, look: bool = True) -> None:
        """Log in with a user name and a password."""
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
            # A navigation of the page itself can cancel this one.
            await self.page.goto(f"{self.url}{path}")
        if not self.page.url.endswith(path):
            await self.pause(1.0)
            await self.page.goto(f"{self.url}{path}")
        await self._ready()

    async def _ready(self) -> None:
        await self.page.wait_for_function("() => window.e2e && document.querySelector('home-assistant')?.hass?.states")
        await self.pause(1.5)

    async def pause(self, seconds: float) -> None:
        """Wait until the page is rendered."""
        await asyncio.sleep(seconds)

    def begin(self, chapter: str) -> None:
        """Set the prefix of the next screenshots."""
        self._chapter = chapter
        self._number = 0

    # Checks -------------------------------------------------------------------------------------

    async def look(self, what: str, *, judge: bool = True) -> None:
        """Take a screenshot, and with `judge` add the faults of texts and icons to `complaints`."""
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
        """Return the visible texts."""
        found: list[str] = await self.page.evaluate("() => e2e.texts()")
        return found

    async def read(self, wanted: str, seconds: float = WAIT_SECONDS) -> None:
        """Wait until a text is visible. Raises Unexpected if it is not in time."""
        until = time.monotonic() + seconds
        while not any(wanted in text for text in await self.texts()):
            if time.monotonic() > until:
                raise Unexpected(f"the text “{wanted}” is not visible")
            await asyncio.sleep(0.2)

    async def state(self, entity_id: str) -> str:
        """Return the state of an entity on the page, or an empty text."""
        state: str = await self.page.evaluate("entity => e2e.state(entity)", entity_id)
        return state

    async def wait_for_state(self, entity_id: str, state: str, seconds: float = WAIT_SECONDS) -> None:
        """Wait until an entity has a state on the page. Raises Unexpected if it has not in time."""
        until = time.monotonic() + seconds
        while (now := await self.state(entity_id)) != state:
            if time.monotonic() > until:
                raise Unexpected(f"{entity_id} is {now or 'absent'}, not {state}")
            await asyncio.sleep(0.1)

    async def click_in_tile(self, entity_id: str, selector: str) -> None:
        """Click a part of the tile of an entity. Raises Unexpected if there is none."""
        tile = (await self.page.evaluate_handle("entity => e2e.tile(entity)", entity_id)).as_element()
        if tile is None:
            raise Unexpected(f"the dashboard has no tile for {entity_id}")
        await tile.scroll_into_view_if_needed()
        await self.pause(1.0)
        if (part := await tile.query_selector(selector)) is None:
            raise Unexpected(f"the tile of {entity_id} has no {selector}")
        await part.click()

    async def ask(self, **message: Any) -> Any:
        """Send a WebSocket command by the connection of the page, and return the result."""
        return await self.page.evaluate("message => e2e.call(message)", message)

    # Forms --------------------------------------------------------------------------------------

    async def step(self) -> dict[str, Any]:
        """Return the visible step of a flow. Raises Unexpected if there is none."""
        if (step := await self.step_or_none()) is None:
            raise Unexpected("there is no step of a flow")
        return step

    async def step_or_none(self) -> dict[str, Any] | None:
        """Return the visible step of a flow, or None if there is none in time."""
        until = time.monotonic() + STEP_SECONDS
        while (step := await self.page.evaluate("() => e2e.step()")) is None:
            if time.monotonic() > until:
                return None
            await asyncio.sleep(0.1)
        # The texts of a form are rendered after its fields.
        await self.pause(0.7)
        found: dict[str, Any] = step
        return found

    async def fill(self, values: Mapping[str, Any]) -> None:
        """Fill the form of a flow, or select an option of its menu."""
        if "next_step_id" in values:
            await self.choose(values["next_step_id"])
        else:
            await form.fill(self.page, values)

    async def choose(self, option: str) -> None:
        """Click an option in the menu of a flow."""
        options = (await self.step())["menu_options"]
        index = list(options).index(option)
        await self.page.locator("step-flow-menu ha-list-item, step-flow-menu ha-list-item-button").nth(index).click()

    async def submit(self) -> None:
        """Submit the form of a flow, and wait for the response."""
        await self.page.locator("dialog-data-entry-flow ha-dialog-footer ha-button").last.click()
        await self.pause(0.3)
        await self.page.wait_for_function(
            "() => !document.querySelector('home-assistant').shadowRoot"
            ".querySelector('dialog-data-entry-flow')?.shadowRoot.querySelector('step-flow-loading')"
        )
        await self.pause(1.0)


class Window:
    """A running browser, as a context manager."""

    def __init__(self, chromium: str, url: str) -> None:
        """Initialize with the path of Chromium and the URL of Home Assistant."""
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
        """Yield a user with a new profile of the browser."""
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
        """Close the browser."""
        if self._browser is not None:
            await self._browser.close()
        await self._playwright.__aexit__()
