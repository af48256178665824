"""Tests of the iottly integration."""
