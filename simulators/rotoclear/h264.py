"""Pictures as H.264 in RTP packets (RFC 3550, RFC 6184)."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

SIZE = 1280, 720
CLOCK = 90_000
# The number of pictures from one key frame to the next, for which a new player waits.
KEY_EVERY = 30
PAYLOAD_TYPE = 96
SOURCE = 0xC2
LONGEST = 1400
FRAGMENT = 28  # NAL unit type of FU-A
START_CODE = b"\x00\x00\x01"


class Encoder:
    """Encodes a sequence of JPEG pictures for one player."""

    def __init__(self) -> None:
        """Initialize. The codecs are created with the first picture."""
        self._decoder: Any = None
        self._encoder: Any = None

    def encode(self, jpeg: bytes, timestamp: int) -> list[bytes]:
        """Return the NAL units of a picture; those of the first picture begin with the parameters of the decoder.

        Call it in a thread, because it takes tens of milliseconds. `timestamp` has to increase, in 1/90000 s.
        """
        import av

        if self._encoder is None:
            self._decoder = av.CodecContext.create("mjpeg", "r")
            self._encoder = av.CodecContext.create("libx264", "w")
            self._encoder.width, self._encoder.height = SIZE
            self._encoder.pix_fmt = "yuv420p"
            self._encoder.time_base = Fraction(1, CLOCK)
            self._encoder.gop_size = KEY_EVERY
            self._encoder.options = {"preset": "ultrafast", "tune": "zerolatency"}
        (frame,) = self._decoder.decode(av.Packet(jpeg))
        frame = frame.reformat(*SIZE, format="yuv420p")
        frame.pts, frame.time_base = timestamp, Fraction(1, CLOCK)
        # Otherwise every picture would be a key frame, as every JPEG is.
        frame.pict_type = av.video.frame.PictureType.NONE
        return [unit for packet in self._encoder.encode(frame) for unit in split(bytes(packet))]


def split(stream: bytes) -> Iterator[bytes]:
    """Return the NAL units of a byte stream with start codes."""
    for part in stream.split(START_CODE):
        if unit := part.rstrip(b"\x00"):
            yield unit


def packets(units: Sequence[bytes], sequence: int, timestamp: int) -> Iterator[bytes]:
    """Return the RTP packets of a picture; the last one has the marker bit."""
    payloads = [payload for unit in units for payload in fragments(unit)]
    for number, payload in enumerate(payloads):
        is_last = number == len(payloads) - 1
        yield b"".join(
            (
                bytes((0x80, PAYLOAD_TYPE | (0x80 if is_last else 0))),
                ((sequence + number) & 0xFFFF).to_bytes(2),
                (timestamp & 0xFFFFFFFF).to_bytes(4),
                SOURCE.to_bytes(4),
                payload,
            )
        )


def fragments(unit: bytes) -> Iterator[bytes]:
    """Return a NAL unit as one payload, or as FU-A payloads if it is too long (RFC 6184, 5.8)."""
    if len(unit) <= LONGEST:
        yield unit
        return
    indicator, kind = unit[0] & 0xE0 | FRAGMENT, unit[0] & 0x1F
    for start in range(1, len(unit), LONGEST):
        begins, ends = start == 1, start + LONGEST >= len(unit)
        yield bytes((indicator, begins << 7 | ends << 6 | kind)) + unit[start : start + LONGEST]
