"""The pages have sentences in every language. The tests of the vendors run them."""

import pytest

from .speaking import sentences_of


@pytest.mark.parametrize("vendor", ["instathings", "iottly", "pimatic", "rotoclear"])
def test_pages_have_sentences_in_every_language(vendor: str) -> None:
    assert {language for language, _, _ in sentences_of(vendor)} == {"en", "de", "it"}
