"""Reading a state that must exist."""

from homeassistant.core import HomeAssistant, State


def state_of(hass: HomeAssistant, entity_id: str) -> State:
    """Return the state of an entity. Fails if there is none."""
    state = hass.states.get(entity_id)
    assert state is not None, f"{entity_id} has no state"
    return state
