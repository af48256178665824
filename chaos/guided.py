"""Coverage-guided fuzzing with atheris: `script/chaos --guided SECONDS`.

Atheris has wheels only for Linux and is larger than all other requirements of the tests, so it is only in
`chaos/requirements.txt`. Each fuzz target has its own process, because libFuzzer exits at the end.
"""

import asyncio
import importlib
import importlib.util
from pathlib import Path
import re
import subprocess
import sys
import tempfile
from typing import Any, override

import orjson

from .fuzz_target import all_domains, feed, fuzz_targets_of
from .inputs import corpus, words
from .mutate import Mutator

LONGEST = 4096
# Much more than the parsing of a few kilobytes needs.
MOST_MEGABYTES = 2048
MISSING = "chaos: atheris is missing: uv pip install --python .venv/bin/python -r chaos/requirements.txt"


class Guided(Mutator):
    """Makes the input of a fuzz target from given bytes. The first two are the seed of the random numbers."""

    def __init__(self, domain: str) -> None:
        """Initialize without bytes."""
        super().__init__(domain, 0)
        self._given = b""

    def set_bytes(self, data: bytes) -> None:
        """Set the bytes of the next input."""
        self.rng.seed(data[:2])
        self._given = data[2:]

    @override
    def body(self) -> bytes:
        """Return the bytes."""
        return self._given

    @override
    def message(self) -> Any:
        """Return the bytes decoded as JSON, or as text if they are not JSON."""
        try:
            return orjson.loads(self._given)
        except ValueError:
            return self._given.decode("utf-8", "replace")


def run_guided(chosen: list[str], seconds: int) -> int:
    """Fuzz each target for some seconds; return the exit status."""
    if importlib.util.find_spec("atheris") is None:
        print(MISSING)
        return 2
    broken = 0
    for domain in chosen or all_domains():
        for name in fuzz_targets_of(domain)[0]:
            with tempfile.TemporaryDirectory(prefix="chaos-guided-") as folder:
                ended = subprocess.run(
                    [sys.executable, "-m", "chaos.guided", domain, name, *_options(domain, Path(folder), seconds)],
                    capture_output=True,
                    text=True,
                    errors="replace",
                    check=False,
                )
            held = ended.returncode == 0
            broken += not held
            done = re.search(r"Done (\d+) runs", ended.stderr)
            verdict = "nothing failed" if held else f"BROKEN\n{ended.stdout[-3000:]}{ended.stderr[-3000:]}"
            print(f"{domain:12} {name:18} {done[1] if done else '?':>9} cases {seconds:5} s  {verdict}", flush=True)
    print(f"chaos: guided fuzz {'BROKEN' if broken else 'OK'}")
    return int(bool(broken))


def _options(domain: str, folder: Path, seconds: int) -> list[str]:
    """Write real messages as seeds and the words of the vendor as dictionary; return the options of libFuzzer."""
    seeds = folder / "seeds"
    seeds.mkdir()
    for number, message in enumerate(corpus(domain)):
        (seeds / str(number)).write_bytes(number.to_bytes(2) + orjson.dumps(message))
    spelled = (word.encode("utf-8", "surrogatepass") for word in words(domain) if word)
    quoted = ("".join(f"\\x{byte:02x}" for byte in word) for word in spelled)
    dictionary = folder / "words"
    dictionary.write_text("".join(f'"{word}"\n' for word in quoted))
    return [
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST}",
        f"-rss_limit_mb={MOST_MEGABYTES}",
        "-timeout=10",
        f"-dict={dictionary}",
        f"-artifact_prefix={folder}/",
        str(seeds),
    ]


def main(domain: str, name: str, options: list[str]) -> None:
    """Fuzz one target; libFuzzer exits at the end."""
    atheris: Any = importlib.import_module("atheris")
    with atheris.instrument_imports(include=[f"custom_components.{domain}"]):
        target = fuzz_targets_of(domain)[0][name]
    loop, guided = asyncio.new_event_loop(), Guided(domain)

    def one(data: bytes) -> None:
        guided.set_bytes(data)
        feed(target, target.mutated(guided), loop)

    atheris.Setup([sys.argv[0], *options], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
