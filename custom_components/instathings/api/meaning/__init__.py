"""What the readings of a device mean: which controls it has, and what its other values are."""
