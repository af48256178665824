"""Checks of the files of every integration, like those of hassfest, HACS and the Marketplace."""
