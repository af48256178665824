"""What models of Zigbee devices have differently under one key: `variants.tsv`, one row a variant and its models.

Source: docs/protocol/instathings.md#variants-of-models.
"""

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

# Their options are the words for on and off.
FLAGS = ("switch", "binary_sensor")


class Range(NamedTuple):
    """The numbers that a quantity can have; a number outside is unknown."""

    low: float = float("-inf")
    high: float = float("inf")

    def holds(self, value: float) -> bool:
        """Return True if a number is one of them; both ends are."""
        return self.low <= value <= self.high


class Variant(NamedTuple):
    """What a model has under a key. The fields are those of a rule."""

    platform: str
    device_class: str | None
    unit: str | None
    state_class: str | None
    limits: Range | None
    step: float | None
    options: tuple[str, ...]
    words: tuple[str, str] | None


NO_VARIANT = Variant("", None, None, None, None, None, (), None)


def _rows() -> Iterator[tuple[str, Variant, str]]:
    """Go through the rows: key, variant, and the models with a bar before and after each."""
    lines = (Path(__file__).parent / "variants.tsv").read_text(encoding="utf-8").splitlines()
    columns = lines[0].split("\t")
    for line in lines[1:]:
        cells = dict(zip_longest(columns, line.split("\t"), fillvalue=""))
        options = tuple(cells["options"].split("|")) if cells["options"] else ()
        words = (options[0], options[1]) if options and cells["platform"] in FLAGS else None
        variant = Variant(
            platform=cells["platform"],
            device_class=cells["device_class"] or None,
            unit=cells["unit"] or None,
            state_class=cells["state_class"] or None,
            limits=Range(float(cells["low"]), float(cells["high"])) if cells["low"] else None,
            step=float(cells["step"]) if cells["step"] else None,
            options=() if words else options,
            words=words,
        )
        yield cells["path"], variant, f"|{cells['models'].lower()}|"


def _by_key() -> Mapping[str, list[tuple[Variant, str]]]:
    found: dict[str, list[tuple[Variant, str]]] = {}
    for key, variant, models in _rows():
        found.setdefault(key, []).append((variant, models))
    return found


_VARIANTS = _by_key()
# The words of a key, one tuple for each set that some models share.
OPTION_SETS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    key: sets
    for key, variants in _VARIANTS.items()
    if (sets := tuple(variant.options for variant, _ in variants if variant.options))
}


def variant_of(key: str, model: str | None) -> Variant | None:
    """Return what a model has under a key; None where that is what the key's rule says, or where nothing is known."""
    if not model:
        return None
    wanted = f"|{model.lower()}|"
    return next((variant for variant, models in _VARIANTS.get(key, ()) if wanted in models), None)


def fitting_options(option_sets: tuple[tuple[str, ...], ...], seen: set[str]) -> tuple[str, ...]:
    """Return the words of all sets that hold every word seen; of all sets, where there is no such one."""
    fitting = [options for options in option_sets if seen.issubset(options)] or option_sets
    return tuple(dict.fromkeys(word for options in fitting for word in options))
