"""The state of other models and software versions: a missing head, other types, unknown keys."""

from custom_components.rotoclear.api.client import read_state
from custom_components.rotoclear.common.client.wire import DropCounter


def test_a_unit_with_one_head_and_other_types() -> None:
    state = read_state(
        {
            "cam0Exists": 1,
            "cam1Exists": "false",
            "ver1": None,
            "rpm0": "3800",
            "RPM0": -1,
            "oct0": "41,5 °C",
            "psi0": None,
            "zoom0": "100",
            "brightness": "9",
            "laterKey": {"a": 1},
            "swVersion": 2.3,
            "diskStorages": [],
        },
        DropCounter(),
    )
    assert state is not None
    assert (state["cam0Exists"], state["cam1Exists"]) == (True, False)
    assert (state["rpm0"], state["oct0"], state["zoom0"]) == (3800, 41.5, 100)
    assert (state["swVersion"], state["diskStorages"]) == ("2.3", ())
    assert [state.get(key) for key in ("ver1", "RPM0", "psi0", "brightness")] == [None] * 4
    assert "laterKey" not in state


def test_a_unit_with_words_for_flags_and_other_units() -> None:
    state = read_state(
        {"cam0Exists": True, "light0": "on", "light1": "off", "fpgaTemp": "118.4 °F", "psi0": "1.2 bar", "RPM0": "0.0"},
        DropCounter(),
    )
    assert state is not None
    assert (state["light0"], state["light1"]) == (True, False)
    assert state["fpgaTemp"] is None, "a temperature in another unit is not converted"
    assert (state["psi0"], state["RPM0"]) == (1200, 0)
