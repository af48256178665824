"""What the parts of a server are: their entities, by attributes, actions, labels and units."""
