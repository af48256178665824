"""The fuzz targets of the vendors: all parts of their `api/` that parse received data."""
