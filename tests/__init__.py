"""Tests of the integrations, which connect to the simulators over real sockets."""
