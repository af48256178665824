"""Playing, speaking, listening. Source: docs/protocol/misty.md#sound-and-speech."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .clock import now
from .parameters import Failure, Parameters
from .registry import command
from .store import seconds_of, tone

if TYPE_CHECKING:
    from .robot import Robot

STREAMS = ("http://", "https://", "rtsp://")
CAPTURED = "Detected end of voice command."


@dataclass
class Playing:
    """A sound that plays or is paused."""

    name: str
    seconds: float
    started: float
    task: asyncio.Task[None] | None = None


@dataclass
class Utterance:
    """A text that is or will be spoken."""

    text: str
    utterance_id: str | None


@dataclass
class Listening:
    """What the microphones do: wait for the key phrase, or record what is said."""

    key_phrase: bool
    capture: bool
    recognise: bool
    file: str
    silence_ms: float
    task: asyncio.Task[None] | None = None


class Voice:
    """Speaker and microphones."""

    def __init__(self, robot: Robot) -> None:
        """Initialize silent and without listening, as after a boot."""
        self.robot = robot
        self.volume = 100
        self.playing: Playing | None = None
        self.paused: Playing | None = None
        self.queue: list[Utterance] = []
        self.speaking: asyncio.Task[None] | None = None
        self.listening: Listening | None = None
        self.recording: str | None = None
        self.key_phrase_armed = 0

    @property
    def is_recording(self) -> bool:
        """Return True if the microphones record."""
        return self.recording is not None or (self.listening is not None and not self.listening.key_phrase)

    # Playing ------------------------------------------------------------------------------------

    def play(self, name: str, volume: int | None = None) -> None:
        """Play a file or an address; a paused source of the same name goes on."""
        if volume is not None:
            self.volume = volume
        if self.paused and self.paused.name == name:
            resumed, self.paused = self.paused, None
            self._start(Playing(name, resumed.seconds, asyncio.get_running_loop().time()))
            return
        self.end_sound()
        if name.startswith(STREAMS):
            self.robot.note("played", name=name)
            self._start(Playing(name, 30.0, asyncio.get_running_loop().time()))
            self.robot.system.fetch(name, lambda content: self._fetched(name, content))
            return
        if name not in self.robot.store.audio:
            raise Failure(f"There is no sound {name}.")
        self.robot.note("played", name=name)
        seconds = seconds_of(self.robot.store.content(self.robot.store.audio, name)) or 1.5
        self._start(Playing(name, seconds, asyncio.get_running_loop().time()))

    def _fetched(self, name: str, content: bytes) -> None:
        """Set the end of a sound from an address once it is fetched."""
        if self.playing and self.playing.name == name:
            assert self.playing.task is not None
            self.playing.task.cancel()
            self._start(Playing(name, seconds_of(content) or 1.0, asyncio.get_running_loop().time()))

    def _start(self, sound: Playing) -> None:
        self.playing = sound
        sound.task = self.robot.later(sound.seconds, self.end_sound)

    def end_sound(self) -> None:
        """End what plays or is paused, and publish the end."""
        for sound in (self.playing, self.paused):
            if sound is None:
                continue
            if sound.task is not None and sound.task is not asyncio.current_task():
                sound.task.cancel()
            self.robot.publish("AudioPlayComplete", {"created": now(), "metaData": {"name": sound.name}})
        self.playing = self.paused = None

    def pause(self) -> None:
        """Pause the sound, without an event."""
        if self.playing:
            sound, self.playing = self.playing, None
            assert sound.task is not None
            sound.task.cancel()
            played = (asyncio.get_running_loop().time() - sound.started) / max(self.robot.pace, 1e-6)
            self.paused = Playing(sound.name, max(0.0, sound.seconds - played), 0.0)

    # Speaking -----------------------------------------------------------------------------------

    def speak(self, text: str, utterance_id: str | None, flush: bool) -> None:
        """Queue a text; flush speaks it in place of everything else."""
        if flush:
            self.stop_speaking()
        self.queue.append(Utterance(text, utterance_id))
        if self.speaking is None:
            self._next()

    def _next(self) -> None:
        if not self.queue:
            self.speaking = None
            return
        self.robot.note("spoke", text=self.queue[0].text, volume=self.volume)
        self.speaking = self.robot.later(0.4 + 0.06 * len(self.queue[0].text), self._spoken)

    def _spoken(self) -> None:
        self._publish_end(self.queue.pop(0), interrupted=False)
        self._next()

    def stop_speaking(self) -> None:
        """Interrupt and forget every text."""
        if self.speaking is not None:
            self.speaking.cancel()
            self.speaking = None
        utterances, self.queue = self.queue, []
        for utterance in utterances:
            self._publish_end(utterance, interrupted=True)

    def _publish_end(self, utterance: Utterance, *, interrupted: bool) -> None:
        if utterance.utterance_id:
            message = {"error": interrupted, "interrupted": interrupted, "utteranceId": utterance.utterance_id}
            self.robot.publish("TextToSpeechComplete", message)

    # Listening ----------------------------------------------------------------------------------

    def listen(self, listening: Listening) -> None:
        """Wait for the key phrase, or record at once."""
        self.check_microphones()
        self.stop_listening()
        self.listening = listening
        if listening.key_phrase:
            self.key_phrase_armed += 1
        else:
            self._record()

    def check_microphones(self) -> None:
        """Fail while somebody else has the microphones."""
        if not self.robot.system.services["audio"]:
            raise Failure("The audio service is not enabled.")
        if self.robot.vision.streaming:
            raise Failure("The microphones are not available while AV streaming runs.")

    def stop_listening(self) -> None:
        """Stop waiting for the key phrase, and recording what is said."""
        if self.listening is not None and self.listening.task is not None:
            self.listening.task.cancel()
        self.listening = None

    def hear_key_phrase(self, confidence: int = 81) -> bool:
        """Recognise the key phrase, which ends listening for it; return False if the robot does not listen."""
        listening = self.listening
        if listening is None or not listening.key_phrase or self.robot.vision.streaming:
            return False
        self.listening = None
        self.robot.publish("KeyPhraseRecognized", {"confidence": confidence, "created": now()})
        if listening.capture:
            listening.key_phrase = False
            self.listening = listening
            self._record()
        return True

    def _record(self) -> None:
        assert self.listening is not None
        self.robot.note("recording", file=self.listening.file)
        self.robot.publish(
            "SourceFocusConfigMessage",
            {"gainStep": 0, "sectorStartAngles": [135, 45, 315, 225], "sectorsEnabled": [True] * 4},
        )
        self.listening.task = self.robot.later(self.listening.silence_ms / 1000, self._end_in_silence)

    def _end_in_silence(self) -> None:
        self.listening = None
        message = {
            "errorCode": 3,
            "errorMessage": "Did not detect speech before the silence timeout.",
            "filename": "",
            "success": False,
        }
        self.robot.publish("VoiceRecord", message)

    def hear_speech(self, text: str, wav: bytes | None = None) -> bool:
        """End the recording with speech; return False if the robot was not recording."""
        listening = self.listening
        if listening is None or listening.key_phrase or self.robot.vision.streaming:
            return False
        assert listening.task is not None
        listening.task.cancel()
        self.listening = None
        self.robot.store.audio.saved[listening.file] = wav or tone(0.5 + 0.03 * len(text))
        message = {
            "errorCode": 0,
            "errorMessage": CAPTURED,
            "filename": listening.file,
            "success": True,
        }
        if listening.recognise:
            message["speechRecognitionResult"] = text
        self.robot.publish("VoiceRecord", message)
        return True

    def publish_source(self) -> None:
        """Publish where sound comes from, while recording."""
        if self.is_recording:
            message = {
                "degreeOfArrivalNoise": [10, 120, 250],
                "degreeOfArrivalSpeech": 42,
                "timeOffset": 100,
                "voiceActivityPolar": [0] * 360,
                "voiceActivitySectors": [True, False, False, False],
            }
            self.robot.publish("SourceTrackDataMessage", message)


@command("POST", "audio/play")
def play(robot: Robot, given: Parameters) -> bool:
    """Play a sound."""
    volume = given.whole("volume", 0, 0, 100) if given.has("volume") else None
    robot.voice.play(given.text("fileName"), volume)
    return True


@command("POST", "audio/pause")
def pause(robot: Robot, _given: Parameters) -> bool:
    """Pause the sound."""
    robot.voice.pause()
    return True


@command("POST", "audio/stop")
def stop(robot: Robot, _given: Parameters) -> bool:
    """Stop the sound; speech goes on."""
    robot.note("audio stopped")
    robot.voice.end_sound()
    return True


@command("GET", "audio/volume")
def volume(robot: Robot, _given: Parameters) -> int:
    """Return the volume."""
    return robot.voice.volume


@command("POST", "audio/volume")
def set_volume(robot: Robot, given: Parameters) -> bool:
    """Set the volume."""
    robot.voice.volume = given.whole("volume", 0, 0, 100)
    return True


@command("POST", "tts/speak", "tts/speakazure")
def speak(robot: Robot, given: Parameters) -> bool:
    """Speak a text."""
    robot.voice.speak(given.text("text"), given.get("utteranceId"), given.flag("flush"))
    return True


@command("POST", "tts/stop", "tts/stopazure")
def stop_speaking(robot: Robot, _given: Parameters) -> bool:
    """Stop speaking."""
    robot.note("speech stopped")
    robot.voice.stop_speaking()
    return True


@command("POST", "audio/record/start", "audio/raw/record/start")
def record(robot: Robot, given: Parameters) -> bool:
    """Record; this ends listening for the key phrase."""
    name = given.text("fileName")
    if not name.endswith(".wav"):
        raise Failure("The file name must end with .wav.")
    robot.voice.check_microphones()
    robot.voice.stop_listening()
    robot.voice.recording = name
    return True


@command("POST", "audio/record/stop")
def stop_recording(robot: Robot, _given: Parameters) -> bool:
    """End the recording."""
    voice = robot.voice
    if voice.recording:
        robot.store.audio.saved[voice.recording] = tone(1.0)
        voice.recording = None
    return True


def _listening(given: Parameters, *, key_phrase: bool, capture: bool, recognise: bool) -> Listening:
    stem = "capture_HeyMisty" if key_phrase else "capture_Dialogue"
    file = f"{stem}.wav" if given.flag("overwriteExisting", True) else f"{stem}_21-11-2026-2-5.wav"
    silence = given.number("silenceTimeout", 5000, 500, 10000)
    # Only its range is checked: speech is over as soon as it is heard.
    given.number("maxSpeechLength", 7500, 500, 20000)
    return Listening(key_phrase, capture, recognise, file, silence)


def _key_phrase(recognise: bool) -> Any:
    def start(robot: Robot, given: Parameters) -> bool:
        """Listen for the key phrase."""
        capture = given.get("captureSpeech", True) not in (False, 0, "false")
        robot.voice.listen(_listening(given, key_phrase=True, capture=capture, recognise=recognise))
        return True

    return start


def _capture(recognise: bool) -> Any:
    def start(robot: Robot, given: Parameters) -> bool:
        """Record what somebody says, after the key phrase unless told otherwise."""
        wait = given.flag("requireKeyPhrase", True)
        robot.voice.listen(_listening(given, key_phrase=wait, capture=True, recognise=recognise))
        return True

    return start


for _ending in ("", "azure", "google", "vosk"):
    command("POST", f"audio/keyphrase/start{_ending}")(_key_phrase(bool(_ending)))
    command("POST", f"audio/speech/capture{_ending}")(_capture(bool(_ending)))


@command("POST", "audio/keyphrase/stop")
def stop_key_phrase(robot: Robot, _given: Parameters) -> bool:
    """Stop listening for the key phrase."""
    robot.voice.stop_listening()
    return True
