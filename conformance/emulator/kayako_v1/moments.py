"""Moments: kept as Unix seconds, written in ISO-8601, read in both forms and from headers."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

_NUMBER = re.compile(r"-?\d{1,12}(\.\d+)?")


def iso(moment: float) -> str:
    """Return a moment with its zone offset."""
    return datetime.fromtimestamp(int(moment), UTC).isoformat()


def read(text: str) -> int:
    """Return a moment written in ISO-8601 or as Unix time; raises ValueError."""
    if _NUMBER.fullmatch(text):
        return int(float(text))
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def in_header(moment: float) -> str:
    """Return a moment as Last-Modified and Expires have it: with +0000 for the zone."""
    return format_datetime(datetime.fromtimestamp(int(moment), UTC))


def as_date(moment: float) -> str:
    """Return a moment as the Date header has it."""
    return format_datetime(datetime.fromtimestamp(int(moment), UTC), usegmt=True)


def from_header(text: str) -> int | None:
    """Return the moment of a conditional header, None for what is no date."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
