"""Prints the coverage of each integration, and fails if one is too low.

The argument is the report of `pytest --cov-report=json:FILE`. `common/` is counted once, for the tests of all
integrations.
"""

from collections.abc import Mapping
import json
from pathlib import Path
import sys
from typing import Any

FLOOR = 95.0
SHARED = "common"


def percent(files: Mapping[str, Any]) -> float:
    """Return the percentage of statements that were executed."""
    statements = sum(file["summary"]["num_statements"] for file in files.values())
    covered = sum(file["summary"]["covered_lines"] for file in files.values())
    return 100 * covered / statements if statements else 100.0


def owner(path: str) -> str | None:
    """Return the integration of a file, SHARED for shared code, or None."""
    match Path(path).parts:
        case ("custom_components", str(vendor), _, *_):
            return vendor
        case ("common", *_):
            return SHARED
    return None


def ranges(lines: list[int]) -> str:
    """Return line numbers as ranges: 3-5, 9."""
    parts: list[list[int]] = []
    for line in lines:
        if parts and line == parts[-1][-1] + 1:
            parts[-1].append(line)
        else:
            parts.append([line])
    return ", ".join(f"{part[0]}-{part[-1]}" if len(part) > 1 else str(part[0]) for part in parts)


def judge(report: Mapping[str, Any]) -> tuple[list[str], bool]:
    """Return the lines to print, and True if the coverage is high enough."""
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
    """Print the coverage; return the exit status."""
    lines, good = judge(json.loads(Path(sys.argv[1]).read_bytes()))
    print("\n".join(lines))
    if not good:
        print(f"required: over {FLOOR:g} % for each integration, 100 % for each config_flow.py")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
