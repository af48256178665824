"""The output of drafts: action responses, YAML with comments, and files in the configuration directory."""

from collections.abc import Mapping
from pathlib import Path
import re
from typing import Any, Final

from homeassistant.util.file import write_utf8_file
from homeassistant.util.yaml import dump

from ..common.client.markup import seen
from .automation import Draft
from .reasons import Note, Reason
from .triggers import Config

# The texts of notes in the language of Home Assistant, by their keys.
type Texts = Mapping[str, str]

_FILE_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,100}")


def format_note(note: Note, texts: Texts) -> str:
    """Return the text of a note; its key if there is no text."""
    return texts.get(note.reason, str(note.reason)).format(words=note.words, named=note.named)


def as_data(draft: Draft, texts: Texts) -> dict[str, Any]:
    """Return a draft for the response of an action."""
    return {
        "rule": draft.source.id,
        "name": draft.source.name,
        "text": draft.source.text,
        "is_complete": not draft.missing,
        "missing": [format_note(note, texts) for note in draft.missing],
        "notes": [format_note(note, texts) for note in draft.notes],
        "automation": draft.automation,
        "configuration": draft.configuration,
        "yaml": as_yaml(draft, texts),
    }


def as_yaml(draft: Draft, texts: Texts) -> str:
    """Return a draft as YAML; its notes are comments at the top."""
    heading = texts.get(Reason.NOT_COMPLETE, "") if draft.missing else ""
    lines = [
        draft.source.name,
        draft.source.text,
        heading,
        *(format_note(note, texts) for note in draft.missing + draft.notes),
    ]
    comments = [f"# {seen(line)}".rstrip() for text in lines if text for line in text.splitlines()]
    return "\n".join([*comments, dump(draft.automation) if draft.automation else ""])


def configuration_of(drafts: list[Draft]) -> Config:
    """Return the part of configuration.yaml that the drafts need."""
    merged: Config = {}
    for draft in drafts:
        for key, value in draft.configuration.items():
            if isinstance(value, list):
                merged.setdefault(key, []).extend(value)
            else:
                merged.setdefault(key, {}).update(value)
    return merged


def save(folder: Path, drafts: list[Draft], texts: Texts) -> None:
    """Write a file for each draft, and one with the configuration that they need. Blocks. Raises as `write`."""
    for draft in drafts:
        write(folder, _file_name(draft), as_yaml(draft, texts))
    if configuration := configuration_of(drafts):
        write(folder, "configuration", dump(configuration))


def write(folder: Path, name: str, text: str) -> None:
    """Write a YAML file. Blocks. Raises OSError and WriteError."""
    folder.mkdir(parents=True, exist_ok=True)
    write_utf8_file(str(folder / f"{name}.yaml"), text)


def _file_name(draft: Draft) -> str:
    """Return a file name with the id of the rule; with the slug if the id is not safe, as it is on a real server."""
    rule_id = draft.source.id
    is_safe = _FILE_NAME.fullmatch(rule_id) is not None
    return f"rule-{rule_id}" if is_safe else f"draft-{draft.slug}"
