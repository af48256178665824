"""Tells the coverage of every integration in one line and fails below the floor.

Takes the report of `pytest --cov-report=json:FILE`. The integrations' links to `common/` count as
`common`, whoever's tests run it.
"""

from collections.abc import Mapping
import json
from pathlib import Path
import sys
from typing import Any

FLOOR = 95.0
SHARED = "common"


def percent(files: Mapping[str, Any]) -> float:
    """Return how many of the files' statements ran."""
    statements = sum(file["summary"]["num_statements"] for file in files.values())
    covered = sum(file["summary"]["covered_lines"] for file in files.values())
    return 100 * covered / statements if statements else 100.0


def owner(path: str) -> str | None:
    """Return the integration a file belongs to, or the shared code."""
    match Path(path).parts:
        case ("custom_components", str(vendor), _, *_):
            return vendor
        case ("common", *_):
            return SHARED
    return None


def ranges(lines: list[int]) -> str:
    """Return line numbers as people write them: 3-5, 9."""
    parts: list[list[int]] = []
    for line in lines:
        if parts and line == parts[-1][-1] + 1:
            parts[-1].append(line)
        else:
            parts.append([line])
    return ", ".join(f"{part[0]}-{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts)


def judge(report: Mapping[str, Any]) -> tuple[list[str], bool]:
    """Return the lines to print, and whether everything is covered well enough."""
    owners: dict[str, dict[str, Any]] = {}
    for path, file in report["files"].items():
        if (name := owner(path)) is not None:
            owners.setdefault(name, {})[path] = file
    lines: list[str] = []
    good = True
    for name, files in sorted(owners.items()):
        flows = {path: file for path, file in files.items() if Path(path).name == "config_flow.py"}
        enough = percent(files) > FLOOR
        flow_enough = name == SHARED or (bool(flows) and percent(flows) == 100.0)
        good = good and enough and flow_enough
        flow = "" if name == SHARED else f"  config_flow {percent(flows):6.2f} %" if flows else "  no config_flow"
        lines.append(f"{name:12} {percent(files):6.2f} %{flow}{'' if enough and flow_enough else '  TOO LOW'}")
        if not enough or not flow_enough:
            shown = files if not enough else flows
            lines.extend(
                f"    {path}: {ranges(file['missing_lines'])}"
                for path, file in sorted(shown.items())
                if file["missing_lines"]
            )
    return lines, good


def main() -> int:
    """Read the report and print the verdict."""
    lines, good = judge(json.loads(Path(sys.argv[1]).read_bytes()))
    print("\n".join(lines))
    if not good:
        print(f"wanted: over {FLOOR:g} % of every integration, 100 % of every config_flow.py")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
