"""Names of devices in texts that Home Assistant renders as Markdown."""

import pytest

from common.client.markup import plain_text


@pytest.mark.parametrize(
    ("name", "text"),
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
def test_markdown_in_a_name_is_not_rendered(name: str, text: str) -> None:
    assert plain_text(name) == text
