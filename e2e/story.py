"""The tests for each vendor, from adding it to its reauthentication. The data of the vendors is in `stories/`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
import hashlib
import json
from typing import Any

from playwright.async_api import TimeoutError as NotSeen

from demo.client import Action, Client
from demo.exhibit import Exhibit, Flow
from demo.simulators import Running
from harness.vendor import Endpoint

from .browser import Person
from .errors import Unexpected

# Changes something in the simulators.
type Happening = Callable[[Mapping[str, Running]], Awaitable[Any]]


@dataclass(frozen=True, kw_only=True)
class Outside:
    """A change of the device, the new state, and its text in the view of the vendor."""

    happens: Happening
    entity_id: str
    state: str
    shows: str = ""


@dataclass(frozen=True, kw_only=True)
class NewPassword:
    """A reauthentication."""

    refuse: Happening
    """Makes the device refuse the old credentials."""

    accept: Happening | None = None
    """Makes the device accept the credentials again; None if the new ones are different."""

    fields: Mapping[str, Any]
    """The user input with the new credentials."""

    step: str = "reauth_confirm"


@dataclass(frozen=True, kw_only=True)
class Story:
    """The data of a vendor's tests. Empty fields are skipped."""

    domain: str
    title: str = ""
    """Distinguishes several stories of a vendor."""

    flow: int = 0
    """The index of the flow in the vendor's exhibit."""

    wrong: Mapping[str, Any]
    """The fields with wrong user input at first, all of one step."""

    error: str
    """The error for the wrong input."""

    light: str = ""
    switch: str = ""
    camera: str = ""
    moves: tuple[Action, ...] = ()
    """Actions that change the picture, if it does not change itself. There are at least two, because Chromium renders a
    picture of an MJPEG stream only when it receives the next one."""

    outside: Outside | None = None
    own: tuple[Callable[[Scene], Awaitable[None]], ...] = ()
    """Tests that only this vendor has. The screenshot of each has the name of the function."""

    new_password: NewPassword | None = None
    reconfigure: str = "reconfigure"
    """The step of the reconfigure flow."""

    images: Mapping[str, str] = field(default_factory=dict)
    """The screenshots of the documentation: `chapter_name` to the name of the file in docs/images."""

    @property
    def name(self) -> str:
        """The name in screenshots and messages."""
        return "_".join(filter(None, (self.domain, self.title)))


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A story that is being played."""

    story: Story
    exhibit: Exhibit
    person: Person
    simulators: Mapping[str, Running]
    client: Client

    @property
    def endpoint(self) -> Endpoint:
        """The endpoint of the entry."""
        return self.exhibit.vendor.endpoints[self.story.flow]

    @property
    def flow(self) -> Flow:
        """The config flow of the demo."""
        return self.exhibit.flows[self.story.flow]

    @property
    def answers(self) -> dict[str, dict[str, Any]]:
        """The user input of the config flow by step id."""
        return self.flow.answers(self.simulators)


async def add(scene: Scene) -> None:
    """Add the integration, at first with wrong input."""
    person, story = scene.person, scene.story
    await person.go(f"/config/integrations/dashboard/add?domain={story.domain}")
    await person.page.get_by_role("button", name="OK").click()
    tried_wrong = False
    while (step := await person.step_or_none()) is not None and step["type"] in ("form", "menu"):
        answers = scene.answers[step["step_id"]]
        wrong = story.wrong if not tried_wrong and set(story.wrong) <= set(answers) else {}
        await person.look(step["step_id"])
        await person.fill({**answers, **wrong})
        if step["type"] == "menu":
            await person.pause(1.0)
            continue
        await person.submit()
        if wrong:
            tried_wrong = True
            await person.read(story.error)
            await person.look("refused")
    await person.look("added")
    if step is None:
        # For some devices Home Assistant closes the flow itself, for example to set up a voice assistant.
        if not await entries_of(scene):
            raise Unexpected("the flow ended without an entry")
        return
    if step["type"] != "create_entry":
        raise Unexpected(f"the flow ended with {step['type']} ({step.get('reason')})")
    try:
        await person.page.locator("dialog-data-entry-flow ha-dialog-footer ha-button").last.click(timeout=5000)
    except NotSeen:
        # Home Assistant may have closed the flow.
        if await person.step_or_none() is not None:
            raise


async def extend(scene: Scene) -> None:
    """Add the subentries of the demo, and let the demo prepare the simulators."""
    person = scene.person
    for kind, flows in scene.flow.subentries.items():
        for flow in flows:
            await person.go(f"/config/integrations/integration/{scene.story.domain}")
            await person.look("before")
            name = await person.ask(
                type="frontend/get_translations",
                language="en",
                category="config_subentries",
                integration=[scene.story.domain],
            )
            label = name["resources"][f"component.{scene.story.domain}.config_subentries.{kind}.initiate_flow.user"]
            await person.page.get_by_text(label, exact=True).first.click()
            step = await person.step()
            await person.fill(flow.answers(scene.simulators)[step["step_id"]])
            await person.look(kind)
            await person.submit()
            step = await person.step()
            await person.look(f"{kind}_added")
            if step["type"] != "create_entry":
                raise Unexpected(f"the flow of {kind} ended with {step['type']}: {step.get('errors')}")
    if scene.exhibit.prepare is not None:
        await scene.exhibit.prepare(scene.client, scene.simulators)


async def see(scene: Scene) -> None:
    """Check the page of the integration and up to three devices."""
    person = scene.person
    await person.go(f"/config/integrations/integration/{scene.story.domain}")
    await person.look("integration")
    devices = await person.ask(type="config/device_registry/list")
    entries = {entry["entry_id"] for entry in await entries_of(scene)}
    own = [device for device in devices if entries & set(device["config_entries"])]
    for device in own[:3]:
        await person.go(f"/config/devices/device/{device['id']}")
        await person.look("device")


async def use(scene: Scene) -> None:
    """Toggle a light and a switch on the dashboard, and check a change of the device."""
    person, story = scene.person, scene.story
    await person.go(f"/demo-home/{story.domain}")
    await person.pause(2.0)
    await person.look("dashboard")
    for entity_id in filter(None, (story.light, story.switch)):
        before = await person.state(entity_id)
        after = "on" if before == "off" else "off"
        await toggle_tile(person, entity_id)
        await person.wait_for_state(entity_id, after)
        await person.pause(1.0)
        await person.look(f"{entity_id.partition('.')[0]}_{after}")
    if outside := story.outside:
        await outside.happens(scene.simulators)
        await person.wait_for_state(outside.entity_id, outside.state)
        if outside.shows:
            await person.read(outside.shows)
        await person.pause(1.5)
        await person.look("outside")


async def toggle_tile(person: Person, entity_id: str) -> None:
    """Click the toggle in the tile of an entity, or its icon if there is no toggle."""
    await person.click_in_tile(entity_id, "ha-control-switch, ha-tile-icon")


async def watch(scene: Scene) -> None:
    """Open the dialog of the camera, and check that the picture changes."""
    if not (camera := scene.story.camera):
        return
    person = scene.person
    await person.go(f"/demo-home/{scene.story.domain}?more-info-entity-id={camera}")
    picture = person.page.locator(
        "ha-more-info-dialog ha-camera-stream img, ha-more-info-dialog ha-camera-stream video"
    )
    await picture.first.wait_for()
    await person.pause(2.0)
    await person.look("camera")
    seen = {hashlib.sha256(await picture.first.screenshot()).hexdigest()}
    for number in range(20):
        if number % 7 == 0 and number // 7 < len(scene.story.moves):
            await scene.client.act(scene.story.moves[number // 7])
        await person.pause(1.0)
        seen.add(hashlib.sha256(await picture.first.screenshot()).hexdigest())
        if len(seen) > 1:
            return
    raise Unexpected("the picture of the camera does not change")


async def own(scene: Scene) -> None:
    """Run the tests that only this vendor has."""
    for act in scene.story.own:
        await act(scene)
        await scene.person.look(act.__name__)


async def download(scene: Scene) -> None:
    """Download the diagnostics, and check that they contain no secret."""
    person = scene.person
    await open_menu(scene)
    async with person.page.expect_download() as waiting:
        await person.page.get_by_text("Download diagnostics").first.click()
    path = await (await waiting.value).path()
    content = path.read_text(encoding="utf-8")
    json.loads(content)
    for secret in scene.endpoint.secrets:
        if secret in content:
            raise Unexpected("the diagnostics contain a secret")


async def reconfigure(scene: Scene) -> None:
    """Reconfigure the entry with the same input."""
    person = scene.person
    await open_menu(scene)
    await person.page.get_by_text("Reconfigure", exact=True).first.click()
    await finish(scene, scene.story.reconfigure, list(scene.answers.values())[-1])


async def reauthenticate(scene: Scene) -> None:
    """Make the device refuse the credentials, and enter the new ones in the reauthentication flow."""
    if (new := scene.story.new_password) is None:
        return
    person = scene.person
    await new.refuse(scene.simulators)
    await person.go(f"/config/integrations/integration/{scene.story.domain}")
    button = person.page.get_by_role("button", name="Reconfigure")
    try:
        await button.first.wait_for(timeout=5000)
    except NotSeen:
        # A reload sends a request, if the integration would send none for a while.
        await open_menu(scene)
        await person.page.get_by_text("Reload", exact=True).first.click()
        await button.first.wait_for()
    await person.look("reauth_wanted")
    await button.first.click()
    await finish(scene, new.step, new.fields, new.accept)


async def finish(scene: Scene, step_id: str, fields: Mapping[str, Any], accept: Happening | None = None) -> None:
    """Fill in the only form of a flow, and check that it succeeds.

    `accept` is called after the form is filled in, because the integration aborts the reauthentication when the old
    credentials are accepted again.
    """
    person = scene.person
    step = await person.step()
    if step["type"] != "form" or step["step_id"] != step_id:
        raise Unexpected(f"the flow shows {step.get('step_id')} instead of {step_id}")
    await person.look(step_id)
    shown = {one["name"] for one in step["data_schema"]}
    await person.fill({name: value for name, value in fields.items() if name in shown})
    if accept is not None:
        await accept(scene.simulators)
    await person.submit()
    step = await person.step()
    await person.look(f"{step_id}_done")
    if step["type"] != "abort" or not step["reason"].endswith("_successful"):
        raise Unexpected(f"the flow ended with {step['type']}: {step.get('reason') or step.get('errors')}")


async def device_of(scene: Scene, entity_id: str) -> str:
    """Return the id of the device of an entity."""
    entity = await scene.person.ask(type="config/entity_registry/get", entity_id=entity_id)
    return str(entity["device_id"])


async def open_menu(scene: Scene) -> None:
    """Open the menu of the newest entry of the vendor, which is that of this story."""
    person = scene.person
    await person.go(f"/config/integrations/integration/{scene.story.domain}")
    newest = max(await entries_of(scene), key=lambda entry: entry["created_at"])
    row = person.page.locator("ha-config-entry-row").filter(has_text=newest["title"])
    await row.locator("ha-dropdown, ha-md-button-menu").first.click()
    await person.pause(0.7)
    await person.look("menu")


async def entries_of(scene: Scene) -> list[dict[str, Any]]:
    """Return the config entries of the vendor."""
    entries: list[dict[str, Any]] = await scene.person.ask(type="config_entries/get", domain=scene.story.domain)
    return entries


async def remove_entry(person: Person, entry_id: str) -> None:
    """Remove a config entry, so that it does not reconnect to a simulator that is stopped."""
    await person.page.evaluate("id => e2e.hass().callApi('DELETE', `config/config_entries/entry/${id}`)", entry_id)


CHAPTERS = (add, extend, see, use, watch, own, download, reconfigure, reauthenticate)
