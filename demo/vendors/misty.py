"""Misty II: one robot."""

from collections.abc import Mapping

from harness.vendor import Seen
from harness.vendors.misty import VENDOR

from ..client import Action, Client
from ..exhibit import Check, Exhibit
from ..simulators import Running

LED = "light.misty_0123_chest_led"

STT, TTS = "stt.demo_voice", "tts.demo_voice"


async def give_a_voice(client: Client, _: Mapping[str, Running]) -> None:
    """Let the preferred assistant hear and speak through the demo's own voice, so that the robot can be talked to."""
    if STT not in client.states:
        await client.post("/api/config/config_entries/flow", {"handler": "demo_voice"})
    answer = await client.call("assist_pipeline/pipeline/list")
    pipelines = {pipeline["id"]: pipeline for pipeline in answer["pipelines"]}
    pipeline = pipelines[answer["preferred_pipeline"]]
    pipeline_id = pipeline.pop("id")
    pipeline |= {
        "stt_engine": STT,
        "stt_language": "en",
        "tts_engine": TTS,
        "tts_language": "en",
        "tts_voice": None,
    }
    await client.call("assist_pipeline/pipeline/update", pipeline_id=pipeline_id, **pipeline)


EXHIBIT = Exhibit(
    vendor=VENDOR,
    check=Check(
        action=Action(name="light.turn_on", entity_id=LED, data={"rgb_color": [0, 90, 255], "brightness": 255}),
        simulator="misty",
        seen=Seen("led", {"color": [0, 90, 255]}),
        entity_id=LED,
        state="on",
        before=Action(name="light.turn_off", entity_id=LED),
    ),
    prepare=give_a_voice,
)
