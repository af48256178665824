"""The limits in SECURITY.md are those of the code."""

from importlib import import_module
import re

from .vendor import ROOT, expect_none

ROW = re.compile(r"\| (?P<what>[^|]+) \| (?P<limit>[^|]+) \| (?P<where>`[^|]+) \|")
PLACE = re.compile(r"`(?P<file>[\w/]+\.py)`: (?P<names>`\w+`(?:, `\w+`)*)")
UNITS = {"KiB": 1024, "MiB": 1024 * 1024}
NUMBER = re.compile(r"(\d[\d,.]*\d|\d)(?: (KiB|MiB))?|\bone a second\b")


def _constant(file: str, name: str) -> float:
    number = getattr(import_module(file.removesuffix(".py").replace("/", ".")), name)
    return float(number)


def _written(limit: str) -> list[float]:
    numbers: list[float] = []
    for match in NUMBER.finditer(re.sub(r"\(.*?\)", "", limit)):
        number = float(match[1].replace(",", "")) if match[1] else 1.0
        numbers.append(number * UNITS.get(match[2] or "", 1))
    return numbers


def _rows() -> list[tuple[str, str, str]]:
    page = (ROOT / "SECURITY.md").read_text()
    return [(match["what"], match["limit"], match["where"]) for match in ROW.finditer(page)]


def test_every_limit_on_the_page_equals_the_constant() -> None:
    assert len(_rows()) > 20
    wrong = []
    for what, limit, where in _rows():
        numbers = [
            _constant(place["file"], name)
            for place in PLACE.finditer(where)
            for name in re.findall(r"\w+", place["names"])
        ]
        if numbers != _written(limit):
            wrong.append(f"{what}: {limit}, but {numbers} in the code")
    expect_none(wrong)
