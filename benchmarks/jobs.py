"""What is measured of whom: the table of all measurements, and of the quick ones."""

from collections.abc import Iterable
from typing import NamedTuple

from .vendors import CORE_PATH, VENDORS, missing, vendor_named
from .vendors.rotoclear import UNITS

MANY = 5000
FLOODED = 500


class Job(NamedTuple):
    """One measure of one vendor at one size."""

    measure: str
    vendor: str
    size: int


def jobs(only: list[str], *, quick: bool) -> Iterable[Job]:
    """Return what to measure of all vendors that are there, or of the named ones; tell who is left out."""
    for name in (CORE_PATH, *VENDORS):
        if only and name not in only:
            continue
        if reason := missing(name):
            print(f"{name} is left out: {reason}")
            continue
        if quick:
            yield Job("counts", name, min(max(vendor_named(name).sizes), FLOODED))
        else:
            yield from _full(name)


def _full(name: str) -> Iterable[Job]:
    vendor = vendor_named(name)
    middle = min(max(vendor.sizes), FLOODED)
    if "change" in vendor.messages:
        yield from (Job("messages", name, size) for size in vendor.sizes)
        yield Job("connect", name, middle)
    if max(vendor.sizes) >= MANY:
        yield Job("flat", name, MANY)
        yield Job("setting_up", name, MANY)
    if name == CORE_PATH:
        yield Job("fan_out", name, middle)
    if vendor.flooded:
        yield Job("flood", name, middle)
    if vendor.command:
        yield Job("command", name, vendor.sizes[0])
    if vendor.camera:
        yield Job("mjpeg", name, vendor.sizes[0])
    if vendor.webhook:
        yield Job("webhook", name, vendor.sizes[0])
    if name != CORE_PATH:
        yield Job("start", name, vendor.sizes[0])
        yield Job("reloads", name, vendor.sizes[0])
    if name == "rotoclear":
        yield Job("hall", name, UNITS)
