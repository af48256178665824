"""The files of an integration, as the tests of the bundle read them."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
import importlib
import json
from pathlib import Path
import re
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("en", "de", "it")


@dataclass(frozen=True)
class Vendor:
    """The directory of an integration."""

    path: Path

    @property
    def domain(self) -> str:
        """The domain of the integration, which is the name of the directory."""
        return self.path.name

    def json(self, name: str) -> dict[str, Any]:
        """Return a JSON file, or an empty dict if it does not exist."""
        file = self.path / name
        return json.loads(file.read_text()) if file.exists() else {}

    def yaml(self, name: str) -> dict[str, Any]:
        """Return a YAML file, or an empty dict if it does not exist."""
        file = self.path / name
        return (yaml.safe_load(file.read_text()) or {}) if file.exists() else {}

    def texts(self, language: str) -> dict[str, str]:
        """Return the translations of a language by paths like `config.step.user.title`."""
        return dict(flatten(self.json(f"translations/{language}.json")))

    @property
    def modules(self) -> list[Path]:
        """All Python files without the shared code, because rglob does not follow the link."""
        return sorted(self.path.rglob("*.py"))

    def name_of(self, file: Path) -> str:
        """Return the path of a file in the repository."""
        return str(file.relative_to(ROOT))

    @cached_property
    def trees(self) -> dict[Path, ast.Module]:
        """The parsed Python files."""
        return {file: ast.parse(file.read_text()) for file in self.modules}

    @property
    def nodes(self) -> Iterator[tuple[Path, ast.AST]]:
        """Every node of every Python file."""
        for file, tree in self.trees.items():
            for node in ast.walk(tree):
                yield file, node

    @cached_property
    def strings(self) -> frozenset[str]:
        """Every string in the code, also imported constants of Home Assistant."""
        found = {node.value for _, node in self.nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        for _, node in self.nodes:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("homeassistant."):
                module = importlib.import_module(node.module or "")
                found |= {value for name in node.names if isinstance(value := getattr(module, name.name, None), str)}
        return frozenset(found)

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """The f-strings in the code, as regular expressions for their results."""
        found = set()
        for _, node in self.nodes:
            if isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(part.value) if isinstance(part, ast.Constant) and isinstance(part.value, str) else "[^ ]+"
                    for part in node.values
                ]
                if any(part != "[^ ]+" for part in parts):
                    found.add("".join(parts))
        return tuple(re.compile(pattern) for pattern in sorted(found))

    @cached_property
    def selectors(self) -> frozenset[str]:
        """The translation keys of the selectors of actions, triggers and conditions."""
        files = ("services.yaml", "triggers.yaml", "conditions.yaml")
        texts = [(self.path / name).read_text() for name in files if (self.path / name).exists()]
        return frozenset(re.findall(r"^ +translation_key: (\w+)$", "\n".join(texts), re.MULTILINE))

    def mentions(self, key: str) -> bool:
        """Return True if the code contains this key as a string or an f-string, or if a selector has it."""
        return key in self.strings or key in self.selectors or any(pattern.fullmatch(key) for pattern in self.patterns)


def flatten(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Go through the leaves of nested translations."""
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from flatten(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def expect_none(wrong: Iterable[str], hint: str = "") -> None:
    """Fail with one line for each fault."""
    lines = sorted(set(wrong))
    assert not lines, "\n  ".join([hint or "these are wrong:", *lines])


VENDORS = [Vendor(manifest.parent) for manifest in sorted((ROOT / "custom_components").glob("*/manifest.json"))]
