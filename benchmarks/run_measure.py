"""Runs one measure of one vendor and prints its rows as JSON, one per line."""

import argparse
import asyncio
from dataclasses import asdict
from importlib import import_module
import json

from .results import WrongCount


def main() -> None:
    """Run the measure of the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("measure")
    parser.add_argument("vendor")
    parser.add_argument("size", type=int)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    measure = import_module(f"benchmarks.measures.{options.measure}")
    try:
        rows = asyncio.run(measure.run(options.vendor, options.size, options.quick))
    except WrongCount as wrong:
        print(json.dumps({"wrong": str(wrong)}))
        return
    for row in rows:
        print(json.dumps(asdict(row)))


if __name__ == "__main__":
    main()
