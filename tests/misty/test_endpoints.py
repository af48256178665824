"""The table of commands: it is complete, and invalid arguments are refused."""

import pytest

from custom_components.misty.api import ENDPOINTS, InvalidArgument, find
from custom_components.misty.api.endpoints import ALIASES, Level
from simulators.misty.catalogue import COMMANDS


def test_the_table_has_all_commands_of_the_vendor() -> None:
    """It has all 227 commands with their parameters and levels."""
    assert len(ENDPOINTS) == 227
    assert set(ENDPOINTS) == set(COMMANDS)
    for key, command in COMMANDS.items():
        names = {parameter.name.lower() for parameter in ENDPOINTS[key].parameters}
        assert {name.lower() for name in command.parameters} <= names, key
        if ENDPOINTS[key].level is not Level.UNDOCUMENTED:
            assert str(ENDPOINTS[key].level) == command.level, key


def test_parameters_that_the_robot_requires_are_required() -> None:
    for key, command in COMMANDS.items():
        required = {parameter.name.lower() for parameter in ENDPOINTS[key].parameters if parameter.required}
        missing = {name.lower() for name in command.required} - required
        assert not missing or ENDPOINTS[key].level is Level.UNDOCUMENTED, (key, missing)


def test_both_names_of_a_command_are_in_the_table() -> None:
    assert set(ALIASES) | set(ALIASES.values()) <= {path for _, path in ENDPOINTS}


@pytest.mark.parametrize(
    ("method", "path", "arguments", "problem"),
    [
        ("POST", "nothing/there", {}, "unknown_endpoint"),
        ("GET", "led", {}, "unknown_endpoint"),
        ("POST", "led", {"red": 1, "green": 2}, "missing"),
        ("POST", "led", {"red": 1, "green": 2, "blue": 256}, "range"),
        ("POST", "led", {"red": 1.5, "green": 2, "blue": 3}, "type"),
        ("POST", "led", {"red": True, "green": 2, "blue": 3}, "type"),
        ("POST", "led", {"red": 1, "green": 2, "blue": 3, "white": 4}, "unknown"),
        ("POST", "drive", {"linearVelocity": float("nan"), "angularVelocity": 0}, "type"),
        ("POST", "drive", {"linearVelocity": 101, "angularVelocity": 0}, "range"),
        ("POST", "head", {"pitch": 0}, "exactly_one"),
        ("POST", "head", {"pitch": 0, "velocity": 1, "duration": 1}, "exactly_one"),
        ("POST", "head", {"pitch": 27, "velocity": 1}, "range"),
        ("POST", "head", {"pitch": 0, "velocity": 1, "units": "Degrees"}, "choice"),
        ("POST", "arms", {"arm": "left", "position": -30}, "range"),
        ("POST", "images/display", {"fileName": 5}, "type"),
        ("POST", "audio/record/start", {"fileName": "a.mp3"}, "pattern"),
        ("POST", "faces/training/start", {"faceId": "a b"}, "pattern"),
        ("POST", "faces/training/start", {"faceId": "a" * 31}, "pattern"),
        ("GET", "cameras/rgb", {"width": 640}, "together"),
        ("GET", "cameras/rgb", {"width": 641, "height": 480}, "choice"),
        ("POST", "text/settings", {"red": 1}, "together"),
        (
            "POST",
            "led/transition",
            dict.fromkeys(("red", "green", "blue", "red2", "green2", "blue2"), 0)
            | {"transitionType": "breathe", "timeMs": 9},
            "choice",
        ),
    ],
)
def test_an_invalid_argument_is_refused(method: str, path: str, arguments: dict[str, object], problem: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        find(method, path).check(arguments)
    assert caught.value.problem == problem


def test_names_of_arguments_ignore_case_and_none_is_left_out() -> None:
    """Whole floats become integers."""
    checked = find("post", "/api/LED/").check({"RED": 1.0, "Green": 2, "blue": 3})
    assert checked == {"red": 1, "green": 2, "blue": 3}
    assert find("POST", "tts/speak").check({"text": "x", "utteranceId": None}) == {"text": "x"}
    assert find("POST", "head").check({"pitch": -0.2, "units": "radians", "duration": 2})
    assert find("POST", "audio/keyphrase/startvosk").check({"model": "small"}) == {"model": "small"}
    assert find("POST", "networks/create").secrets == {"password"}
