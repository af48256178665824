"""Citations of docs/protocol/<vendor>.md#heading: the headings exist, and nothing outside the repository is cited."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
import re
import subprocess

import pytest

from tests.bundle.vendor import ROOT, expect_none

PROTOCOL = ROOT / "docs" / "protocol"
PAGES = sorted(PROTOCOL.glob("*.md"))

# A page with or without a heading, from the root of the repository or from docs/.
CITATION = re.compile(r"\bprotocol/(?P<page>\w+)\.md(?:#(?P<slug>[\w-]*))?")
# A link within a page.
OWN_LINK = re.compile(r"\]\(#(?P<slug>[^)]*)\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#{1,6} +(.+?)[ #]*$", re.MULTILINE)
LINK = re.compile(r"\[([^]]*)]\([^)]*\)")
# Notes that are not in the repository, but were cited.
OUTSIDE = re.compile(r"vendor-(?:facts|docs)\b|\bfacts (?:section )?\d|\(facts [a-z]\b", re.IGNORECASE)


def plain_slugs(markdown: str) -> list[str]:
    """Return the headings of a page in lower case, without punctuation and with hyphens for spaces."""
    headings = HEADING.findall(FENCE.sub("", markdown))
    return [re.sub(r"[^\w\- ]", "", LINK.sub(r"\1", heading).lower()).replace(" ", "-") for heading in headings]


def anchors(markdown: str) -> list[str]:
    """Return the anchors of the headings of a page as GitHub makes them. Repeated ones get a number."""
    seen: Counter[str] = Counter()
    found = []
    for slug in plain_slugs(markdown):
        found.append(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


@cache
def texts() -> dict[Path, str]:
    """Return every text file that Git tracks or does not ignore, without links to directories."""
    if not (ROOT / ".git").exists():
        pytest.skip("only a Git checkout has a list of its files")
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    found = {}
    for file in (ROOT / name for name in names if name):
        if file.is_file():
            try:
                found[file] = file.read_text()
            except UnicodeDecodeError:
                continue
    return found


def citations() -> Iterator[tuple[str, str, str | None]]:
    """Go through the citations: file and line, the page, and the heading if there is one."""
    for file, text in texts().items():
        found = [(match.start(), match["page"], match["slug"]) for match in CITATION.finditer(text)]
        if file in PAGES:
            found += [(match.start(), file.stem, match["slug"]) for match in OWN_LINK.finditer(text)]
        for start, page, slug in found:
            yield f"{file.relative_to(ROOT)}:{text.count('\n', 0, start) + 1}", page, slug


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("# Sign in\n\n## API-User & admin\n", ["sign-in", "api-user--admin"]),
        ("## `GET /api`, or: it's read\n", ["get-api-or-its-read"]),
        ("## [Values](#values) of_a unit ##\n", ["values-of_a-unit"]),
        ("## Limits\n\n## Limits\n", ["limits", "limits-1"]),
        ("```\n# a comment\n```\n## Größe\n", ["größe"]),
    ],
)
def test_anchors_equal_those_of_github(markdown: str, expected: list[str]) -> None:
    assert anchors(markdown) == expected


def test_every_cited_heading_exists() -> None:
    existing = {page.stem: anchors(page.read_text()) for page in PAGES}
    expect_none(
        f"{place} cites {page}.md" + ("" if slug is None else f"#{slug}")
        for place, page, slug in citations()
        if page not in existing or (slug is not None and slug not in existing[page])
    )


def test_headings_of_a_page_are_different() -> None:
    """The anchor of a repeated heading changes when an equal heading is added before it."""
    expect_none(
        f"{page.name}#{slug}"
        for page in PAGES
        for slug, count in Counter(plain_slugs(page.read_text())).items()
        if count > 1
    )


def test_client_and_simulator_cite_their_protocol_page() -> None:
    assert PAGES
    cited = {(place.split("/")[0], place.split("/")[1], page) for place, page, slug in citations() if slug}
    expect_none(
        f"nothing in {folder}/{page.stem} cites docs/protocol/{page.name}"
        for page in PAGES
        for folder in ("custom_components", "simulators")
        if (folder, page.stem, page.stem) not in cited
    )


def test_no_source_outside_the_repository_is_cited() -> None:
    expect_none(
        f"{file.relative_to(ROOT)}:{text.count('\n', 0, match.start()) + 1} {match[0]}"
        for file, text in texts().items()
        for match in OUTSIDE.finditer(text)
    )
