"""Names from outside, in texts that read Markdown."""

import pytest

from common.client.markup import plain_text


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("Lamp @ the door", "Lamp @ the door"),
        ("Küche_2 (links)", "Küche_2 (links)"),
        ("[Log in](http://evil.example)", "(Log in)(http evil.example)"),
        ("![x](//evil.example/p.png)", "!(x)(//evil.example/p.png)"),
        ("<img src=x onerror=alert(1)>", "(img src=x onerror=alert(1))"),
        ("`code` **loud**", "'code'   loud"),
        ("one\n# two\u2028- three", "one # two - three"),
        ("see https://evil.example or WWW.evil.example", "see https evil.example or  evil.example"),
        ("ask me@evil.example", "ask me evil.example"),
        ("\u202egnp.exe\u200b", "gnp.exe"),
        ("\n", ""),
    ],
)
def test_a_name_from_outside_is_no_link_no_picture_and_no_heading(told: str, shown: str) -> None:
    assert plain_text(told) == shown
