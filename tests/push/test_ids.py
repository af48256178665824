"""Unique ids: different parts have different ids."""

from hypothesis import given, strategies as st
import pytest

from common.ids import LONGEST_PART, join_id, split_id

# Few characters, so that Hypothesis often draws separators and escapes.
PARTS = st.lists(st.text(alphabet="a%2F5/_."), min_size=1, max_size=4).map(tuple)


@given(PARTS)
def test_an_id_is_split_into_its_parts(parts: tuple[str, ...]) -> None:
    assert split_id(join_id(*parts)) == parts


@given(PARTS, PARTS)
def test_different_parts_have_different_ids(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert (join_id(*one) == join_id(*other)) == (one == other)


def test_a_part_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        join_id("device", "x" * (LONGEST_PART + 1))
