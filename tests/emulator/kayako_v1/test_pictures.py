"""Logos: larger PNG are made smaller, everything else stays."""

from __future__ import annotations

import struct
import zlib

import pytest

from conformance.emulator.kayako_v1.pictures import fitted, kind_of

SIGNATURE = b"\x89PNG\r\n\x1a\n"
WIDE, HIGH = 40, 20


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(head: bytes, raw: bytes) -> bytes:
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(raw)), (b"IEND", b""))
    return SIGNATURE + b"".join(chunk(name, data) for name, data in parts)


def dot(x: int, y: int) -> bytes:
    return bytes((x * 5, y * 9, (x * y) % 251))


def near(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((left, above, corner), key=lambda one: abs(guess - one))


def filtered(way: int) -> bytes:
    """Return the dots of a picture as a filter writes them."""
    raw, above = b"", bytes(WIDE * 3)
    for y in range(HIGH):
        row = b"".join(dot(x, y) for x in range(WIDE))
        raw += bytes([way])
        for i, value in enumerate(row):
            left, corner = (row[i - 3], above[i - 3]) if i > 2 else (0, 0)
            average = (left + above[i]) // 2
            taken = (0, left, above[i], average, near(left, above[i], corner))[way]
            raw += bytes([(value - taken) % 256])
        above = row
    return raw


def picture(way: int = 0, depth: int = 8) -> bytes:
    return png(struct.pack(">IIBBBBB", WIDE, HIGH, depth, 2, 0, 0, 0), filtered(way))


@pytest.mark.parametrize("way", range(5))
def test_a_large_picture_is_made_smaller(way: int) -> None:
    small = fitted(picture(way), 10)
    assert kind_of(small) == "image/png"
    assert struct.unpack(">II", small[16:24]) == (10, 5)
    packed = small[small.index(b"IDAT") + 4 : small.index(b"IEND") - 8]
    rows = [b"\0" + b"".join(dot(x * 4, y * 4) for x in range(10)) for y in range(5)]
    assert zlib.decompress(packed) == b"".join(rows)


@pytest.mark.parametrize(
    "contents",
    [
        picture(depth=16),
        picture()[:60],
        SIGNATURE,
        SIGNATURE + b"and so on",
        b"GIF89a and so on",
        b"",
        png(struct.pack(">IIBBBBB", 9, 9, 8, 2, 0, 0, 0), b""),
    ],
    ids=["deep", "cut", "bare", "broken", "gif", "empty", "small"],
)
def test_other_pictures_stay(contents: bytes) -> None:
    assert fitted(contents, 10) == contents
