"""The engine: knows no API by name. Checks need the names below and no others."""

from conformance.engine.cases import CheckCase
from conformance.engine.errors import omit, skip
from conformance.engine.exchange import Exchange
from conformance.engine.expectations import covers, each, expect, judge, violate
from conformance.engine.helpdesk import Helpdesk
from conformance.engine.journal import Made

__all__ = [
    "CheckCase",
    "Exchange",
    "Helpdesk",
    "Made",
    "covers",
    "each",
    "expect",
    "judge",
    "omit",
    "skip",
    "violate",
]
