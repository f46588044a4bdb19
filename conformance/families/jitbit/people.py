"""What the check modules of everything but tickets share: plain requests, own users, logins."""

from collections.abc import Mapping
from typing import Any

from conformance.engine import Exchange, Helpdesk, Made
from conformance.engine.answer import Item
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken, Skipped
from conformance.engine.matchers import a_positive_integer
from conformance.engine.shared import accepted as accepted
from conformance.engine.shared import once
from conformance.engine.shared import readable as readable

#: The member that shows what a field of a create or an update has written.
SHOWN_AS: Mapping[str, str] = {
    "username": "Username",
    "email": "Email",
    "firstName": "FirstName",
    "lastName": "LastName",
    "notes": "Notes",
    "phone": "Phone",
    "location": "Location",
    "company": "CompanyName",
    "department": "Department",
    "greeting": "Greeting",
    "signature": "Signature",
}
#: What newer servers show in place of `Department`.
_OTHER_DEPARTMENT = "DepartmentName"
#: Shorter texts of a token page are no tokens.
_LEAST_TOKEN = 16


def aim(helpdesk: Helpdesk, operation_id: str, /, **fields: Any) -> Draft:
    """A draft with these fields and no others: nothing is made for it, except that the method is
    the one that serves, where the documents name none."""
    operation = helpdesk.spec[operation_id]
    if operation.other_method is None:
        return Draft(operation).having(fields)
    draft = helpdesk.draft(operation_id, **fields)
    others = [name for name in draft.sent if name not in fields]
    return draft.without(*others)


def aimed(helpdesk: Helpdesk, operation_id: str, /, **fields: Any) -> Exchange:
    """Send a draft with these fields and no others."""
    return helpdesk.send(aim(helpdesk, operation_id, **fields))


def a_list(exchange: Exchange) -> Exchange:
    """The exchange itself, for checks of what a list shows or lacks.

    Raises PrerequisiteBroken where it was refused, cannot be read or is no list.
    """
    if not isinstance(readable(exchange).answer.value, list):
        name = exchange.operation.id if exchange.operation else "the request"
        raise PrerequisiteBroken(f"{name} answered with something else than a list")
    return exchange


def item_of(exchange: Exchange) -> Item:
    """The one object of an answer. Raises PrerequisiteBroken where there is none."""
    item = readable(exchange).answer.item
    if item is None:
        name = exchange.operation.id if exchange.operation else "the request"
        raise PrerequisiteBroken(f"{name} answered without the object asked for")
    return item


def new_id(exchange: Exchange) -> int:
    """The id that a create answered with. Raises PrerequisiteBroken without one."""
    value = accepted(exchange).answer.value
    if a_positive_integer(value) is not None:
        name = exchange.operation.id if exchange.operation else "the create"
        raise PrerequisiteBroken(f"{name} answered without the new object's id")
    return int(value)


# Users ------------------------------------------------------------------------------------------


def address(helpdesk: Helpdesk) -> str:
    """A fresh e-mail address that leads nowhere."""
    return helpdesk.chance.fill("{mark}-{word}@example.invalid")


def name(helpdesk: Helpdesk, template: str = "{mark}-{word}") -> str:
    """A fresh user name or other text of the run."""
    return helpdesk.chance.fill(template)


def password(helpdesk: Helpdesk, template: str = "Pa-{word}-7") -> str:
    """A fresh password, kept out of every report."""
    text = helpdesk.chance.fill(template)
    helpdesk.adapter.redactor.add(text, "password")
    return text


def user_with_password(helpdesk: Helpdesk, **fields: Any) -> Made:
    """A new user who can sign in; `username` and `password` of the result are what was sent."""
    given = {"username": name(helpdesk), "password": password(helpdesk), **fields}
    return helpdesk.make("user", **given)


def look_up(helpdesk: Helpdesk, username: str) -> Exchange:
    """The user of this name, or what is said where there is none."""
    return aimed(helpdesk, "getUserByUsername", username=username)


def department_of(members: Mapping[str, Any]) -> Any:
    """The name of the department, under either of the members that servers use for it."""
    return members.get(SHOWN_AS["department"]) or members.get(_OTHER_DEPARTMENT)


def department_member(members: Mapping[str, Any]) -> str:
    """The member that shows the name of the department."""
    newer = _OTHER_DEPARTMENT in members and not members.get(SHOWN_AS["department"])
    return _OTHER_DEPARTMENT if newer else SHOWN_AS["department"]


def shown(members: Mapping[str, Any], field: str) -> Any:
    """What a user shows of a field that was written."""
    return department_of(members) if field == "department" else members.get(SHOWN_AS[field])


# Signing in -------------------------------------------------------------------------------------


def login(helpdesk: Helpdesk, username: str, secret: str) -> Exchange:
    """Sign in by name and password. A refusal counts as a wrong login, so a right one follows."""
    draft = Draft(helpdesk.spec["authorize"]).with_credential("other-login")
    return helpdesk.send(draft.with_options(login=(username, secret)))


def login_by_token(helpdesk: Helpdesk, token: str) -> Exchange:
    """Sign in by a token, with a right login after it."""
    draft = Draft(helpdesk.spec["authorize"]).with_credential("other-login")
    return helpdesk.send(draft.with_options(token=token))


def who(helpdesk: Helpdesk, role: str) -> Exchange:
    """The user that the credentials of a role belong to. Raises Skipped without such a role."""
    return once(
        helpdesk,
        f"who is {role}",
        lambda: helpdesk.send(Draft(helpdesk.spec["authorize"]).by(role)),
    )


def token_page(helpdesk: Helpdesk, username: str, secret: str) -> Exchange:
    """The token page as JSON, asked for with name and password."""
    draft = Draft(helpdesk.spec["getToken"]).having(json="true")
    draft = draft.with_credential("other-login")
    return helpdesk.send(draft.with_options(login=(username, secret)))


def shown_token(page: Exchange) -> str | None:
    """The longest text without blanks in a JSON answer, where it is long enough for a token."""
    if not page.succeeded or page.answer.media != "json" or page.answer.problem is not None:
        return None
    words = [text for text in _texts(page.answer.value) if len(text.split()) == 1]
    longest = max(words, key=len, default="")
    return longest if len(longest) >= _LEAST_TOKEN else None


def token_of(helpdesk: Helpdesk, username: str, secret: str) -> str:
    """The token of a user. Raises Skipped where the page does not open to a password."""
    token = shown_token(token_page(helpdesk, username, secret))
    if token is None:
        raise Skipped("the token page does not open to a user name and password")
    helpdesk.adapter.redactor.add(token, "token")
    return token


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    entries = value.values() if isinstance(value, Mapping) else value
    if not isinstance(value, (Mapping, list)):
        return []
    return [text for entry in entries for text in _texts(entry)]
