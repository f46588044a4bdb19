"""The life of one object of each writable resource of the people: made with every documented
field, read, listed, changed in its required fields, changed in all, changed to the same, removed.

Each stage is one exchange, sent when a check first asks for it and judged by many.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.engine import CheckCase, Exchange, Helpdesk, Made
from conformance.engine.draft import Draft
from conformance.engine.drafting import value_for
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.matchers import Matcher, equal_to
from conformance.engine.shared import Result, once
from conformance.engine.spec import Spec
from conformance.families.kayako_classic.prerequisites import (
    accepted,
    aim,
    aimed,
    readable,
)

#: Seconds from now to the moments that are written.
LATER = 90 * 24 * 3600


@dataclass(frozen=True)
class IdOf:
    """The id of an own object, put in when a request is drafted."""

    kind: str
    label: str = ""


@dataclass(frozen=True)
class Resource:
    """One writable resource and the values that its object is given."""

    kind: str
    noun: str  # as in the operation ids
    name: str  # the member that names an object for people
    listed: tuple[str, ...]  # broken when the list of all lacks one
    taken: tuple[str, ...]  # broken when a create with every documented field is refused
    least: tuple[str, ...]  # broken when an update with the required fields alone is refused
    gone: tuple[str, ...] = ("KC-PROTO-040",)
    #: Values of the create and of the full update, beyond the catalogue's.
    first: Mapping[str, Any] = field(default_factory=dict)
    then: Mapping[str, Any] = field(default_factory=dict)
    #: Fields whose way into the answer has promises of its own, judged in the resource's module.
    elsewhere: frozenset[str] = frozenset()

    def operation(self, verb: str) -> str:
        """The operationId of create, get, list, update or delete."""
        if verb != "list":
            return f"{verb}{self.noun}"
        return {"Staff": "listStaff", "User": "listUsersFrom"}.get(self.noun, f"list{self.noun}s")


RESOURCES = (
    Resource(
        "department",
        "Department",
        "title",
        listed=("KC-DEP-001",),
        taken=("KC-DEP-003",),
        least=("KC-DEP-008",),
        gone=("KC-PROTO-040", "KC-DEP-017"),
        first={
            "type": "private",
            "usergroupid[]": [IdOf("usergroup"), IdOf("usergroup", "second")],
        },
        then={"type": "public", "parentdepartmentid": IdOf("department", "second")},
        elsewhere=frozenset({"app", "module", "usergroupid[]"}),
    ),
    Resource(
        "staff",
        "Staff",
        "lastname",
        listed=("KC-STF-001",),
        taken=("KC-STF-003",),
        least=("KC-STF-008",),
        first={
            "password": "Pass-{word}-1",
            "isenabled": "0",
            "enabledst": "1",
            "staffsignature": "Regards,\n{mark}\n" + "at your service, any day\n" * 40,
        },
        then={"staffgroupid": IdOf("staffgroup", "second"), "enabledst": "0"},
        elsewhere=frozenset({"staffsignature"}),
    ),
    Resource(
        "staffgroup",
        "StaffGroup",
        "title",
        listed=("KC-SGR-001",),
        taken=("KC-SGR-003",),
        least=("KC-SGR-008",),
        first={"isadmin": "1"},
        then={"isadmin": "0"},
    ),
    Resource(
        "user",
        "User",
        "fullname",
        listed=(),
        taken=("KC-USR-024",),
        least=("KC-USR-009", "KC-USR-018"),
        first={
            "password": "Pass-{word}-1",
            "isenabled": "0",
            "userrole": "manager",
            "enabledst": "1",
            "userexpiry": "{later}",
        },
        then={
            "usergroupid": IdOf("usergroup", "second"),
            "salutation": "Mrs.",
            "userrole": "user",
            "enabledst": "0",
        },
        elsewhere=frozenset({"email"}),
    ),
    Resource(
        "usergroup",
        "UserGroup",
        "title",
        listed=("KC-UGR-001",),
        taken=("KC-UGR-003",),
        least=("KC-UGR-008",),
        first={"grouptype": "guest"},
    ),
    Resource(
        "userorganization",
        "UserOrganization",
        "name",
        listed=("KC-UOR-001",),
        taken=("KC-UOR-003",),
        least=("KC-UOR-008",),
        first={"organizationtype": "shared"},
        then={"organizationtype": "restricted"},
    ),
)


def cases(
    verb: str, covers: Callable[[Resource], tuple[str, ...]]
) -> Callable[[Spec], Iterator[CheckCase]]:
    """One case for each resource of which `covers` names any promise."""

    def yield_cases(_: Spec) -> Iterator[CheckCase]:
        for resource in RESOURCES:
            ids = covers(resource)
            if ids:
                values = {"resource": resource}
                yield CheckCase(resource.kind, resource.operation(verb), ids, values)

    return yield_cases


def life_of(helpdesk: Helpdesk, kind: str) -> "Life":
    """The life of this kind's object; the same one for every caller."""
    resource = next(resource for resource in RESOURCES if resource.kind == kind)
    return once(helpdesk, f"life of {kind}", lambda: Life(helpdesk, resource))


class Life:
    """The exchanges of one object's life, each sent when first asked for and in this order.

    Every stage raises NotJudged where an earlier one left nothing to go on with.
    """

    def __init__(self, helpdesk: Helpdesk, resource: Resource) -> None:
        self.helpdesk = helpdesk
        self.resource = resource

    @property
    def first(self) -> Draft:
        """The create with every documented field that has a value."""

        def draft() -> Draft:
            values = {name: self._fill(value) for name, value in self.resource.first.items()}
            return self.helpdesk.full_draft(self.resource.operation("create")).having(values)

        return self._stage("first", draft)

    @property
    def created(self) -> Exchange:
        return self._stage("created", lambda: self.helpdesk.send(self.first))

    @property
    def made(self) -> Made:
        return self._stage("made", lambda: self.helpdesk.made_by(self.created))

    @property
    def read(self) -> Exchange:
        return self._stage("read", self._get)

    @property
    def standing(self) -> tuple[int, ...]:
        """Ids of the run's objects of this kind that existed when they were listed."""

        def ids() -> tuple[int, ...]:
            entries = self.helpdesk.journal.entries
            own = [m for m in entries if m.kind == self.resource.kind and not m.removed]
            return tuple(int(made.id) for made in own if made.id.isdigit())

        return self._stage("standing", ids, "made")

    @property
    def listed(self) -> Exchange:
        return self._stage("listed", self._list, "standing")

    @property
    def least(self) -> Draft:
        """The update with the required fields alone."""
        return self._stage("least", lambda: self._update(full=False))

    @property
    def least_updated(self) -> Exchange:
        return self._stage(
            "least_updated", lambda: self.helpdesk.send(self.least), "read", "listed"
        )

    @property
    def after_least(self) -> Exchange:
        return self._stage("after_least", self._get, "least_updated")

    @property
    def then(self) -> Draft:
        """The update with every documented field that has a value."""
        if all(field.required for field in self.least.operation.placed("form")):
            return self.least
        return self._stage("then", lambda: self._update(full=True))

    @property
    def updated(self) -> Exchange:
        def send() -> Exchange:
            return self.least_updated if self.then is self.least else self.helpdesk.send(self.then)

        return self._stage("updated", send, "after_least")

    @property
    def after_update(self) -> Exchange:
        def read() -> Exchange:
            return self.after_least if self.then is self.least else self._get()

        return self._stage("after_update", read, "updated")

    @property
    def changed(self) -> Exchange:
        """The read after the full update, for what else that has brought.

        Raises PrerequisiteBroken where the object still has its old name: nothing was kept.
        """
        name = self.resource.name
        item = readable(self.after_update).answer.item
        if item is not None and item.get(name) not in (None, accepted(self.updated).sent[name]):
            raise PrerequisiteBroken(f"the update of the {self.resource.kind} was not kept")
        return self.after_update

    @property
    def repeated(self) -> Exchange:
        """The full update once more, with nothing left to change."""
        return self._stage("repeated", lambda: self.helpdesk.send(self.then), "after_update")

    @property
    def deleted(self) -> Exchange:
        return self._stage("deleted", lambda: self.helpdesk.send(self._aimed("delete")), "repeated")

    @property
    def after_delete(self) -> Exchange:
        return self._stage("after_delete", self._get, "deleted")

    @property
    def revival(self) -> Draft:
        """An update of every field, aimed at the deleted object."""
        return self._stage("revival", lambda: self._update(full=True))

    @property
    def revived(self) -> Exchange:
        return self._stage("revived", lambda: self.helpdesk.send(self.revival), "after_delete")

    @property
    def listed_after_all(self) -> Exchange:
        """The list after the delete and the vain update; what that made is removed again."""

        def send() -> Exchange:
            exchange = self._list()
            name = self.resource.name
            item = exchange.answer.find(**{name: self.revival.sent[name]})
            if item is not None and "id" in item:
                again = aim(self.helpdesk, self.resource.operation("delete"), id=item["id"])
                self.helpdesk.send(again, "cleanup")
            return exchange

        return self._stage("listed_after_all", send, "revived")

    def written(self, draft: Draft) -> dict[str, Matcher]:
        """What an answer shows of the fields that a draft has sent, by member."""
        shown: dict[str, Matcher] = {}
        for parameter in draft.operation.placed("form"):
            member = parameter.extra.get("x-answered-as", parameter.name)
            sent = parameter.name in draft.sent and parameter.name not in self.resource.elsewhere
            if sent and member:
                value = showing(draft.sent[parameter.name])
                shown[member] = in_form(value) if parameter.kind else value
        return shown

    def _stage(self, name: str, make: Callable[[], Result], *before: str) -> Result:
        """What this stage brought, after the stages that come before it."""

        def run() -> Result:
            for earlier in before:
                getattr(self, earlier)
            return make()

        return once(self.helpdesk, f"{self.resource.kind}: {name}", run)

    def _aimed(self, verb: str) -> Draft:
        return aim(self.helpdesk, self.resource.operation(verb), id=self.made.id)

    def _get(self, *_: Exchange) -> Exchange:
        return self.helpdesk.send(self._aimed("get"))

    def _list(self) -> Exchange:
        operation = self.resource.operation("list")
        if self.resource.kind == "user":  # a cut list: ask from just before the own user
            return aimed(self.helpdesk, operation, marker=int(self.made.id) - 1, maxitems=100)
        return aimed(self.helpdesk, operation)

    def _update(self, *, full: bool) -> Draft:
        draft = self._aimed("update")
        for parameter in draft.operation.placed("form"):
            has_value = parameter.value is not None or parameter.source is not None
            if parameter.required or (full and has_value):
                value = value_for(self.helpdesk, draft.operation, parameter)
                draft = draft.having({parameter.name: value})
        if full:
            return draft.having({n: self._fill(v) for n, v in self.resource.then.items()})
        return draft

    def _fill(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._fill(entry) for entry in value]
        if isinstance(value, IdOf):
            return self.helpdesk.obtain(value.kind, value.label).id
        chance = self.helpdesk.chance
        return chance.fill(value.replace("{later}", str(int(chance.now()) + LATER)))


def showing(written: Any) -> Matcher:
    """The written value, or a list that holds it (addresses are always answered as a list)."""
    same = equal_to(written)

    def match(value: Any) -> str | None:
        return None if isinstance(value, list) and written in value else same(value)

    return match


def in_form(matcher: Matcher) -> Matcher:
    """The matcher, for flags and moments: whether they are numbers at all is judged elsewhere."""

    def match(value: Any) -> str | None:
        return None if isinstance(value, str) and not value.isdigit() else matcher(value)

    return match
