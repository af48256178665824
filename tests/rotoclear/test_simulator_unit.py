"""The simulated unit without its servers: variables, conversions and rules (docs/protocol/rotoclear.md)."""

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
# A row of the tables: names, type, access, values and meaning.
ROW = re.compile(
    r"^\| (?P<names>`\w+`(?:, `\w+`)*) \| (?P<type>[A-Z][\w, ]+) \| (?P<access>rw|r|w) \| (?P<values>[^|]*)\|",
    re.MULTILINE,
)
INTERVAL = re.compile(r"\[(?P<low>[-\d.]+), (?P<high>[-\d.]+)\]")
# Variables whose type differs from the table (docs/protocol/rotoclear.md#types).
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


def record_changes(unit: Unit) -> list[dict[str, Any]]:
    published: list[dict[str, Any]] = []
    unit.on_change = published.append
    return published


# The table -----------------------------------------------------------------------------------------


def test_there_are_110_variables() -> None:
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


def test_values_have_the_format_of_the_examples_of_the_vendor(unit: Unit) -> None:
    assert unit.values["oct0"] == "69.7°C"
    assert unit.values["psi0"] == "1712mbar"
    assert unit.values["psiSetpoint"] == "1150mbar"
    assert unit.values["light0"] is False
    assert unit.values["pan0"] == {"x": 50.0, "y": 50.0}
    assert unit.values["netInfo"][0]["connections"][0]["address"]


# Conversion and limits: docs/protocol/rotoclear.md#values ---------------------------------------


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
def test_a_text_of_a_query_is_converted_to_the_type_of_the_variable(key: str, text: str, value: object) -> None:
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
def test_an_invalid_text_is_refused(key: str, text: str) -> None:
    with pytest.raises(Refused):
        from_text(VARIABLES[key], text)


@pytest.mark.parametrize(
    "key", [key for key, variable in VARIABLES.items() if variable.limits and not variable.relative]
)
def test_numbers_are_limited_to_their_range(key: str) -> None:
    limits = VARIABLES[key].limits
    assert limits is not None
    low, high = limits
    assert checked(VARIABLES[key], low - 1) == low
    assert checked(VARIABLES[key], high + 10**9) == high
    assert checked(VARIABLES[key], low) == low


@pytest.mark.parametrize("key", [key for key, variable in VARIABLES.items() if variable.options])
def test_unknown_options_are_refused(key: str) -> None:
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
def test_a_write_is_stored_and_published_once(unit: Unit, key: str, value: object) -> None:
    published = record_changes(unit)
    assert unit.write(key, value) == value
    unit.publish()
    assert len(published) == 1
    assert published[0][key] == value
    unit.write(key, value)
    unit.publish()
    assert len(published) == 1


def test_zoom_and_pan_are_written_as_differences_and_read_as_positions(unit: Unit) -> None:
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
def test_a_setting_cannot_be_set_while_its_automatic_is_on(unit: Unit, key: str, automatic: str, value: object) -> None:
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


def test_the_time_of_a_recording_stops_during_a_pause(unit: Unit) -> None:
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


def test_unplugging_the_storage_stops_recording_and_backup(unit: Unit) -> None:
    unit.write("record", "start")
    unit.write("backupActive", True)
    unit.publish()
    published = record_changes(unit)
    unit.unplug_storage(usb_stick().uuid)
    assert published[-1]["record"] == "stop"
    assert published[-1]["backupActive"] is False
    assert published[-1]["diskStorages"] == {}
    assert unit.write("backupActive", True) is False


def test_the_backup_capacity_equals_the_example_of_the_vendor(unit: Unit) -> None:
    assert video_seconds("HD", 30, 75, EXAMPLE_BYTES) == 14313
    assert video_seconds("FullHD", 30, 75, EXAMPLE_BYTES) == 6361
    assert unit.values["backupRemainingCapacitySeconds"] == "14313"
    assert unit.values["backupRemainingCapacity"] == "3:58h"
    assert unit.values["diskStorages"][usb_stick().uuid]["freeStr"] == "55.990 GB"
    unit.write("backupUseCompleteSpace", False)
    unit.write("backupMaximumRecordingTimeCapacity", 2)
    assert unit.values["backupRemainingCapacity"] == "2:00h"


def test_visual_backup_replaces_its_oldest_files(unit: Unit) -> None:
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


def test_a_tag_starts_visual_backup_and_keeps_its_recording(unit: Unit) -> None:
    tag = unit.write("createTag", {"title": "broken tool"})
    assert tag == {"title": "broken tool", "note": "", "creationTime": unit.values["seconds"]}
    assert unit.values["backupActive"] is True
    record_time(unit, 600)
    unit.publish()
    assert unit.values["backupStoredFileDuration"] == "0:10h"
    assert unit.values["backupFileCapacity"] == "0:00h"


@pytest.mark.parametrize("moment", [1_700_000_000, "2023-11-14T22:13:20+00:00"])
def test_a_tag_with_a_time_does_not_start_visual_backup(unit: Unit, moment: object) -> None:
    assert unit.write("createTag", {"creationTime": moment})["creationTime"] == 1_700_000_000
    assert unit.values["backupActive"] is False
    assert len(unit.tags) == 1


@pytest.mark.parametrize("tag", [{"title": 5}, {"creationTime": "yesterday"}, {"creationTime": True}, []])
def test_a_tag_with_wrong_types_is_refused(unit: Unit, tag: object) -> None:
    assert unit.write("createTag", tag) is False
    assert unit.tags == []


def test_an_unknown_time_zone_is_refused(unit: Unit) -> None:
    assert unit.write("timezone", "Moon/Base") == "Europe/Berlin"
    before = unit.values["time"]
    unit.write("timezone", "Asia/Tokyo")
    assert unit.values["time"] != before


def test_the_rtsp_status_follows_its_variables(unit: Unit) -> None:
    assert unit.values["rtspStatus"]["running"] is False
    unit.write("rtspOn", True)
    unit.write("rtspPort", 8554)
    assert unit.values["rtspStatus"] == {"running": True, "port": 8554, "error": ""}


def test_user_authentication_is_merged(unit: Unit) -> None:
    assert unit.write("userAuthentication", {"active": False}) == {"active": False}


# Heads: docs/protocol/rotoclear.md#heads-that-come-and-go ------------------------------------------


def test_a_detached_head_has_no_values_and_cannot_be_set(unit: Unit) -> None:
    published = record_changes(unit)
    unit.detach_head(0)
    assert published[-1]["cam0Exists"] is False
    assert published[-1]["cameraSwitch"] is True
    assert published[-1]["cfg30"] == "0"
    assert unit.values["oct0"] == ""
    assert unit.write("light0", True) is False
    assert unit.write("zoom0", 100) == 0
    assert unit.write("cameraSwitch", False) is True
    unit.attach_head(0)
    attached = published[-1]
    assert attached["cam0Exists"] is True
    assert unit.write("light0", True) is True
    assert unit.write("cameraSwitch", False) is False


# Live values: docs/protocol/rotoclear.md#measurements-that-drift -----------------------------------


def test_live_values_change_and_the_clock_runs() -> None:
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


def test_the_speed_of_a_live_disk_changes_slowly() -> None:
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


def test_the_speed_of_a_disk_changes_at_once_without_live_values(unit: Unit) -> None:
    unit.write("dictRotation0", False)
    assert unit.values["RPM0"] == 0
    unit.write("dictRotation0", True)
    assert unit.values["RPM0"] == unit.values["rpm0"]


# Changes by a test ---------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [key for key, variable in VARIABLES.items() if variable.readable])
def test_a_test_can_set_a_readable_variable_to_any_value(unit: Unit, key: str) -> None:
    published = record_changes(unit)
    unit.change({key: "anything"})
    assert published[-1][key] == "anything"
    unit.change({"hdmiName": "another"})
    assert unit.values[key] == ("another" if key == "hdmiName" else "anything")


def test_a_test_cannot_change_a_variable_that_is_not_readable(unit: Unit) -> None:
    with pytest.raises(KeyError):
        unit.change({"createTag": 1})


def test_a_write_replaces_the_value_of_a_test(unit: Unit) -> None:
    unit.change({"recordingStorage": {"uuid": "other"}})
    assert unit.write("recordingStorage", usb_stick().uuid)["uuid"] == usb_stick().uuid
