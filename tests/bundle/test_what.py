"""`script/what` reads files of unknown origin, which are attached to issues."""

import json
from pathlib import Path

import pytest

from harness import what

VENDORS = ("instathings", "iottly", "pimatic")


def test_control_characters_in_a_file_are_not_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "payload.json"
    file.write_text(json.dumps({"door\x1b[2J": "open\x1b]0;a title\x07", "light\u202e": 1}))
    assert what.main(["iottly", str(file)]) == 0
    output = capsys.readouterr().out
    assert "door" in output
    assert not {"\x1b", "\x07", "\u202e"} & set(output)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000], ids=["empty", "open", "bytes", "deep"])
@pytest.mark.parametrize("vendor", VENDORS)
def test_invalid_json_is_reported_with_the_file_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], vendor: str, content: bytes
) -> None:
    file = tmp_path / "payload.json"
    file.write_bytes(content)
    assert what.main([vendor, str(file)]) == 2
    assert "payload.json cannot be read as JSON" in capsys.readouterr().err
