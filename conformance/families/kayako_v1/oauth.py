"""OAuth tokens that checks ask for, as the client of the target file or one of the run."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from conformance.engine import Exchange, Helpdesk
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken, Skipped
from conformance.engine.shared import accepted, once
from conformance.families.kayako_v1.asking import NOBODY, envelope

TOKEN, AUTHORIZE = "/oauth/token", "/oauth/token/authorize"


@dataclass(frozen=True)
class Client:
    """A registered OAuth client."""

    id: str
    secret: str = field(repr=False)
    callback: str


def client_of(helpdesk: Helpdesk) -> Client:
    """The client of the target file, else one registered for the run."""
    given: Mapping[str, str] = helpdesk.target.options.get("oauth", {})
    if given:
        client = Client(given["client_id"], given["client_secret"], given["redirect_uri"])
    else:
        made = helpdesk.obtain("oauth_client")
        names = ("key", "secret", "callback_url")
        values = [str(made.values.get(name) or "") for name in names]
        if not all(values):
            raise PrerequisiteBroken("a new OAuth client shows no key, secret or callback_url")
        client = Client(*values)
    helpdesk.adapter.redactor.add(client.secret, "secret")
    return client


def outside(helpdesk: Helpdesk, path: str, method: str = "POST", **fields: str) -> Draft:
    """A request to an address that no resource has, by nobody in particular."""
    draft = Draft(helpdesk.spec["getMe"]).with_credential(NOBODY).sent_by(method, "none")
    return draft.addressed("host").at_path(path).having(fields)


def ask_for_token(helpdesk: Helpdesk, **fields: str) -> Exchange:
    """The answer of the token endpoint to the client."""
    client = client_of(helpdesk)
    draft = outside(helpdesk, TOKEN, client_id=client.id, client_secret=client.secret, **fields)
    return helpdesk.send(draft)


def password_grant(helpdesk: Helpdesk, scope: str) -> Exchange:
    """The answer to the caller's own address and password; asked for once for each scope."""

    def ask() -> Exchange:
        role = helpdesk.role_for(Draft(helpdesk.spec["getMe"]))
        given = helpdesk.target.credentials[role]
        if "password" not in given:
            raise Skipped(f"needs the password of the {role}")
        name, password = given["username"].reveal(), given["password"].reveal()
        helpdesk.adapter.redactor.add(password, "password")
        fields = {"username": name, "password": password, "scope": scope}
        return ask_for_token(helpdesk, grant_type="password", **fields)

    return once(helpdesk, f"password grant for {scope}", ask)


def token_for(helpdesk: Helpdesk, scope: str) -> str:
    """An access token with this scope. Raises PrerequisiteBroken where none is given."""
    exchange = password_grant(helpdesk, scope)
    if not exchange.succeeded:
        raise PrerequisiteBroken(f"{TOKEN} answered {exchange.status or exchange.error}")
    token = envelope(accepted(exchange)).get("access_token")
    if not isinstance(token, str):
        raise PrerequisiteBroken(f"{TOKEN} gives no access_token")
    return token


def with_token(helpdesk: Helpdesk, draft: Draft, scope: str) -> Draft:
    """The draft sent by the client with a token of this scope."""
    return draft.with_options(token=token_for(helpdesk, scope))
