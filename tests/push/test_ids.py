"""Unique ids: two different things never share one."""

from hypothesis import given, strategies as st
import pytest

from common.ids import LONGEST_PART, join_id, split_id

# Few characters, so that what could be taken for a separator or an escape is drawn often.
PARTS = st.lists(st.text(alphabet="a%2F5/_."), min_size=1, max_size=4).map(tuple)


@given(PARTS)
def test_an_id_gives_its_parts_back(parts: tuple[str, ...]) -> None:
    assert split_id(join_id(*parts)) == parts


@given(PARTS, PARTS)
def test_other_parts_give_another_id(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert (join_id(*one) == join_id(*other)) == (one == other)


def test_a_name_without_end_gives_no_id() -> None:
    with pytest.raises(ValueError, match="too long"):
        join_id("device", "x" * (LONGEST_PART + 1))
