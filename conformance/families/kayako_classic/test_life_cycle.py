"""Departments, staff, staff groups, users, user groups and organisations: what is written is read,
what is updated changes and nothing else does, what is deleted is gone (pages "REST - Department"
to "REST - UserOrganization", and the verbs of the overview page).

The same promises for six resources; what only one of them promises stands in its own module.
"""

from collections.abc import Iterator

from conformance.engine import CheckCase, Exchange, Helpdesk, each, expect, judge, violate
from conformance.engine.case import current
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.judging import judge_answer, requirements_of
from conformance.engine.matchers import Matcher, different_from, equal_to, lacking
from conformance.engine.spec import Spec
from conformance.families.kayako_classic.life import RESOURCES, Resource, cases, life_of
from conformance.families.kayako_classic.prerequisites import accepted, readable, seen_items
from conformance.families.kayako_classic.refusals import SIGNING, judge_signing, past_signing


@each(cases("create", lambda resource: resource.taken))
def test_a_create_takes_every_documented_field(helpdesk: Helpdesk, resource: Resource) -> None:
    expect(life_of(helpdesk, resource.kind).created, *resource.taken).success()


@each(cases("create", lambda _: ("KC-PROTO-019",)))
def test_the_answer_to_a_create_shows_what_was_written(
    helpdesk: Helpdesk, resource: Resource
) -> None:
    life = life_of(helpdesk, resource.kind)
    accepted(life.created)
    for member, matcher in agreed(life.written(life.first), life.read).items():
        expect(life.created).item(member, matcher)


def agreed(written: dict[str, Matcher], read: Exchange) -> dict[str, Matcher]:
    """What was written and is there at the next read: no answer to the write may show less."""
    item = read.answer.item
    if item is None:
        return written
    return {name: fits for name, fits in written.items() if fits(item.get(name)) is None}


@each(cases("get", lambda _: ("KC-PROTO-045",)))
def test_the_next_read_shows_what_a_create_wrote(helpdesk: Helpdesk, resource: Resource) -> None:
    life = life_of(helpdesk, resource.kind)
    for member, matcher in life.written(life.first).items():
        expect(readable(life.read)).item(member, matcher)


@each(cases("list", lambda _: ("KC-PROTO-045",)))
def test_the_list_shows_what_a_create_wrote(helpdesk: Helpdesk, resource: Resource) -> None:
    life = life_of(helpdesk, resource.kind)
    listed, object_id = readable(life.listed), int(life.made.id)
    if listed.answer.find(id=object_id) is None:
        raise PrerequisiteBroken("the list does not hold the new object")
    for member, matcher in life.written(life.first).items():
        expect(listed).item_where(member, matcher, id=object_id)


@each(cases("list", lambda r: ("KC-PROTO-042", *r.listed) if r.listed else ()))
def test_the_list_holds_every_object_of_the_run(helpdesk: Helpdesk, resource: Resource) -> None:
    life = life_of(helpdesk, resource.kind)
    listed = readable(life.listed)
    for object_id in life.standing:
        expect(listed, "KC-PROTO-042", *resource.listed).lists(id=object_id)


def promised_members(spec: Spec) -> Iterator[CheckCase]:
    """One case for each resource, citing what its members can break."""
    for resource in RESOURCES:
        payload = spec[resource.operation("get")].payload
        ids = requirements_of(spec, payload[1]) if payload else ()
        operation_id = resource.operation("get")
        yield CheckCase(resource.kind, operation_id, ids, {"resource": resource})


@each(promised_members)
def test_an_object_with_every_field_has_the_promised_members(
    helpdesk: Helpdesk, resource: Resource
) -> None:
    life = life_of(helpdesk, resource.kind)
    for stage in ("read", "after_update"):
        exchange = readable(getattr(life, stage))
        current().saw(exchange)
        current().report(judge_answer(helpdesk.spec, exchange.answer))


@each(cases("update", lambda resource: resource.least))
def test_an_update_needs_its_required_fields_alone(helpdesk: Helpdesk, resource: Resource) -> None:
    least_updated = past_signing(life_of(helpdesk, resource.kind).least_updated)
    expect(least_updated, *resource.least).success()


@each(cases("update", lambda resource: resource.least[:1]))
def test_an_update_leaves_alone_what_it_does_not_name(
    helpdesk: Helpdesk, resource: Resource
) -> None:
    life = life_of(helpdesk, resource.kind)
    accepted(life.least_updated)
    changed = life.written(life.least)
    before = life.read.answer.item
    for member, matcher in life.written(life.first).items():
        kept = before is not None and matcher(before.get(member)) is None
        if kept and member not in changed:
            expect(readable(life.after_least)).item(member, matcher)


@each(cases("update", lambda _: ("KC-PROTO-045",)))
def test_the_next_read_shows_what_an_update_wrote(helpdesk: Helpdesk, resource: Resource) -> None:
    life = life_of(helpdesk, resource.kind)
    accepted(life.least_updated)
    for member, matcher in life.written(life.least).items():
        expect(readable(life.after_least)).item(member, matcher)
    accepted(life.updated)
    for member, matcher in life.written(life.then).items():
        expect(readable(life.after_update)).item(member, matcher)


@each(cases("update", lambda _: ("KC-PROTO-020",)))
def test_the_answer_to_an_update_shows_the_object_as_it_now_is(
    helpdesk: Helpdesk, resource: Resource
) -> None:
    life = life_of(helpdesk, resource.kind)
    expect(accepted(life.updated)).item("id", equal_to(life.made.id))
    for member, matcher in agreed(life.written(life.then), life.after_update).items():
        expect(life.updated).item(member, matcher)


@each(cases("update", lambda _: ("KC-PROTO-050",)))
def test_an_update_that_changes_nothing_is_accepted(helpdesk: Helpdesk, resource: Resource) -> None:
    life = life_of(helpdesk, resource.kind)
    accepted(life.updated)
    expect(life.repeated).success().item("id", equal_to(life.made.id))


@each(cases("update", lambda _: ("KC-PROTO-024",)))
def test_no_well_formed_request_is_called_malformed(helpdesk: Helpdesk, resource: Resource) -> None:
    life = life_of(helpdesk, resource.kind)
    for stage in ("created", "read", "listed", "updated"):
        seen = expect(getattr(life, stage)).exchange
        name = seen.operation.id if seen.operation else "the request"
        if not judge(seen.status, different_from(400), f"status of {name}"):
            return


@each(cases("delete", lambda resource: resource.gone))
def test_a_deleted_object_is_not_found_by_its_id(helpdesk: Helpdesk, resource: Resource) -> None:
    life = life_of(helpdesk, resource.kind)
    accepted(life.deleted)
    ids = [item.get("id") for item in seen_items(life.after_delete)]
    judge(ids, lacking(int(life.made.id)), "ids in the answer", *resource.gone)


@each(cases("delete", lambda resource: resource.gone))
def test_no_list_shows_a_deleted_object(helpdesk: Helpdesk, resource: Resource) -> None:
    life = life_of(helpdesk, resource.kind)
    accepted(life.deleted)
    item = readable(life.listed_after_all).answer.find(id=int(life.made.id))
    expect(life.listed_after_all, *resource.gone)
    if item is not None and item.get(resource.name) != life.revival.sent[resource.name]:
        violate(item.where(), "no trace of a deleted object", "it is there", *resource.gone)


@each(cases("update", lambda _: ("KC-PROTO-007",)))
def test_an_update_of_what_is_no_more_makes_nothing(helpdesk: Helpdesk, resource: Resource) -> None:
    life = life_of(helpdesk, resource.kind)
    accepted(life.deleted)
    if seen_items(life.after_delete):
        raise PrerequisiteBroken("the object is still there after its delete")
    name = life.revival.sent[resource.name]
    expect(readable(life.listed_after_all)).lacks(**{resource.name: name})


@each(cases("create", lambda _: ("KC-PROTO-006",)))
def test_each_verb_does_its_own_work(helpdesk: Helpdesk, resource: Resource) -> None:
    plain = past_signing(helpdesk.good(resource.operation("create")))
    if plain.status != 400:  # 400: it knows the verb and wants other fields
        expect(plain).success()
    life = life_of(helpdesk, resource.kind)
    object_id = int(life.made.id)
    expect(past_signing(life.read)).item("id", equal_to(object_id))
    expect(past_signing(life.listed)).success()
    if past_signing(life.updated).status != 400:
        expect(life.updated).success()
    item = life.after_update.answer.item
    if life.updated.succeeded and item is not None and resource.name in item:
        expect(life.after_update).item("id", equal_to(object_id))
        before = life.read.answer.item
        sent = life.first.sent[resource.name]
        if before is not None and before.get(resource.name) == sent:  # names come back as sent
            expect(life.after_update).item(resource.name, equal_to(life.then.sent[resource.name]))
    expect(past_signing(life.deleted)).success()
    if life.deleted.succeeded:
        ids = [item.get("id") for item in seen_items(life.after_delete)]
        judge(ids, lacking(object_id), "ids after the DELETE")


@each(cases("create", lambda _: SIGNING))
def test_no_signed_request_is_refused_as_unsigned(helpdesk: Helpdesk, resource: Resource) -> None:
    judge_signing(helpdesk, helpdesk.good(resource.operation("create")))
    life = life_of(helpdesk, resource.kind)
    for stage in ("created", "read", "listed", "least_updated", "deleted"):
        judge_signing(helpdesk, getattr(life, stage))
