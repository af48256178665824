"""Tests against real servers; they say so when they were left out because no server was named."""
