"""Wrong clocks: every time that a device sends can be converted to every time zone, or is unknown."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
import voluptuous as vol

from common.actions import moment
from custom_components.instathings.api.readings import parse_timestamp
from custom_components.iottly.api.dates import parse_date
from custom_components.pimatic.api.model import Kind
from custom_components.pimatic.api.parse import coerce
from custom_components.pimatic.sensor import moment as pimatic_moment
from custom_components.rotoclear.api.kinds import Epoch
from custom_components.rotoclear.structures import expiry

ZONES = [timezone(timedelta(hours=hours)) for hours in (-12, 0, 14)]
# The formats of all vendors.
SENT: tuple[Any, ...] = (
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00",
    "9999-12-31T23:59:59.999999-12:00",
    "9999-12-31 23:59:59",
    "10000-01-01T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2026-03-29T02:30:00",
    "2026-10-25T02:30:00+02:00",
    "Jan  1 00:00:00 0001 GMT",
    "Dec 31 23:59:59 9999 GMT",
    "Jan  1 00:00:00 10000 GMT",
    "Feb 30 00:00:00 2026 GMT",
    "yesterday",
    "",
    0,
    -1,
    0.5,
    -62_135_596_800,
    -62_135_596_800_000,
    253_402_300_799,
    253_402_300_799_999,
    253_402_300_800,
    1_764_000_000,
    1_764_000_000_000.25,
    2**63,
    1e308,
    -1e308,
    True,
    None,
    [],
    {"$date": -62_135_596_800_000},
    {"$date": "9999-12-31T23:59:59Z"},
    {"$date": 253_402_300_799_999},
)


def _from_seconds(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _from_pimatic(sent: Any) -> datetime | None:
    value = coerce(Kind.DATE, sent)
    assert value is None or isinstance(value, datetime)
    return None if value is None else pimatic_moment(value)


PARSERS: dict[str, Callable[[Any], datetime | None]] = {
    "instathings": lambda sent: _from_seconds(parse_timestamp(sent)),
    "iottly": parse_date,
    "pimatic": _from_pimatic,
    "rotoclear certificate": lambda sent: expiry({"notAfter": sent}),
    "rotoclear clock": Epoch().read,
}


@pytest.mark.parametrize("parse", PARSERS.values(), ids=PARSERS)
@pytest.mark.parametrize("sent", SENT, ids=str)
def test_a_time_can_be_converted_to_every_time_zone(parse: Callable[[Any], datetime | None], sent: Any) -> None:
    """Home Assistant converts a time to UTC and to its own time zone. After an error there would be no state."""
    found = parse(sent)
    if found is not None:
        assert {found.astimezone(zone) for zone in ZONES} == {found}


def test_all_vendors_parse_an_ordinary_time() -> None:
    noon = datetime(2026, 11, 29, 12, tzinfo=UTC)
    sent = {"instathings": "2026-11-29T12:00:00Z", "iottly": "2026-11-29T12:00:00Z", "pimatic": noon.isoformat()}
    seconds = {"rotoclear certificate": noon.timestamp(), "rotoclear clock": int(noon.timestamp())}
    assert {name: PARSERS[name](one) for name, one in (sent | seconds).items()} == dict.fromkeys(PARSERS, noon)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12", "Europe/Rome"])
@pytest.mark.parametrize("typed", ["0001-01-01T00:00:00", "9999-12-31T23:59:59", "2026-03-29T02:30:00"])
async def test_a_typed_time_is_converted_to_utc_or_refused(hass: HomeAssistant, typed: str, zone: str) -> None:
    """Times at the ends of the calendar used to end with "Unknown error"."""
    await hass.config.async_set_time_zone(zone)
    try:
        given = moment(typed)
    except vol.Invalid:
        assert typed[:4] in ("0001", "9999")
    else:
        assert given.tzinfo is UTC
        assert abs(given.replace(tzinfo=None) - datetime.fromisoformat(typed)) <= timedelta(hours=14)
