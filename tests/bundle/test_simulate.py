"""script/simulate: what it prints beside the address is what the integration's form asks for."""

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from harness.vendor import LOOPBACK, Address, Endpoint
from harness.vendors import endpoints

AT = Address(LOOPBACK, 8200)
# Printed with the address, in front of it all.
ADDRESS = {*AT.fields.values(), f"{AT.host}:{AT.port}"}


def typed(fields: Mapping[str, Any]) -> Iterator[Any]:
    """Return what a person types into a form, in sections, too."""
    for value in fields.values():
        if isinstance(value, Mapping):
            yield from typed(value)
        else:
            yield value


@pytest.mark.parametrize("endpoint", endpoints().values(), ids=endpoints())
def test_login_is_what_the_form_wants(endpoint: Endpoint) -> None:
    parser = argparse.ArgumentParser()
    endpoint.simulator_class.add_options(parser)
    simulator = endpoint.simulator_class.from_options(parser.parse_args(endpoint.arguments))
    login = simulator.login(f"{AT.host}:{AT.port}")
    assert set(typed(endpoint.user_input(AT))) - ADDRESS == set(login.values())
