"""Companies and departments: made once under one name, updated (sections "Company",
"UpdateCompany")."""

from dataclasses import dataclass

import pytest

from conformance.engine import Exchange, Helpdesk, covers, expect, judge
from conformance.engine.errors import PrerequisiteBroken
from conformance.engine.matchers import a_positive_integer, containing, equal_to
from conformance.families.jitbit.people import a_list, accepted, aimed, name, new_id


@dataclass(frozen=True)
class Companies:
    """A company made twice under one name, then updated; the lists after each."""

    first: Exchange
    second: Exchange
    listed: Exchange
    updated: Exchange
    after: Exchange

    @property
    def id(self) -> int:
        return new_id(self.first)


@pytest.fixture(scope="module")
def first(helpdesk: Helpdesk) -> Exchange:
    called = name(helpdesk, "{mark} {word} & Söhne")
    return aimed(helpdesk, "createCompany", name=called, emailDomains=_domains(helpdesk))


@pytest.fixture(scope="module")
def companies(helpdesk: Helpdesk, first: Exchange) -> Companies:
    second = aimed(helpdesk, "createCompany", name=first.sent["name"])
    listed = aimed(helpdesk, "listCompanies")
    updated = aimed(
        helpdesk,
        "updateCompany",
        id=new_id(first),
        name=name(helpdesk, "{mark} {word} Holding"),
        notes=name(helpdesk, "Notes of {mark} {word}"),
        emailDomains=_domains(helpdesk),
    )
    return Companies(first, second, listed, updated, aimed(helpdesk, "listCompanies"))


def _domains(helpdesk: Helpdesk) -> str:
    return f"{helpdesk.chance.word()}.example;{helpdesk.chance.word()}.example"


@covers("JB-COMP-004")
def test_creating_a_company_answers_the_id_it_is_listed_by(companies: Companies) -> None:
    expect(companies.first).success().value(a_positive_integer)
    called = companies.first.sent["name"]
    expect(a_list(companies.listed)).item_where("Name", equal_to(called), CompanyID=companies.id)


@covers("JB-COMP-009")
def test_several_domains_are_taken(helpdesk: Helpdesk, first: Exchange) -> None:
    if not first.succeeded:  # for the domains, or as any other
        domain = first.sent["emailDomains"].partition(";")[0]
        called = name(helpdesk, "{mark} {word}")
        accepted(aimed(helpdesk, "createCompany", name=called, emailDomains=domain))
    expect(first).success()


@covers("JB-COMP-006")
def test_a_taken_name_answers_the_company_there_is(companies: Companies) -> None:
    expect(companies.second).success().value(equal_to(companies.id))


@covers("JB-COMP-007")
def test_a_taken_name_makes_no_second_company(companies: Companies) -> None:
    called = accepted(companies.first).sent["name"]
    names = [item.get("Name") for item in a_list(companies.listed).answer.items]
    judge(names.count(called), equal_to(1), f'companies called "{called}"')


@covers("JB-COMP-010", "JB-COMP-012")
@pytest.mark.parametrize(("field", "member"), [("name", "Name"), ("notes", "Notes")])
def test_an_update_shows_in_the_list(companies: Companies, field: str, member: str) -> None:
    if not expect(companies.updated, "JB-COMP-010").success().kept:
        return
    wanted = equal_to(companies.updated.sent[field])
    _shows_text(companies.after, companies.id, member)
    shown = expect(companies.after, "JB-COMP-010", "JB-COMP-012")
    shown.item_where(member, wanted, CompanyID=companies.id)


def _shows_text(listed: Exchange, company: int, member: str) -> None:
    """Raise PrerequisiteBroken where the company is listed with no such member, or not as text:
    that is a broken promise about the list."""
    item = a_list(listed).answer.find(CompanyID=company)
    if item is not None and not isinstance(item.get(member, 0), (str, type(None))):
        raise PrerequisiteBroken(f"the company is listed without a {member} to read")


@covers("JB-COMP-019")
@pytest.mark.parametrize("stage", ["created", "updated"])
def test_the_domains_show_in_the_list(companies: Companies, stage: str) -> None:
    call = companies.first if stage == "created" else companies.updated
    listed = companies.listed if stage == "created" else companies.after
    _shows_text(listed, companies.id, "EmailDomain")
    for domain in str(accepted(call).sent["emailDomains"]).split(";"):
        shown = expect(a_list(listed))
        shown.item_where("EmailDomain", containing(domain), CompanyID=companies.id)
