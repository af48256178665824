"""What a number can mean, and a row of the tables that tell it by names."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class NumberMeaning:
    """A number's device class (None for a plain percentage or count), unit and whether it only grows.

    A value outside of `low` to `high`, or among the `sentinels`, is none: sensors tell so that they failed.
    """

    device_class: str | None
    unit: str | None
    grows: bool = False
    low: float = float("-inf")
    high: float = float("inf")
    sentinels: frozenset[float] = frozenset()

    def is_plausible(self, value: float) -> bool:
        """Return True if a value can be a reading."""
        return self.low <= value <= self.high and value not in self.sentinels


@dataclass(frozen=True, slots=True)
class NumberRow:
    """Words that mean one kind of number.

    The first unit is meant where the name gives none; with `needs_unit`, it means nothing without, unless the
    name is one of the words alone or with one of these words.
    """

    words: tuple[str, ...]
    device_class: str | None
    units: dict[str, str | None]
    grows: bool = False
    needs_unit: bool = False
    with_words: frozenset[str] | None = None
    limits: tuple[float, float] = (float("-inf"), float("inf"))
    sentinels: frozenset[float] = field(default=frozenset())

    def meaning(self, words: list[str], unit: str | None) -> NumberMeaning | None:
        """Return the meaning of a name of these words, with this word for the unit behind it."""
        is_usual = self.with_words is None or set(words) <= self.with_words | set(self.words)
        if unit is None and (self.needs_unit or not is_usual):
            return None
        row_unit = self.units.get(unit or "", next(iter(self.units.values())))
        return NumberMeaning(self.device_class, row_unit, self.grows, *self.limits, self.sentinels)
