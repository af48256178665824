"""What the name of a value says, for vendors whose devices name their values freely (docs/names.md)."""
