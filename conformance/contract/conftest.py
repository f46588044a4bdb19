"""The generic checks judge the helpdesk of the family their case belongs to."""

import pytest

from conformance.engine import Helpdesk
from conformance.suite.session import RunSession


@pytest.fixture
def helpdesk(request: pytest.FixtureRequest, run_session: RunSession) -> Helpdesk:
    """The helpdesk of the family that the running case is about."""
    return run_session.helpdesk(request.param[0])
