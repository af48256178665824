"""Misty II: one robot."""

from collections.abc import Mapping

from harness.vendor import Seen
from harness.vendors.misty import VENDOR

from ..client import Action, Client
from ..exhibit import Automation, Check, Exhibit
from ..simulators import Running

LED = "light.misty_0123_chest_led"
FACE = "select.misty_0123_face"
SPEAK = "notify.misty_0123_speak"

STT, TTS = "stt.demo_voice", "tts.demo_voice"


async def set_up_voice(client: Client, _: Mapping[str, Running]) -> None:
    """Set up the demo voice, and use it in the preferred assistant and in those for German and Italian."""
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
    known = {one["conversation_language"] for one in pipelines.values()} | {pipeline["conversation_language"]}
    for language, name in (("de", "Deutsch"), ("it", "Italiano")):
        if language not in known:
            own = {"name": name, "language": language, "conversation_language": language}
            await client.call("assist_pipeline/pipeline/create", **(pipeline | own))


async def activate(client: Client, simulators: Mapping[str, Running]) -> None:
    """Show a happy face, switch on the LED and the key phrase, and touch the head."""
    faces = client.states[FACE]["attributes"]["options"]
    happy = next(face for face in faces if "Joy" in face)
    await client.act(Action(name="select.select_option", entity_id=FACE, data={"option": happy}))
    await client.act(Action(name="light.turn_on", entity_id=LED, data={"rgb_color": [0, 200, 255], "brightness": 255}))
    await client.act(Action(name="light.turn_off", entity_id="light.misty_0123_flashlight"))
    await client.act(Action(name="switch.turn_on", entity_id="switch.misty_0123_listen_for_key_phrase"))
    for touched in (True, False):
        await simulators["misty"].command("touch", position="HeadFront", touched=touched)


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
    prepare=set_up_voice,
    rooms={"Living Room": ("Misty 0123",)},
    automations=(
        Automation(
            alias="Misty announces the doorbell",
            blueprint="doorbell",
            inputs={"bell": "event.entrance_door_station", "voice": SPEAK, "face": FACE},
        ),
        Automation(
            alias="Misty greets known people",
            blueprint="greet_person",
            inputs={"face": "event.misty_0123_face_seen", "voice": SPEAK},
        ),
    ),
    activate=activate,
)
