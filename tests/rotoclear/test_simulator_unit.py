"""The simulated unit without its servers: variables, conversions, rules (docs/protocol/rotoclear.md)."""

from collections import Counter
import json
from pathlib import Path
import re
from typing import Any

import pytest

from simulators.rotoclear.conversion import Refused, checked, from_text
from simulators.rotoclear.live import Drift, record_time
from simulators.rotoclear.storage import EXAMPLE_BYTES, Storage, usb_stick, video_seconds
from simulators.rotoclear.unit import Unit
from simulators.rotoclear.variables import VARIABLES, Kind

PAGE = Path(__file__).parents[2] / "docs" / "protocol" / "rotoclear.md"
# A row of the tables: names, type, access, values, meaning.
ROW = re.compile(
    r"^\| (?P<names>`\w+`(?:, `\w+`)*) \| (?P<type>[A-Z][\w, ]+) \| (?P<access>rw|r|w) \| (?P<values>[^|]*)\|",
    re.MULTILINE,
)
INTERVAL = re.compile(r"\[(?P<low>[-\d.]+), (?P<high>[-\d.]+)\]")
# Where the simulator's row differs from the table (docs/protocol/rotoclear.md#types).
READ_AS_OBJECT_WRITTEN_AS_STRING = {"backupStorage", "recordingStorage"}
OTHER_KIND = {
    "pan0": Kind.PAN,
    "pan1": Kind.PAN,
    "light0": Kind.LIGHT,
    "light1": Kind.LIGHT,
    "pip": Kind.INTEGER,
    "rtspPort": Kind.INTEGER,
}


@pytest.fixture
def unit() -> Unit:
    return Unit()


def changes(unit: Unit) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    unit.on_change = told.append
    return told


# The table -----------------------------------------------------------------------------------------


def test_all_110_variables_are_there() -> None:
    assert len(VARIABLES) == 110
    assert sum(variable.readable for variable in VARIABLES.values()) == 108
    assert {key for key, variable in VARIABLES.items() if not variable.readable} == {"takePicture", "createTag"}


def test_the_variables_are_those_of_the_protocol() -> None:
    rows = {name: row for row in ROW.finditer(PAGE.read_text()) for name in re.findall(r"\w+", row["names"])}
    assert rows.keys() == VARIABLES.keys()
    for key, row in rows.items():
        variable = VARIABLES[key]
        assert variable.permission == row["access"], key
        if key in READ_AS_OBJECT_WRITTEN_AS_STRING:
            assert row["type"] == "Json Object, String"
        else:
            assert variable.kind is OTHER_KIND.get(key, Kind(row["type"])), key
        if interval := INTERVAL.search(row["values"]):
            assert variable.limits == (float(interval["low"]), float(interval["high"])), key
        options = tuple(json.loads(option) for option in re.findall("`(.+?)`", row["values"]))
        if options and variable.writable and variable.kind is not Kind.LIGHT:
            assert set(variable.options) == set(options), key


def test_every_value_has_the_type_of_its_row(unit: Unit) -> None:
    types: dict[Kind, type | tuple[type, ...]] = {
        Kind.BOOLEAN: bool,
        Kind.LIGHT: bool,
        Kind.INTEGER: int,
        Kind.NUMBER: (int, float),
        Kind.STRING: str,
        Kind.PAN: dict,
        Kind.OBJECT: dict,
        Kind.ARRAY: list,
    }
    for key, value in unit.values.items():
        expected = dict if key in READ_AS_OBJECT_WRITTEN_AS_STRING else types[VARIABLES[key].kind]
        assert isinstance(value, expected), key


def test_values_are_typed_as_in_the_vendors_examples(unit: Unit) -> None:
    assert unit.values["oct0"] == "69.7°C"
    assert unit.values["psi0"] == "1712mbar"
    assert unit.values["psiSetpoint"] == "1150mbar"
    assert unit.values["light0"] is False
    assert unit.values["pan0"] == {"x": 50.0, "y": 50.0}
    assert unit.values["netInfo"][0]["connections"][0]["address"]


# Conversion and saturation: docs/protocol/rotoclear.md#values ---------------------------------------


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("autoRotate0", "true", True),
        ("autoRotate0", "false", False),
        ("light0", "1", 1),
        ("light0", "true", True),
        ("zoom0", "-20", -20),
        ("expo", "0.5", 0.5),
        ("expo", "1e2", 100.0),
        ("alignmentStream0", "1", "1"),
        ("changeVideoName", "true", "true"),
    ],
)
def test_a_querys_text_becomes_the_variables_type(key: str, text: str, value: object) -> None:
    converted = from_text(VARIABLES[key], text)
    assert converted == value
    assert type(converted) is type(value)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("autoRotate0", "yes"),
        ("autoRotate0", "1"),
        ("zoom0", "nan"),
        ("zoom0", "0x10"),
        ("pan0", '{"x":1}'),
        ("gain", ""),
    ],
)
def test_text_that_is_no_value_is_refused(key: str, text: str) -> None:
    with pytest.raises(Refused):
        from_text(VARIABLES[key], text)


@pytest.mark.parametrize(
    "key", [key for key, variable in VARIABLES.items() if variable.limits and not variable.relative]
)
def test_numbers_are_saturated(key: str) -> None:
    limits = VARIABLES[key].limits
    assert limits is not None
    low, high = limits
    assert checked(VARIABLES[key], low - 1) == low
    assert checked(VARIABLES[key], high + 10**9) == high
    assert checked(VARIABLES[key], low) == low


@pytest.mark.parametrize("key", [key for key, variable in VARIABLES.items() if variable.options])
def test_options_refuse_what_they_do_not_name(key: str) -> None:
    variable = VARIABLES[key]
    for option in variable.options:
        assert checked(variable, option) == option
    with pytest.raises(Refused):
        checked(variable, 7 if variable.kind is Kind.INTEGER else "7")


@pytest.mark.parametrize("key", sorted(VARIABLES))
def test_wrong_types_are_refused(key: str) -> None:
    kind = VARIABLES[key].kind
    wrong = {
        Kind.BOOLEAN: (1, "true", None, []),
        Kind.LIGHT: ("true", None, {}),
        Kind.INTEGER: (True, "1", None, float("inf")),
        Kind.NUMBER: (True, "1", None, float("nan")),
        Kind.STRING: (1, True, None, {}),
        Kind.PAN: ([1, 2], 3, {"x": "1"}, {"y": None}),
        Kind.OBJECT: ([], "a", 1),
        Kind.ARRAY: ({}, "a", 1),
    }[kind]
    for value in wrong:
        with pytest.raises(Refused):
            checked(VARIABLES[key], value)


# Writes --------------------------------------------------------------------------------------------


PLAIN = [
    ("autoRotate0", True),
    ("sharpness", 9),
    ("saturation", -3.5),
    ("contrast", 1.5),
    ("noiseSuppression", False),
    ("pip", 3),
    ("language", "de"),
    ("changeVideoName", "part_"),
    ("recordingFps", 30),
    ("recordingResolution", "4K"),
    ("backupFps", 5),
    ("recordingPictureQuality", 90),
    ("mjpgStreamIsOpen", True),
    ("ntpHost", "time.example"),
    ("timezone", "America/New_York"),
    ("alignmentStream1", "1"),
    ("cam0SelectedSensor", 1),
    ("backupUseCompleteSpace", False),
    ("rtspPort", 8554),
]


@pytest.mark.parametrize(("key", "value"), PLAIN)
def test_a_write_is_stored_and_told_once(unit: Unit, key: str, value: object) -> None:
    told = changes(unit)
    assert unit.write(key, value) == value
    unit.publish()
    assert len(told) == 1
    assert told[0][key] == value
    unit.write(key, value)
    unit.publish()
    assert len(told) == 1


def test_zoom_and_pan_are_steps_when_written_and_absolute_when_read(unit: Unit) -> None:
    assert unit.write("zoom0", 20000) == 20000
    assert unit.write("zoom0", -5000) == 15000
    assert unit.write("zoom0", 31424) == 31424
    assert unit.write("zoom0", -40000) == 0
    unit.values["pan0"] = {"x": 50.0, "y": 50.0}
    assert unit.write("pan0", {"x": -10.5, "y": -10}) == {"x": 39.5, "y": 40.0}
    assert unit.write("pan0", {"y": 100}) == {"x": 39.5, "y": 100.0}
    assert unit.write("pan0", {"x": -100}) == {"x": 0.0, "y": 100.0}
    assert unit.values["pan1"] == {"x": 50.0, "y": 50.0}


@pytest.mark.parametrize(
    ("key", "automatic", "value"),
    [
        ("redGain", "whiteBalance", 12),
        ("blueGain", "whiteBalance", -12),
        ("brightness", "exposure", 3),
        ("expo", "exposure", 22.5),
        ("gain", "exposure", 7),
    ],
)
def test_dependent_settings_wait_for_their_automatic(unit: Unit, key: str, automatic: str, value: object) -> None:
    before = unit.values[key]
    assert unit.write(key, value) == before
    unit.write(automatic, False)
    assert unit.write(key, value) == value
    unit.write(automatic, True)
    assert unit.write(key, before) == value


def test_recording_needs_a_storage(unit: Unit) -> None:
    unit.unplug_storage(usb_stick().uuid)
    assert unit.values["recordingStorage"] == {}
    assert unit.write("record", "start") == "stop"
    assert unit.write("takePicture", True) is False
    unit.plug_storage(Storage("full", "Full", 100, 100))
    unit.write("recordingStorage", "full")
    assert unit.values["recordingStorage"]["name"] == "Full"
    assert unit.write("record", "start") == "stop"
    unit.plug_storage(Storage("empty", "Empty", 10**9, 0))
    assert unit.write("recordingStorage", "nobody")["uuid"] == "full"
    assert unit.write("recordingStorage", "empty")["uuid"] == "empty"
    assert unit.write("record", "start") == "start"
    assert unit.write("takePicture", True) is True
    assert unit.pictures == 1


def test_a_recording_counts_and_rests(unit: Unit) -> None:
    assert unit.write("record", "pause") == "stop"
    assert unit.write("record", "release") == "stop"
    assert unit.write("record", "start") == "start"
    record_time(unit, 3)
    assert unit.values["recordTime"] == 3
    assert unit.write("record", "pause") == "pause"
    record_time(unit, 3)
    assert unit.values["recordTime"] == 3
    assert unit.write("record", "start") == "pause"
    assert unit.write("record", "release") == "release"
    record_time(unit, 2)
    assert unit.values["recordTime"] == 5
    assert unit.write("record", "stop") == "stop"
    assert unit.values["recordTime"] == 0


def test_pulling_the_storage_stops_what_records_onto_it(unit: Unit) -> None:
    unit.write("record", "start")
    unit.write("backupActive", True)
    unit.publish()
    told = changes(unit)
    unit.unplug_storage(usb_stick().uuid)
    assert told[-1]["record"] == "stop"
    assert told[-1]["backupActive"] is False
    assert told[-1]["diskStorages"] == {}
    assert unit.write("backupActive", True) is False


def test_the_backup_capacity_is_the_pages_example(unit: Unit) -> None:
    assert video_seconds("HD", 30, 75, EXAMPLE_BYTES) == 14313
    assert video_seconds("FullHD", 30, 75, EXAMPLE_BYTES) == 6361
    assert unit.values["backupRemainingCapacitySeconds"] == "14313"
    assert unit.values["backupRemainingCapacity"] == "3:58h"
    assert unit.values["diskStorages"][usb_stick().uuid]["freeStr"] == "55.990 GB"
    unit.write("backupUseCompleteSpace", False)
    unit.write("backupMaximumRecordingTimeCapacity", 2)
    assert unit.values["backupRemainingCapacity"] == "2:00h"


def test_visual_backup_fills_and_frees_its_storage(unit: Unit) -> None:
    unit.write("backupActive", True)
    for _ in range(4):
        record_time(unit, 1800)
    unit.publish()
    assert unit.values["backupStoredFileDuration"] == "2:00h"
    assert unit.values["backupRemainingCapacity"] == "1:58h"
    assert unit.values["storageBackupCapacity"] == "3:58h"
    for _ in range(10):
        record_time(unit, 1800)
    unit.publish()
    assert unit.values["backupActive"] is True
    assert unit.values["storageBackupCapacity"] == "3:58h"


def test_tags_start_visual_backup_and_keep_what_they_are_about(unit: Unit) -> None:
    tag = unit.write("createTag", {"title": "broken tool"})
    assert tag == {"title": "broken tool", "note": "", "creationTime": unit.values["seconds"]}
    assert unit.values["backupActive"] is True
    record_time(unit, 600)
    unit.publish()
    assert unit.values["backupStoredFileDuration"] == "0:10h"
    assert unit.values["backupFileCapacity"] == "0:00h"


@pytest.mark.parametrize("moment", [1_700_000_000, "2023-11-14T22:13:20+00:00"])
def test_a_tag_with_a_time_starts_nothing(unit: Unit, moment: object) -> None:
    assert unit.write("createTag", {"creationTime": moment})["creationTime"] == 1_700_000_000
    assert unit.values["backupActive"] is False
    assert len(unit.tags) == 1


@pytest.mark.parametrize("tag", [{"title": 5}, {"creationTime": "yesterday"}, {"creationTime": True}, []])
def test_a_tag_of_wrong_types_is_refused(unit: Unit, tag: object) -> None:
    assert unit.write("createTag", tag) is False
    assert unit.tags == []


def test_a_place_that_is_none_is_no_timezone(unit: Unit) -> None:
    assert unit.write("timezone", "Moon/Base") == "Europe/Berlin"
    before = unit.values["time"]
    unit.write("timezone", "Asia/Tokyo")
    assert unit.values["time"] != before


def test_rtsp_status_follows_its_switch(unit: Unit) -> None:
    assert unit.values["rtspStatus"]["running"] is False
    unit.write("rtspOn", True)
    unit.write("rtspPort", 8554)
    assert unit.values["rtspStatus"] == {"running": True, "port": 8554, "error": ""}


def test_user_authentication_is_merged(unit: Unit) -> None:
    assert unit.write("userAuthentication", {"active": False}) == {"active": False}


# Heads: docs/protocol/rotoclear.md#heads-that-come-and-go ------------------------------------------


def test_a_head_that_is_pulled_out_takes_its_values_along(unit: Unit) -> None:
    told = changes(unit)
    unit.detach_head(0)
    assert told[-1]["cam0Exists"] is False
    assert told[-1]["cameraSwitch"] is True
    assert told[-1]["cfg30"] == "0"
    assert unit.values["oct0"] == ""
    assert unit.write("light0", True) is False
    assert unit.write("zoom0", 100) == 0
    assert unit.write("cameraSwitch", False) is True
    unit.attach_head(0)
    attached = told[-1]
    assert attached["cam0Exists"] is True
    assert unit.write("light0", True) is True
    assert unit.write("cameraSwitch", False) is False


# Live values: docs/protocol/rotoclear.md#measurements-that-drift -----------------------------------


def test_live_values_drift_and_the_clock_ticks() -> None:
    unit = Unit(live=True)
    drift = Drift()
    start = unit.snapshot()
    unit.publish()
    changes: Counter[str] = Counter()
    for _ in range(600):
        drift.step(unit, 1)
        changes.update(unit.publish().keys())
    assert re.fullmatch(r"\d+\.\d°C", unit.values["oct0"])
    assert re.fullmatch(r"\d+mbar", unit.values["psi0"])
    assert unit.values["seconds"] == start["seconds"] + 600
    assert changes["seconds"] == changes["time"] == 600
    assert changes["RPM0"] > 400
    assert all(20 < changes[key] < 120 for key in ("oct0", "oct1", "fpgaTemp")), changes
    assert all(60 < changes[key] < 300 for key in ("psi0", "psi1")), changes


def test_a_live_disk_spins_up_and_down() -> None:
    unit = Unit(live=True)
    drift = Drift()
    unit.write("dictRotation0", False)
    drift.step(unit, 1)
    assert 0 < unit.values["RPM0"] < 4000
    for _ in range(20):
        drift.step(unit, 1)
    assert unit.values["RPM0"] == 0
    unit.detach_head(1)
    drift.step(unit, 1)
    assert unit.values["oct1"] == ""


def test_without_live_values_a_disk_turns_at_once(unit: Unit) -> None:
    unit.write("dictRotation0", False)
    assert unit.values["RPM0"] == 0
    unit.write("dictRotation0", True)
    assert unit.values["RPM0"] == unit.values["rpm0"]


# Changes from outside ------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [key for key, variable in VARIABLES.items() if variable.readable])
def test_every_readable_variable_can_be_changed_to_anything(unit: Unit, key: str) -> None:
    told = changes(unit)
    unit.change({key: "anything"})
    assert told[-1][key] == "anything"
    unit.change({"hdmiName": "another"})
    assert unit.values[key] == ("another" if key == "hdmiName" else "anything")


def test_a_change_of_what_is_not_readable_is_an_error(unit: Unit) -> None:
    with pytest.raises(KeyError):
        unit.change({"createTag": 1})


def test_a_write_ends_a_change_from_outside(unit: Unit) -> None:
    unit.change({"recordingStorage": {"uuid": "other"}})
    assert unit.write("recordingStorage", usb_stick().uuid)["uuid"] == usb_stick().uuid
