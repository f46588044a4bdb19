"""Moments: kept as milliseconds since 1970 (UTC), written and read as the documentation does."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
DAY = 86_400_000


def written(moment: int | None, zone: str = "Z") -> str | None:
    """Return a moment as in the samples: up to three digits of a second, zeros at the end cut."""
    if moment is None:
        return None
    seconds, thousandths = divmod(moment, 1000)
    text = (datetime(1970, 1, 1) + timedelta(seconds=seconds)).isoformat()
    fraction = f".{thousandths:03}".rstrip("0").rstrip(".")
    return f"{text}{fraction}{zone}"


def day(text: str) -> int:
    """Return the begin of a day, `YYYY-MM-DD`; ValueError for anything else."""
    if _DAY.fullmatch(text) is None:
        raise ValueError("a date such as 2016-11-24 is needed.")
    return moment(text)


def moment(text: str) -> int:
    """Return the moment of an ISO 8601 text, by default in UTC; ValueError if it is none."""
    if len(text) < 10 or _DAY.match(text) is None:
        raise ValueError("a date such as 2016-11-24 is needed.")
    try:
        read = datetime.fromisoformat(text)
        aware = read if read.tzinfo else read.replace(tzinfo=UTC)
        return round((aware - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))
    except (ValueError, OverflowError):
        raise ValueError(f"{text} is no date.") from None


def day_end(text: str) -> int:
    """Return a moment, of a bare date its last one."""
    return moment(text) + (DAY - 1 if _DAY.fullmatch(text) else 0)


def start_of_day(at: int) -> int:
    """Return the begin of the day (UTC) of a moment."""
    return at - at % DAY
