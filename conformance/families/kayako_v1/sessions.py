"""Sessions that checks open: with a login of their own, to be used and ended at will."""

from dataclasses import dataclass, field

from conformance.engine import Exchange, Helpdesk, judge
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.exchange import answered
from conformance.engine.matchers import equal_to
from conformance.engine.shared import accepted, readable
from conformance.families.kayako_v1.asking import envelope, item_of


@dataclass(frozen=True)
class Session:
    """A session, its CSRF token (empty where none came), and the login that opened it."""

    id: str = field(repr=False)
    csrf: str = field(repr=False)
    login: Exchange

    def sent_in(self, draft: Draft, csrf: str | None = None) -> Draft:
        """The draft in this session instead of a login, with its CSRF token or another."""
        token = self.csrf if csrf is None else csrf
        return draft.by(self.login.role).with_options(session=(self.id, token))


def log_in(helpdesk: Helpdesk, role: str = "", **headers: str) -> Exchange:
    """The answer to a login: a read of the caller that sends address and password."""
    return helpdesk.send(Draft(helpdesk.spec["getMe"]).by(role).with_headers(**headers))


def open_session(helpdesk: Helpdesk, role: str = "", **headers: str) -> Session:
    """A session of its own. Raises PrerequisiteBroken where a login opens none."""
    return session_of(log_in(helpdesk, role, **headers))


def working_session(helpdesk: Helpdesk, role: str = "", **headers: str) -> Session:
    """A session in which the caller is read. Raises PrerequisiteBroken where it is not, which is
    judged elsewhere."""
    session = open_session(helpdesk, role, **headers)
    accepted(helpdesk.send(session.sent_in(Draft(helpdesk.spec["getMe"]))))
    return session


def protected_session(helpdesk: Helpdesk, role: str = "") -> Session:
    """The same with a CSRF token. Raises PrerequisiteBroken where a login brings none."""
    session = working_session(helpdesk, role)
    if not session.csrf:
        raise PrerequisiteBroken("a login brings no X-CSRF-Token")
    return session


def expect_caller(exchange: Exchange, known: Exchange, *requirements: str) -> None:
    """Expect that a read of the caller shows the same one as another read of it.

    Raises PrerequisiteBroken where one of them shows no caller at all, which is judged elsewhere.
    """
    shown, wanted = (item_of(readable(read)).get("id") for read in (exchange, known))
    if shown is None or wanted is None:
        raise PrerequisiteBroken("the caller is shown without an id")
    judge(shown, equal_to(wanted), "/data/id", *requirements)


def session_of(login: Exchange) -> Session:
    session = envelope(accepted(login)).get("session_id")
    if not isinstance(session, str) or not session:
        raise PrerequisiteBroken("a login opens no session")
    return Session(session, answered(login).header("X-CSRF-Token") or "", login)
