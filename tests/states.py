"""Reading a state that has to be there."""

from homeassistant.core import HomeAssistant, State


def state_of(hass: HomeAssistant, entity_id: str) -> State:
    """Return an entity's state. Fails when there is none."""
    state = hass.states.get(entity_id)
    assert state is not None, f"{entity_id} has no state"
    return state
