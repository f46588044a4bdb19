"""What can stop a check or a run, apart from a broken promise.

ConformanceError
├── ConfigurationError     wrong usage or target file: exit code 2, before any request
├── TargetUnreachable      the server is down or is no such helpdesk: exit code 3
├── SuiteError             the suite itself is wrong
└── NotJudged              a check ends without judging
    ├── Skipped            could not be judged here (verdict `skip`)
    ├── Omitted            does not apply to this target (verdict `omit`)
    └── Undecided          no judgement possible (verdict `error`)
        ├── PrerequisiteBroken   an object the check needs could not be made
        └── ConnectionLost       the request got no answer
"""

from typing import NoReturn


class ConformanceError(Exception):
    """Base of everything the suite raises on purpose."""


class ConfigurationError(ConformanceError):
    """Wrong usage: one sentence that says what, where and what to do."""


class TargetUnreachable(ConformanceError):
    """Nothing that looks like the helpdesk answered; the text says what was tried and what came."""


class SuiteError(ConformanceError):
    """A mistake in the catalogue or a check, never the server's."""


class NotJudged(ConformanceError):
    """Ends a check without a judgement; the text is the reason."""


class Skipped(NotJudged):
    """Could not be judged here: a role or safety level is missing."""


class Omitted(NotJudged):
    """Does not apply to this target."""


class Undecided(NotJudged):
    """No judgement possible."""


class PrerequisiteBroken(Undecided):
    """An object that the check needs could not be made; names the cause."""


class ConnectionLost(Undecided):
    """A request got no (complete) answer."""


def skip(reason: str) -> NoReturn:
    """End the running check: it could not be judged here, for this reason."""
    raise Skipped(reason)


def omit(reason: str) -> NoReturn:
    """End the running check: it does not apply to this target, for this reason."""
    raise Omitted(reason)
