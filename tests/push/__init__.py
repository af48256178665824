"""Tests of the code all vendors share."""
