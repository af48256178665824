"""Tests of the pimatic integration, its client and its simulator."""
