"""Every vendor's doors: the ways on which bytes from outside come into its `api/`."""
