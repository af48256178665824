"""Prints the entities that an integration creates for a device, and the rule for each of them.

`python -m harness.what VENDOR FILE` reads the JSON of a device or server. Each vendor has a module
`harness/what_<vendor>.py` with the function `rows`. Users attach the output to an issue.
"""

from collections.abc import Iterable
from importlib import import_module
import json
from pathlib import Path
import sys
from typing import Any, NamedTuple

from common.client.markup import seen

ROOT = Path(__file__).parent.parent
LANGUAGES = ("en", "de", "it")


class Row(NamedTuple):
    """One entity. `name_key` is its translation key, None if it has the name of its device; `why` is the rule."""

    platform: str
    path: str
    name_key: str | None
    placeholders: dict[str, str]
    device_class: str | None
    unit: str | None
    state_class: str | None
    category: str | None
    enabled: bool
    value: Any
    why: str


def names(vendor: str, row: Row) -> list[str]:
    """Return the name of an entity in each language: its translation, or the `label` of the device.

    Without both the name is `-`: Home Assistant names the entity after its device class or its device.
    """
    found = []
    for language in LANGUAGES:
        file = ROOT / "custom_components" / vendor / "translations" / f"{language}.json"
        texts = json.loads(file.read_text(encoding="utf-8"))["entity"]
        text = texts.get(row.platform, {}).get(row.name_key or "", {}).get("name")
        text = row.placeholders.get("label", "-") if text is None else text
        found.append(text.format(**row.placeholders))
    return found


def lines(vendor: str, rows: Iterable[Row]) -> Iterable[str]:
    """Yield the lines of the report."""
    for row in rows:
        facts = {
            "class": row.device_class,
            "unit": row.unit,
            "state class": row.state_class,
            "category": row.category,
            "enabled": "yes" if row.enabled else "no",
            "value": row.value,
        }
        yield f"{row.platform}  {row.path}"
        yield "    " + ", ".join(f"{name} {value}" for name, value in facts.items() if value is not None)
        yield f"    name: {' / '.join(names(vendor, row))}"
        yield f"    why: {row.why}"


def main(arguments: list[str]) -> int:
    """Print the report; return the exit status."""
    if len(arguments) != 2:
        sys.stderr.write("usage: script/what VENDOR FILE\n")
        return 2
    vendor, file = arguments
    try:
        module = import_module(f"harness.what_{vendor}")
    except ModuleNotFoundError:
        sys.stderr.write(f"no such vendor: {vendor}\n")
        return 2
    try:
        content = json.loads(Path(file).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        sys.stderr.write(f"{file} cannot be read as JSON: {error}\n")
        return 2
    for line in lines(vendor, module.rows(content)):
        # The file may be a stranger's, and a terminal obeys what it is shown.
        sys.stdout.write(f"{seen(line)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
