"""What references and free maps hold (chapters "Partial Output" and "Special Options")."""

from collections.abc import Mapping

import pytest

from conformance.engine import Exchange, Helpdesk, covers, judge, skip
from conformance.engine.draft import Draft
from conformance.engine.matchers import containing
from conformance.engine.shared import once, readable
from conformance.families.kayako_v1.asking import envelope, item_of, taken, with_arguments
from conformance.families.kayako_v1.nested import judge_reference, objects_in

#: Members that are references unless more is asked for, by the read that shows them.
_REFERENCES = {
    "getMe": ("role", "organization", "teams"),
    "getCase": ("requester", "creator", "status", "priority", "type", "brand", "assigned_team"),
    "getUser": ("role", "organization", "teams"),
    "getOrganizationNote": ("creator", "user"),
}


@covers("KV-PART-001", "KV-PART-009")
@pytest.mark.parametrize("operation_id", _REFERENCES)
def test_a_reference_holds_no_more_than_it_needs(helpdesk: Helpdesk, operation_id: str) -> None:
    """On what a plain read shows. An object with its address and a field of its own is there in
    full."""
    shown = item_of(readable(helpdesk.send(helpdesk.draft(operation_id))))
    found = False
    for name in _REFERENCES[operation_id]:
        for entry in objects_in(shown.get(name)):
            found = True
            if not judge_reference(entry, f"/data/{name}"):
                return
    if not found:
        skip("the object shows no reference")


# Free maps --------------------------------------------------------------------------------------


@covers("KV-OPT-006")
@pytest.mark.parametrize("case", ["camel", "pascal"])
def test_the_keys_of_a_free_map_keep_their_case(helpdesk: Helpdesk, case: str) -> None:
    """On what a reply tells of the program that sent it."""
    draft = _posts(helpdesk)
    plain = readable(helpdesk.send(draft))
    if "user_agent" not in _keys(plain, "data", "metadata"):
        skip("no post shows the program that sent it")
    exchange = helpdesk.send(with_arguments(draft, {"_case": case}))
    if taken(exchange):
        names = ("data", "metadata") if case == "camel" else ("Data", "Metadata")
        judge(_keys(exchange, *names), containing("user_agent"), "keys in /data/*/metadata")


def _posts(helpdesk: Helpdesk) -> Draft:
    """The posts of a case that was replied to with such a map."""

    def reply() -> Draft:
        case = helpdesk.make("case")
        draft = helpdesk.draft("replyToCase", id=case.id)
        readable(helpdesk.send(draft.having({"metadata[user_agent]": "helpdesk-conformance"})))
        return Draft(helpdesk.spec["listCasePosts"]).having(id=case.id)

    return once(helpdesk, "posts with a free map", reply)


def _keys(exchange: Exchange, data: str, metadata: str) -> list[str]:
    """The keys of the free maps of all posts."""
    maps = [post.get(metadata) for post in objects_in(envelope(exchange).get(data))]
    return sorted({key for entry in maps if isinstance(entry, Mapping) for key in entry})
