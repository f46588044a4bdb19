"""Tags of cases."""

from __future__ import annotations

from conformance.emulator.kayako_v1.cases import case_of_path
from conformance.emulator.kayako_v1.pages._tags import Tagged

_TAGS = Tagged("case", case_of_path, shown=True)

HANDLERS = {**_TAGS.handlers("Case"), "listCaseTags": _TAGS.list}
