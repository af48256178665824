"""script/simulate prints the values that the form of the integration asks for."""

import argparse
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from harness.vendor import LOOPBACK, Address, Endpoint
from harness.vendors import endpoints

AT = Address(LOOPBACK, 8200)
# The address is printed separately.
ADDRESS = {*AT.fields.values(), f"{AT.host}:{AT.port}"}


def typed(fields: Mapping[str, Any]) -> Iterator[Any]:
    """Go through the values that a person types into a form and its sections."""
    for value in fields.values():
        if isinstance(value, Mapping):
            yield from typed(value)
        else:
            yield value


@pytest.mark.parametrize("endpoint", endpoints().values(), ids=endpoints())
def test_the_printed_login_equals_the_input_of_the_form(endpoint: Endpoint) -> None:
    parser = argparse.ArgumentParser()
    endpoint.simulator_class.add_options(parser)
    simulator = endpoint.simulator_class.from_options(parser.parse_args(endpoint.arguments))
    login = simulator.login(f"{AT.host}:{AT.port}")
    assert set(typed(endpoint.user_input(AT))) - ADDRESS == set(login.values())
