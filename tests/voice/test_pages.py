"""The pages name sentences in every language; each vendor's tests say them."""

import pytest

from .speaking import sentences_of


@pytest.mark.parametrize("vendor", ["instathings", "iottly", "pimatic", "rotoclear"])
def test_sentences_in_every_language(vendor: str) -> None:
    assert {language for language, _, _ in sentences_of(vendor)} == {"en", "de", "it"}
