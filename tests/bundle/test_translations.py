"""translations/ is complete, has the same keys in every language, and no unused text."""

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

# Keys of texts. The group is the part of the key that the code must contain.
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
# Keys that Home Assistant uses. The code of the integration need not contain them.
FROM_HOME_ASSISTANT = {
    "already_configured", "already_in_progress", "reauth_successful", "reconfigure_successful", "no_devices_found",
    "single_instance_allowed", "unique_id_mismatch", "cloud_not_connected", "unknown", "user", "init",
}  # fmt: skip


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Return a language."""
    found: str = request.param
    return found


def placeholders(text: str) -> list[str]:
    """Return the placeholders of a text."""
    return sorted({name for _, name, _, _ in string.Formatter().parse(text) if name})


def faults(key: str, text: str) -> Iterator[str]:
    """Go through what hassfest would refuse in a text."""
    if URL.search(text):
        yield f"{key}: put the URL into description_placeholders"
    if QUOTED_PLACEHOLDER.search(text):
        yield f"{key}: a placeholder is in single quotes"
    if text != text.strip() or not text:
        yield f"{key}: it is empty, or has spaces at its ends"
    if "[%" in text:
        yield f"{key}: custom integrations cannot use references"
    try:
        cv.string_with_no_html(text)
    except vol.Invalid:
        yield f"{key}: it contains HTML"
    for name in placeholders(text):
        if not name.isidentifier():
            yield f"{key}: {{{name}}} is not an identifier"


def test_texts_follow_the_rules_of_hassfest(vendor: Vendor, language: str) -> None:
    expect_none([fault for key, text in vendor.texts(language).items() for fault in faults(key, text)])


def test_keys_follow_the_rules_of_hassfest(vendor: Vendor, language: str) -> None:
    tree = vendor.json(f"translations/{language}.json")
    assert set(tree) <= SECTIONS
    parts = {part for key in vendor.texts(language) for part in key.split(".")}
    expect_none([part for part in sorted(parts) if part != "_" and not KEY.fullmatch(part)])


def test_every_language_has_the_same_keys_and_placeholders(vendor: Vendor, language: str) -> None:
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
def test_sentences_are_translated(vendor: Vendor, translated: str) -> None:
    """Only texts with at most three words may be equal to the English ones."""
    english, other = vendor.texts("en"), vendor.texts(translated)
    same = [key for key, text in english.items() if other.get(key) == text and len(re.findall(r"[a-z]{2,}", text)) > 3]
    expect_none(same)


def test_no_translation_is_unused(vendor: Vendor) -> None:
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
    """Go through the forms: the path of the texts, the names of the fields and their descriptions."""
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


def test_every_field_of_a_form_has_a_description(vendor: Vendor) -> None:
    wrong = [
        f"{place}: {field} is {'described but has no name' if field in descriptions else 'not described'}"
        for place, names, descriptions in forms(vendor)
        for field in sorted(names.keys() ^ descriptions.keys())
    ]
    expect_none(wrong)


def used_keys(vendor: Vendor) -> Iterator[tuple[str, str]]:
    """Go through the translation keys in the code: the file, and the path that the text must have."""
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


def test_every_key_in_the_code_has_a_text(vendor: Vendor) -> None:
    texts = vendor.texts("en")
    present = set(texts)
    for key in texts:
        parts = key.split(".")
        present |= {".".join(parts[:length]) for length in range(1, len(parts))}
        if "error" in parts:
            present.add(".".join(parts[parts.index("error") :]))
    expect_none(sorted({f"{key} (used in {where})" for where, key in used_keys(vendor) if key not in present}))
