"""What people say to the vendors' entities: Home Assistant's own sentences, Google Assistant, Alexa."""
