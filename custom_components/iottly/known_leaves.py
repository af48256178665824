"""The leaves known from before: a board may not send each of them in its latest messages.

The entity registry is the memory: an entity is created once and kept.
"""

from homeassistant.components.sensor import ATTR_STATE_CLASS, SensorDeviceClass
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from .api import LeafKind
from .const import LEAF
from .coordinator import IottlyConfigEntry
from .inbox import Inbox


@callback
def recall_leaves(hass: HomeAssistant, entry: IottlyConfigEntry, inbox: Inbox) -> None:
    """Tell the inbox which leaves the registry has entities of, and of what kind each is."""
    for known in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        board, is_leaf, path = known.unique_id.partition(LEAF)
        if is_leaf:
            inbox.know(board, path, _kind(known))


def _kind(known: er.RegistryEntry) -> LeafKind:
    if known.domain == Platform.BINARY_SENSOR:
        return LeafKind.FLAG
    if known.original_device_class == SensorDeviceClass.TIMESTAMP:
        return LeafKind.MOMENT
    return LeafKind.NUMBER if ATTR_STATE_CLASS in (known.capabilities or {}) else LeafKind.TEXT
