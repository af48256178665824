"""The content type of a picture, from its first bytes. Devices may report a wrong one."""

# Not SVG: its scripts would run in the origin of Home Assistant.
_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
)
SUFFIXES = {
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
    "image/gif": (".gif",),
    "image/bmp": (".bmp",),
    "image/webp": (".webp",),
}


def image_type(data: bytes) -> str | None:
    """Return the content type of a JPEG, PNG, GIF, BMP or WebP; None for any other data."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for signature, kind in _SIGNATURES if data.startswith(signature)), None)
