"""translations/: complete, the same in every language, and nothing that nobody uses."""

import ast
from collections.abc import Iterator
import re
import string

from homeassistant.helpers import config_validation as cv
import pytest
import voluptuous as vol

from tests.bundle.vendor import LANGUAGES, Vendor, expect_none

KEY = re.compile(r"(?!.+[_-]{2})(?![_-])[a-z0-9_-]+(?<![_-])")
URL = re.compile(r"(\w+://|www\.)[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}", re.IGNORECASE)
QUOTED_PLACEHOLDER = re.compile(r"'{\w+}'")
SECTIONS = {
    "title", "common", "config", "config_subentries", "options", "device", "device_automation", "entity", "exceptions",
    "issues", "selector", "services", "system_health", "triggers", "conditions",
}  # fmt: skip

# Where the code names what a translation is for: the texts' place, and how many parts of the key name it.
NAMED_IN_CODE = (
    re.compile(r"config\.(?:error|abort|step)\.([^.]+)"),
    re.compile(r"options\.(?:error|abort|step)\.([^.]+)"),
    re.compile(r"config_subentries\.([^.]+)"),
    re.compile(r"config_subentries\.[^.]+\.(?:error|abort|step)\.([^.]+)"),
    re.compile(r"(?:config|options)\.step\.[^.]+\.(?:data|sections|menu_options)\.([^.]+)"),
    re.compile(r"entity\.[^.]+\.([^.]+)"),
    re.compile(r"entity\.[^.]+\.[^.]+\.state_attributes\.([^.]+)"),
    re.compile(r"exceptions\.([^.]+)"),
    re.compile(r"issues\.([^.]+)"),
    re.compile(r"device\.([^.]+)"),
    re.compile(r"selector\.([^.]+)"),
    re.compile(r"system_health\.info\.([^.]+)"),
)
# What Home Assistant itself answers with; nothing in the integration's code says these.
FROM_HOME_ASSISTANT = {
    "already_configured", "already_in_progress", "reauth_successful", "reconfigure_successful", "no_devices_found",
    "single_instance_allowed", "unique_id_mismatch", "cloud_not_connected", "unknown", "user", "init",
}  # fmt: skip


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Return one language."""
    found: str = request.param
    return found


def placeholders(text: str) -> list[str]:
    """Return what the text has places for."""
    return sorted({name for _, name, _, _ in string.Formatter().parse(text) if name})


def faults(key: str, text: str) -> Iterator[str]:
    """Tell what hassfest would refuse."""
    if URL.search(text):
        yield f"{key}: a URL belongs into description_placeholders"
    if QUOTED_PLACEHOLDER.search(text):
        yield f"{key}: no placeholder in single quotes"
    if text != text.strip() or not text:
        yield f"{key}: empty, or space at its ends"
    if "[%" in text:
        yield f"{key}: references are resolved only in Home Assistant's own build"
    try:
        cv.string_with_no_html(text)
    except vol.Invalid:
        yield f"{key}: HTML"
    for name in placeholders(text):
        if not name.isidentifier():
            yield f"{key}: {{{name}}} is no identifier"


def test_texts_are_as_hassfest_wants_them(vendor: Vendor, language: str) -> None:
    expect_none([fault for key, text in vendor.texts(language).items() for fault in faults(key, text)])


def test_keys_are_as_hassfest_wants_them(vendor: Vendor, language: str) -> None:
    tree = vendor.json(f"translations/{language}.json")
    assert set(tree) <= SECTIONS
    parts = {part for key in vendor.texts(language) for part in key.split(".")}
    expect_none([part for part in sorted(parts) if part != "_" and not KEY.fullmatch(part)])


def test_every_language_says_the_same(vendor: Vendor, language: str) -> None:
    english, other = vendor.texts("en"), vendor.texts(language)
    assert sorted(english.keys() - other.keys()) == [], f"missing in {language}.json"
    assert sorted(other.keys() - english.keys()) == [], f"only in {language}.json"
    different = {
        key: (placeholders(text), placeholders(other[key]))
        for key, text in english.items()
        if placeholders(text) != placeholders(other[key])
    }
    assert different == {}, "placeholders differ"


@pytest.mark.parametrize("translated", LANGUAGES[1:])
def test_nothing_was_left_in_english(vendor: Vendor, translated: str) -> None:
    """Names of one or two words may be the same; a sentence is not."""
    english, other = vendor.texts("en"), vendor.texts(translated)
    same = [key for key, text in english.items() if other.get(key) == text and len(re.findall(r"[a-z]{2,}", text)) > 3]
    expect_none(same)


def test_nothing_is_translated_that_nobody_shows(vendor: Vendor) -> None:
    unused = set()
    functions = {node.name for _, node in vendor.nodes if isinstance(node, ast.AsyncFunctionDef)}
    for key in vendor.texts("en"):
        for pattern in NAMED_IN_CODE:
            if (match := pattern.match(key)) and match[1] not in FROM_HOME_ASSISTANT:
                name = match[1]
                steps = {name, f"async_step_{name}"}
                if not vendor.mentions(name) and not steps & functions:
                    unused.add(key[: match.end()])
    expect_none(sorted(unused))


def forms(vendor: Vendor) -> Iterator[tuple[str, dict[str, str], dict[str, str]]]:
    """Go through every form: its place, the names of its fields, their descriptions."""
    texts = vendor.json("translations/en.json")
    flows = {"config": texts.get("config", {}), "options": texts.get("options", {})}
    flows |= {f"config_subentries.{kind}": flow for kind, flow in texts.get("config_subentries", {}).items()}
    flows |= {f"issues.{key}.fix_flow": issue.get("fix_flow", {}) for key, issue in texts.get("issues", {}).items()}
    for flow_name, flow in flows.items():
        for step_name, step in flow.get("step", {}).items():
            place = f"{flow_name}.step.{step_name}"
            yield place, step.get("data", {}), step.get("data_description", {})
            for section_name, section in step.get("sections", {}).items():
                yield f"{place}.sections.{section_name}", section.get("data", {}), section.get("data_description", {})


def test_every_field_is_described(vendor: Vendor) -> None:
    wrong = [
        f"{place}: {field} is {'described but not there' if field in descriptions else 'not described'}"
        for place, names, descriptions in forms(vendor)
        for field in sorted(names.keys() ^ descriptions.keys())
    ]
    expect_none(wrong)


def used_keys(vendor: Vendor) -> Iterator[tuple[str, str]]:
    """Go through the translation keys the code names: where, and where the text must be."""
    for file, node in vendor.nodes:
        where = vendor.name_of(file)
        match node:
            case ast.Call(keywords=keywords):
                by_name = {word.arg: word.value for word in keywords}
                match by_name.get("translation_key"):
                    case ast.Constant(value=str(key)):
                        pass
                    case _:
                        continue
                called = ast.unparse(node.func)
                if "translation_domain" in by_name:
                    yield where, f"exceptions.{key}.message"
                elif "issue" in called:
                    yield where, f"issues.{key}.title"
                elif called.endswith("Description"):
                    yield where, f"entity.{file.stem}.{key}"
                elif "SelectorConfig" in called:
                    yield where, f"selector.{key}"
                elif called.endswith("DeviceInfo"):
                    yield where, f"device.{key}.name"
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id="errors"))], value=ast.Constant(value=str(error))):
                yield where, f"error.{error}"


def test_every_key_that_is_used_has_a_text(vendor: Vendor) -> None:
    texts = vendor.texts("en")
    present = set(texts)
    for key in texts:
        parts = key.split(".")
        present |= {".".join(parts[:length]) for length in range(1, len(parts))}
        if "error" in parts:
            present.add(".".join(parts[parts.index("error") :]))
    expect_none(sorted({f"{key} (used in {where})" for where, key in used_keys(vendor) if key not in present}))
