"""Conversion of recordings for the voice pipeline, which takes 16-bit mono at 16 kHz."""

from array import array
from collections.abc import AsyncGenerator
import io
import sys
import wave

RATE = 16000
CHUNK_BYTES = 2048
# The robot records 20 seconds at most.
MAX_SECONDS = 30


def to_pcm(content: bytes) -> bytes:
    """Return the samples of a WAV file, converted to mono at 16 kHz. Raises ValueError if it is not a WAV file."""
    try:
        with wave.open(io.BytesIO(content)) as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            frames = file.readframes(min(file.getnframes(), MAX_SECONDS * max(rate, 1)))
    except wave.Error, EOFError:
        raise ValueError("not a WAV file") from None
    if width != 2 or channels < 1 or not 4000 <= rate <= 192000:
        raise ValueError("not 16-bit sound")
    samples = array("h", frames[: len(frames) // (2 * channels) * 2 * channels])
    if sys.byteorder == "big":
        samples.byteswap()
    if channels > 1:
        samples = samples[::channels]
    if rate != RATE:
        samples = _resample(samples, rate)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


def _resample(samples: array[int], rate: int) -> array[int]:
    """Resample by linear interpolation, which is good enough for speech."""
    if len(samples) < 2:
        return samples
    count = int((len(samples) - 1) * RATE / rate)
    step = rate / RATE
    result = array("h", bytes(2 * count))
    for index in range(count):
        place = index * step
        left = int(place)
        result[index] = round(samples[left] + (samples[left + 1] - samples[left]) * (place - left))
    return result


async def stream(pcm: bytes) -> AsyncGenerator[bytes]:
    """Yield the samples in chunks."""
    for start in range(0, len(pcm), CHUNK_BYTES):
        yield pcm[start : start + CHUNK_BYTES]
