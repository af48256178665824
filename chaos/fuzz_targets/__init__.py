"""Every vendor's fuzz targets: whatever of its `api/` reads bytes from outside."""
