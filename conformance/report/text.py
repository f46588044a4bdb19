"""Texts from a server made fit for people: nothing invisible, nothing endless."""

from __future__ import annotations

import re
from collections.abc import Iterator

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_INDENT = "  "
_BETWEEN_TAGS = re.compile(r">\s*(?=<)")
_ONE_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},]|[^"\[\]{},]+|"', re.DOTALL)
_ONE_LINE_IS_ENOUGH = 100


def visible(text: str) -> str:
    """The text with control, direction and surrogate characters written as escapes.

    Line feeds and tabs stay; the usual CR LF counts as a line feed, a lone CR is shown.
    """
    return _INVISIBLE.sub(_escape, text.replace("\r\n", "\n"))


def one_line(text: str, limit: int = 200) -> str:
    """The text on one line of at most `limit` characters, everything invisible shown."""
    shown = visible(text).replace("\n", "\\n").replace("\t", "\\t")
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def indented(body: str) -> str | None:
    """XML or JSON that came on one line, broken into lines; None when there is nothing to gain.

    Works on the characters and adds white space only: malformed bodies, double members and odd
    numbers stay as they came, which a parser would hide.
    """
    compact = body.strip()
    if "\n" in compact or len(compact) <= _ONE_LINE_IS_ENOUGH:
        return None
    if compact.startswith("<"):
        return "\n".join(_xml_lines(compact))
    if compact.startswith(("{", "[")):
        return _json_lines(compact)
    return None


def duration(seconds: float) -> str:
    """Seconds in the unit that people would use: `85 ms`, `1.2 s`, `3 min 5 s`, `2 h 4 min`."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 check`, `2 checks`; the plural is given where it is not just an s."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _xml_lines(body: str) -> Iterator[str]:
    depth = 0
    for line in _BETWEEN_TAGS.sub(">\n", body).split("\n"):
        closing = line.startswith("</")
        if closing:
            depth = max(depth - 1, 0)
        yield _INDENT * depth + line
        if _opens(line) and not closing:
            depth += 1


def _opens(line: str) -> bool:
    """Whether the line starts an element that it does not end."""
    if not line.startswith("<") or line.startswith(("<?", "<!")):
        return False
    return "</" not in line and not line.endswith("/>")


def _json_lines(body: str) -> str:
    depth = 0
    out: list[str] = []
    for token in _ONE_TOKEN.findall(body):
        if token in "[{":
            depth += 1
            out.append(token + "\n" + _INDENT * depth)
        elif token in "]}":
            depth = max(depth - 1, 0)
            out.append("\n" + _INDENT * depth + token)
        elif token == ",":
            out.append(token + "\n" + _INDENT * depth)
        else:
            out.append(token)
    return "".join(out)
