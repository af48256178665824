"""Number entities for joint positions and some settings."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.number import NumberEntity, NumberEntityDescription, NumberMode
from homeassistant.const import DEGREE, EntityCategory, UnitOfRatio, UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import topics
from .api.endpoints.motion import ARM, HEAD_PITCH, HEAD_ROLL, HEAD_YAW
from .common.push.entity import own_value
from .common.push.parts import add_entities
from .coordinator import MistyConfigEntry
from .entity import MistyEntity, MistyEntityDescription, table
from .polling import BLINK_TIMES
from .topics import VOLUME, rest

PARALLEL_UPDATES = 1

VELOCITY = 60


@dataclass(frozen=True, kw_only=True)
class MistyNumberDescription(MistyEntityDescription, NumberEntityDescription):
    """A row of the table below: the command, the name of its argument for the number, and its other arguments.

    With `echoes`, the robot reports the number in an event. Otherwise the state is updated after the command.
    """

    value_fn: Callable[[Any], Any] = lambda value: round(value, 1)
    path: str
    argument: str
    arguments: tuple[tuple[str, Any], ...] = ()
    echoes: bool = False


def _joint(
    actuator: str, limits: tuple[float, float], path: str, argument: str, **arguments: Any
) -> MistyNumberDescription:
    topic = topics.actuator(actuator)
    return MistyNumberDescription(
        key=f"joint_{actuator}",
        keys=((topic.type, actuator, "value"),),
        topics=(topic,),
        commands=(f"POST {path}",),
        path=path,
        argument=argument,
        arguments=(("velocity", VELOCITY), *arguments.items()),
        native_min_value=limits[0],
        native_max_value=limits[1],
        native_step=1,
        native_unit_of_measurement=DEGREE,
        mode=NumberMode.SLIDER,
        entity_registry_enabled_default=False,
        measurement=True,
        echoes=True,
    )


NUMBERS = (
    _joint("ahp", HEAD_PITCH, "head", "pitch"),
    _joint("ahr", HEAD_ROLL, "head", "roll"),
    _joint("ahy", HEAD_YAW, "head", "yaw"),
    _joint("ala", ARM, "arms", "position", arm="left"),
    _joint("ara", ARM, "arms", "position", arm="right"),
    MistyNumberDescription(
        key="volume",
        keys=(VOLUME,),
        commands=("POST audio/volume",),
        path="audio/volume",
        argument="volume",
        native_min_value=0,
        native_max_value=100,
        native_step=1,
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        entity_category=EntityCategory.CONFIG,
        entity_registry_enabled_default=False,
    ),
    *(
        MistyNumberDescription(
            key=f"blink_{name.lower()}",
            keys=(rest(name),),
            commands=("POST blink/settings",),
            path="blink/settings",
            argument=name,
            native_min_value=0,
            native_max_value=60000,
            native_step=10,
            native_unit_of_measurement=UnitOfTime.MILLISECONDS,
            mode=NumberMode.BOX,
            entity_category=EntityCategory.CONFIG,
            entity_registry_enabled_default=False,
        )
        for name in BLINK_TIMES
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: MistyConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the numbers."""
    add_entities(hass, entry, async_add_entities, table(entry, NUMBERS, MistyNumber))


class MistyNumber(MistyEntity[float], NumberEntity):
    """A number that can be set."""

    entity_description: MistyNumberDescription
    native_value = own_value

    @override
    async def async_set_native_value(self, value: float) -> None:
        description = self.entity_description
        await self.coordinator.async_post(
            description.path, **{description.argument: value}, **dict(description.arguments)
        )
        if not description.echoes:
            self.coordinator.apply({description.keys[0]: round(value)})
