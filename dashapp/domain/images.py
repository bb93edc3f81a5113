"""Recognizes images by their content: PNG, JPEG and WebP. Others, such as SVG, are refused."""

from dashapp.domain.errors import BadInput
from dashapp.domain.language import _

MAX_BYTES = 100_000
MAX_PIXELS = 2_000  # of width and height
_PNG = b"\x89PNG\r\n\x1a\n"
_NO_JPEG_SIZES = {0xC4, 0xC8, 0xCC}  # markers between those of frames
_Size = tuple[int, int]


def image_type(content: bytes) -> str:
    """Return the media type of an image, from its content. Raises BadInput."""
    if len(content) > MAX_BYTES:
        raise BadInput(_("The image is too large: it can have at most 100 KB."))
    for media_type, size_of in _TYPES.items():
        size = size_of(content)
        if size is not None:
            if not all(0 < pixels <= MAX_PIXELS for pixels in size):
                raise BadInput(
                    _("The image can be at most %(most)s pixels wide and high."), most=MAX_PIXELS
                )
            return media_type
    raise BadInput(_("Choose a PNG, JPEG, or WebP image."))


def _png_size(content: bytes) -> _Size | None:
    if not (content.startswith(_PNG) and content[12:16] == b"IHDR" and b"IEND" in content[-16:]):
        return None
    return _big(content[16:20]), _big(content[20:24])


def _webp_size(content: bytes) -> _Size | None:
    """Return the size in the first chunk (RFC 9649, 2.5 to 2.7)."""
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP" or _little(content[4:8]) > len(content):
        return None
    kind, data = content[12:16], content[20:]
    if kind == b"VP8X":
        return _little(data[4:7]) + 1, _little(data[7:10]) + 1
    if kind == b"VP8L" and data[:1] == b"\x2f":
        bits = _little(data[1:5])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and data[3:6] == b"\x9d\x01\x2a":
        return _little(data[6:8]) & 0x3FFF, _little(data[8:10]) & 0x3FFF
    return None


def _jpeg_size(content: bytes) -> _Size | None:
    """Return the size in the first frame header (ITU T.81, B.2.2)."""
    if not content.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:  # noqa: PLR2004
        marker = content[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in _NO_JPEG_SIZES:  # noqa: PLR2004
            return _big(content[at + 7 : at + 9]), _big(content[at + 5 : at + 7])
        at += 2 + max(2, _big(content[at + 2 : at + 4]))
    return None


def _big(part: bytes) -> int:
    return int.from_bytes(part, "big")


def _little(part: bytes) -> int:
    return int.from_bytes(part, "little")


_TYPES = {"image/png": _png_size, "image/jpeg": _jpeg_size, "image/webp": _webp_size}
