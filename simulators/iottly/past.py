"""Messages of the past days, as in a project that is not new."""

from datetime import UTC, datetime, timedelta
import math

from .boards import GREENHOUSE, METER
from .project import Project

EVERY_MINUTES = 20
# Watts of a workshop by hour of the day.
WATTS = (
    90,
    90,
    85,
    85,
    90,
    110,
    180,
    420,
    760,
    910,
    880,
    840,
    390,
    810,
    930,
    870,
    640,
    380,
    260,
    210,
    180,
    150,
    120,
    100,
)


def remember(project: Project, hours: int) -> None:
    """Store the regular messages of the past hours in the project."""
    now = datetime.now(UTC)
    steps = hours * 60 // EVERY_MINUTES
    energy = project.boards[METER].values["energy"] - sum(_used(_moment(now, back)) for back in range(1, steps + 1))
    for back in range(steps, 0, -1):
        moment = _moment(now, back)
        energy += _used(moment)
        greenhouse = project.boards[GREENHOUSE].values | _climate(moment)
        meter = project.boards[METER].values | {"power_w": WATTS[moment.hour], "energy": round(energy, 4)}
        project.send(GREENHOUSE, greenhouse, timestamp=moment)
        project.send(METER, meter, timestamp=moment)


def _moment(now: datetime, back: int) -> datetime:
    return now - timedelta(minutes=back * EVERY_MINUTES)


def _used(moment: datetime) -> float:
    """Return the energy of a step in kWh."""
    return WATTS[moment.hour] / 1000 * EVERY_MINUTES / 60


def _climate(moment: datetime) -> dict[str, object]:
    """Return the climate in a greenhouse: warm and dry in the afternoon, watered at six."""
    hour = moment.hour + moment.minute / 60
    warmth = math.sin((hour - 9) / 24 * 2 * math.pi)
    return {
        "temperature": round(19.5 + 5.5 * warmth, 1),
        "humidity": round(48 - 11 * warmth),
        "soil": {"moisture": round(44 - (hour - 6) % 24 * 0.6, 1)},
    }
