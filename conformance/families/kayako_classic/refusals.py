"""Why a request that was signed as documented is refused all the same."""

from conformance.engine import Exchange, Helpdesk, violate
from conformance.engine.draft import Draft
from conformance.engine.errors import PrerequisiteBroken

#: What `judge_signing` may name.
SIGNING = (
    *("KC-AUTH-002", "KC-AUTH-003", "KC-AUTH-004"),
    *("KC-AUTH-008", "KC-AUTH-009", "KC-AUTH-010"),
)
_PLACES = {"GET": "KC-AUTH-008", "DELETE": "KC-AUTH-009"}


def past_signing(exchange: Exchange) -> Exchange:
    """The exchange itself; raises PrerequisiteBroken where its signature was refused."""
    if exchange.status == 401:
        name = exchange.operation.id if exchange.operation else "the request"
        raise PrerequisiteBroken(f"{name} answered 401")
    return exchange


def judge_signing(helpdesk: Helpdesk, exchange: Exchange) -> None:
    """Report a good request refused for its signature, and what the server would have taken.

    Only a refused request is sent again: signed elsewhere, not URL-encoded, with the hex digest.
    """
    if exchange.operation is None or exchange.status != 401:
        return
    again = Draft(exchange.operation).having(exchange.sent)
    written = again.method in ("POST", "PUT")
    got = f"{exchange.operation.id} answered {exchange.status}"
    elsewhere = again.with_options(auth_in="query" if written else "body")
    if helpdesk.send(elsewhere).status != 401:
        place = "body" if written else "query"
        id_of_place = _PLACES.get(again.method, "KC-AUTH-010")
        violate("status line", f"the signature to be read from the {place}", got, id_of_place)
    elif helpdesk.send(again.with_options(raw_signature=True)).status != 401:
        promised = "the signature to be taken URL-encoded"
        violate("status line", promised, f"{got}, but takes it unencoded", "KC-AUTH-004")
    elif helpdesk.send(again.with_credential("signature-of-hex")).status != 401:
        promised = "the signature made of the raw digest to be taken"
        violate("status line", promised, f"{got}, but takes the one of the hex digest",
                "KC-AUTH-003")  # fmt: skip
    else:
        violate("status line", "the documented signature to be taken", got, "KC-AUTH-002")
