"""The spelling of a name does not change its meaning: how words are joined, the depth, a place, a number.

`MEANINGS=20000 .venv/bin/python -m pytest tests/names/test_spelling.py` tries that many.
"""

from collections.abc import Callable, Sequence
import os
import re

from hypothesis import assume, given, settings, strategies as st

from .corpus import Case, answer, corpus, fits

type Join = Callable[[Sequence[str]], str]

EXAMPLES = int(os.environ.get("MEANINGS", "400"))

# Names of whole words and units such as `motor_temp_c`. Others such as `delta_t_k` have no other spelling.
# The result of `PeakW` is in known_wrong.tsv.
WHOLE = re.compile(r"[a-z]{2,}[0-9]?(_[a-z]{2,}[0-9]?)*(_[a-z])?(?<!peak_w)")
PLAIN = st.sampled_from([case for case in corpus() if WHOLE.fullmatch(case.path)])
JOINED = st.sampled_from(
    [
        "_".join,
        "-".join,
        " ".join,
        lambda words: " ".join(map(str.capitalize, words)),
        lambda words: "".join(map(str.capitalize, words)),
        lambda words: words[0] + "".join(map(str.capitalize, words[1:])),
    ]
)

# Names that are in the tables of Instathings only, in this spelling only.
ONLY_SO = ("ec", "rain_rate", "water_level", "wind_speed")
DEEPER = st.sampled_from(["{}", "sensors.{}", "node7.{}", "data.kitchen.{}"])
PLACES = st.sampled_from([(), ("kitchen",), ("cellar",), ("node7",), ("kitchen", "2")])
NUMBERS = st.sampled_from([(), ("1",), ("2",), ("3",), ("12",)])


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(PLAIN, JOINED, DEEPER)
def test_another_spelling_has_the_same_meaning(case: Case, join: Join, deeper: str) -> None:
    """A name without a class has none in another spelling either."""
    assume(case.vendor != "instathings" or case.path not in ONLY_SO)
    kind, device_class, unit, state_class = answer(case)
    assume(fits((kind, device_class, unit, state_class), corpus()[case].expected))
    path = deeper.format(join(case.path.split("_")))
    _, *found = answer(Case(case.vendor, path, case.value))
    if device_class == "-":
        assert found[0] == "-"
    else:
        assert found == [device_class, unit, state_class]


def test_names_that_are_known_in_one_spelling_only_are_listed() -> None:
    cases = [case for case in corpus() if case.vendor == "instathings" and case.path in ONLY_SO]
    assert {case.path for case in cases} == set(ONLY_SO)
    titles = [case._replace(path=case.path.replace("_", " ").title()) for case in cases]
    assert [case.path for case in titles if answer(case)[1] != "-"] == []


@settings(max_examples=EXAMPLES, deadline=None, derandomize=True)
@given(PLAIN, JOINED, PLACES, NUMBERS)
def test_a_place_or_a_number_does_not_change_the_meaning(
    case: Case, join: Join, place: tuple[str, ...], number: tuple[str, ...]
) -> None:
    """The name may lose its class, but never gets another one."""
    kind, device_class, unit, state_class = answer(case)
    assume(fits((kind, device_class, unit, state_class), corpus()[case].expected))
    # `UptimeD1` is the uptime of a part D1 in seconds, and not one in days.
    assume(case.path != "uptime_d")
    path = join([*place, *case.path.split("_"), *number])
    _, *found = answer(Case(case.vendor, path, case.value))
    assert found[0] == "-" or found == [device_class, unit, state_class]
