"""Custom fields of users, companies and assets: every form of a value is taken and read back
(sections "SetCustomFieldForUser", "UserCustomFields" and those of companies and assets)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from conformance.engine import CheckCase, Helpdesk, each
from conformance.engine.spec import Spec
from conformance.families.jitbit.fieldvalues import (
    CASES,
    SPECIAL,
    Fields,
    expect_shown,
    expect_taken,
    expect_within,
    expect_words_of_an_error,
    written,
)

TEXTS = [("text", ""), ("multiline", "")]


@dataclass(frozen=True)
class Owner:
    """A kind of object with custom fields, and the statements about these."""

    setter: str
    reader: str
    #: A text is taken, other forms of a value are, a value is read back, a refusal has words.
    text: str
    forms: str
    back: str
    words: str
    #: Where the object itself shows the values of its fields.
    member: str = ""
    read_back: tuple[tuple[str, str], ...] = tuple(CASES)

    def fields(self, helpdesk: Helpdesk, kind: str) -> Fields:
        return Fields(helpdesk, kind, self.setter, self.reader, self.member)


OWNERS: Mapping[str, Owner] = {
    "user": Owner(
        *("setUserCustomField", "listUserCustomFields"),
        *("JB-USER-032", "JB-USER-064", "JB-USER-066", "JB-USER-065"),
    ),
    "company": Owner(
        *("setCompanyCustomField", "listCompanyCustomFields"),
        *("JB-COMP-016", "JB-COMP-020", "JB-COMP-022", "JB-COMP-021"),
    ),
    "asset": Owner(
        *("setAssetCustomField", "getAsset"),
        *("JB-ASST-022", "JB-ASST-037", "JB-ASST-039", "JB-ASST-038"),
        member="Fields",
        read_back=tuple(TEXTS),
    ),
}


def _cases(
    values: Callable[[Owner], list[tuple[str, str]]], statement: Callable[[Owner], str]
) -> Callable[[Spec], Iterator[CheckCase]]:
    """A case for each kind of owner and form of a value."""

    def cases(_: Spec) -> Iterator[CheckCase]:
        for kind, owner in OWNERS.items():
            for field_type, word in values(owner):
                about = {"kind": kind, "owner": owner, "field_type": field_type, "word": word}
                name = ".".join(part for part in (kind, field_type, word) if part)
                yield CheckCase(name, owner.setter, (statement(owner),), about)

    return cases


@each(_cases(lambda _: TEXTS, lambda owner: owner.text))
def test_a_text_is_taken(
    helpdesk: Helpdesk, kind: str, owner: Owner, field_type: str, word: str
) -> None:
    expect_taken(written(owner.fields(helpdesk, kind), field_type, word))


@each(_cases(lambda _: SPECIAL, lambda owner: owner.forms))
def test_each_form_of_a_value_is_taken(
    helpdesk: Helpdesk, kind: str, owner: Owner, field_type: str, word: str
) -> None:
    expect_taken(written(owner.fields(helpdesk, kind), field_type, word))


@each(_cases(lambda owner: list(owner.read_back), lambda owner: owner.back))
def test_a_value_is_read_back(
    helpdesk: Helpdesk, kind: str, owner: Owner, field_type: str, word: str
) -> None:
    fields = owner.fields(helpdesk, kind)
    entry = written(fields, field_type, word)
    if owner.member:
        expect_within(fields, entry)
    else:
        expect_shown(fields, field_type, entry)


def _owners(_: Spec) -> Iterator[CheckCase]:
    for kind, owner in OWNERS.items():
        yield CheckCase(kind, owner.setter, (owner.words,), {"kind": kind, "owner": owner})


@each(_owners)
def test_a_refused_value_is_answered_with_words(
    helpdesk: Helpdesk, kind: str, owner: Owner
) -> None:
    expect_words_of_an_error(owner.fields(helpdesk, kind))
