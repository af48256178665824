"""Voice control of the entities with the sentences of Home Assistant, Google Assistant and Alexa."""
