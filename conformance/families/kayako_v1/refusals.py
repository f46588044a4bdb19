"""Requests that are refused for one reason each, sent once and judged by many checks."""

from collections.abc import Callable, Mapping

from conformance.engine import Exchange, Helpdesk
from conformance.engine.draft import Draft
from conformance.engine.shared import once
from conformance.families.kayako_v1.asking import NOBODY, anonymous

#: Kinds of object that have a label of their own, and their names in operations.
LABELLED = {"case_status": "CaseStatus", "case_priority": "CasePriority", "case_type": "CaseType"}

_Asking = Callable[[Helpdesk], Draft]


def nowhere(helpdesk: Helpdesk) -> Draft:
    """A read of a resource that nobody knows."""
    return anonymous(helpdesk, "listTests").at_path(f"/{helpdesk.chance.word()}")


#: By what is wrong with them.
REFUSED: Mapping[str, _Asking] = {
    "not-found": lambda helpdesk: anonymous(helpdesk, "getTest", non_existent="true"),
    "invalid": lambda helpdesk: anonymous(helpdesk, "createTest", option="QUX"),
    "not-acceptable": lambda helpdesk: anonymous(helpdesk, "listTests").with_headers(
        Accept="text/xml"
    ),
    "unknown-resource": nowhere,
    "anonymous": lambda helpdesk: Draft(helpdesk.spec["getMe"]).with_credential(NOBODY),
    "unknown-session": lambda helpdesk: Draft(helpdesk.spec["getMe"]).with_credential(
        "unknown-session"
    ),
}


def refused(helpdesk: Helpdesk, flaw: str, language: str = "") -> Exchange:
    """The answer to a request with this flaw, by somebody who reads this language."""

    def ask() -> Exchange:
        draft = REFUSED[flaw](helpdesk)
        headers = {"Accept_Language": language} if language else {}
        return helpdesk.send(draft.with_headers(**headers), "negative")

    return once(helpdesk, f"refusal {flaw} {language}", ask)


def unlabelled(helpdesk: Helpdesk, kind: str) -> Exchange:
    """The answer to a new object of a kind without its label."""

    def ask() -> Exchange:
        draft = helpdesk.draft(f"create{LABELLED[kind]}").without("label")
        return helpdesk.send(draft, "negative")

    return once(helpdesk, f"{kind} without label", ask)


def labelled_alike(helpdesk: Helpdesk, kind: str) -> Exchange:
    """The answer to a new object of a kind with the label of another one."""

    def ask() -> Exchange:
        known = helpdesk.obtain(kind)
        label = known.exchange.sent.get("label", known.shown("label"))
        draft = helpdesk.draft(f"create{LABELLED[kind]}", label=label)
        return helpdesk.send(draft, "negative")

    return once(helpdesk, f"{kind} with a label that is taken", ask)
