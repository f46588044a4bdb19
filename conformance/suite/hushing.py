"""Log records of the run, whichever library makes them, carry no secrets."""

import logging
from typing import Any

from conformance.engine.secrets import RedactingFilter, Redactor


class HushedLogs:
    """Takes secrets out of every log record when it is made, before any handler sees it."""

    def __init__(self, redactor: Redactor) -> None:
        self._filter = RedactingFilter(redactor)
        self._before = logging.getLogRecordFactory()

    def start(self) -> None:
        self._before = logging.getLogRecordFactory()
        logging.setLogRecordFactory(self._record)

    def stop(self) -> None:
        logging.setLogRecordFactory(self._before)

    def _record(self, *arguments: Any, **named: Any) -> logging.LogRecord:
        record = self._before(*arguments, **named)
        self._filter.filter(record)
        return record
