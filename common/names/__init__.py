"""The meanings of the names of values, for vendors whose devices choose these names freely (docs/names.md)."""
