"""Pictures: told by their first bytes; PNG can be made smaller."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

_KINDS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_BYTES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Bytes of a dot, by the type of colour."""
_LARGEST = 4096


def kind_of(contents: bytes) -> str | None:
    """Return the media type of a picture, None for what is none."""
    return next((kind for mark, kind in _KINDS.items() if contents.startswith(mark)), None)


def fitted(contents: bytes, side: int) -> bytes:
    """Return a PNG that is at most so wide and high; other pictures, and PNG that are interlaced,
    broken or of another depth than eight bits, as they are."""
    try:
        return _fitted(contents, side)
    except (ValueError, KeyError, IndexError, struct.error, zlib.error):
        return contents


def _fitted(contents: bytes, side: int) -> bytes:
    chunks = list(_chunks(contents))
    width, height, depth, colour, *ways = struct.unpack(">IIBBBBB", chunks[0][1])
    if max(width, height) <= side or max(width, height) > _LARGEST or depth != 8 or any(ways):
        return contents
    size, across = _BYTES[colour], max(width, height)
    small = max(1, width * side // across), max(1, height * side // across)
    packed = b"".join(data for name, data in chunks if name == b"IDAT")
    rows = _rows(packed, width * size, height, size)
    dots = [x * width // small[0] * size for x in range(small[0])]
    shown = (rows[y * height // small[1]] for y in range(small[1]))
    raw = b"".join(b"\0" + b"".join(row[at : at + size] for at in dots) for row in shown)
    head = struct.pack(">IIBBBBB", *small, depth, colour, *ways)
    colours = [one for one in chunks if one[0] in (b"PLTE", b"tRNS")]
    written = [(b"IHDR", head), *colours, (b"IDAT", zlib.compress(raw)), (b"IEND", b"")]
    return _SIGNATURE + b"".join(_chunk(name, data) for name, data in written)


def _chunks(contents: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not contents.startswith(_SIGNATURE):
        raise ValueError(contents[:8])
    at = len(_SIGNATURE)
    while at < len(contents):
        length, name = struct.unpack(">I4s", contents[at : at + 8])
        yield name, contents[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _rows(packed: bytes, length: int, height: int, size: int) -> list[bytes]:
    """Return the rows of dots, their filters undone."""
    raw = zlib.decompressobj().decompress(packed, (length + 1) * height)
    rows, above = [], bytes(length)
    for at in range(0, (length + 1) * height, length + 1):
        row = bytearray(raw[at + 1 : at + 1 + length])
        for x in range(length):
            left, corner = (row[x - size], above[x - size]) if x >= size else (0, 0)
            row[x] = (row[x] + _expected(raw[at], left, above[x], corner)) & 255
        above = bytes(row)
        rows.append(above)
    return rows


def _expected(way: int, left: int, above: int, corner: int) -> int:
    """Return what a filter takes a byte for."""
    guess = left + above - corner
    near = min((left, above, corner), key=lambda one: abs(guess - one))
    return (0, left, above, (left + above) // 2, near)[way]
