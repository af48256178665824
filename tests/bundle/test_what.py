"""`script/what` reads files that strangers attach to reports."""

import json
from pathlib import Path

import pytest

from harness import what

VENDORS = ("instathings", "iottly", "pimatic")


def test_a_stranger_s_file_gives_the_terminal_no_orders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "payload.json"
    file.write_text(json.dumps({"door\x1b[2J": "open\x1b]0;a title\x07", "light\u202e": 1}))
    assert what.main(["iottly", str(file)]) == 0
    shown = capsys.readouterr().out
    assert "door" in shown
    assert not {"\x1b", "\x07", "\u202e"} & set(shown)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000], ids=["empty", "open", "bytes", "deep"])
@pytest.mark.parametrize("vendor", VENDORS)
def test_a_file_that_is_no_json_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], vendor: str, content: bytes
) -> None:
    file = tmp_path / "payload.json"
    file.write_bytes(content)
    assert what.main([vendor, str(file)]) == 2
    assert "payload.json cannot be read as JSON" in capsys.readouterr().err
