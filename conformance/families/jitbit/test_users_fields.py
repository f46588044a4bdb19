"""Users: their custom fields (sections "SetCustomFieldForUser", "UserCustomFields")."""

import pytest

from conformance.engine import Helpdesk, covers
from conformance.families.jitbit.fieldvalues import (
    CASES,
    SPECIAL,
    Fields,
    expect_shown,
    expect_taken,
    expect_words_of_an_error,
    written,
)


@pytest.fixture(scope="module")
def fields(helpdesk: Helpdesk) -> Fields:
    return Fields(helpdesk, "user", "setUserCustomField", "listUserCustomFields")


@covers("JB-USER-032")
@pytest.mark.parametrize("field_type", ["text", "multiline"])
def test_a_text_is_taken(fields: Fields, field_type: str) -> None:
    expect_taken(written(fields, field_type))


@covers("JB-USER-064")
@pytest.mark.parametrize(("field_type", "word"), SPECIAL)
def test_each_form_of_a_value_is_taken(fields: Fields, field_type: str, word: str) -> None:
    expect_taken(written(fields, field_type, word))


@covers("JB-USER-066")
@pytest.mark.parametrize(("field_type", "word"), CASES)
def test_a_value_is_read_back(fields: Fields, field_type: str, word: str) -> None:
    expect_shown(fields, field_type, written(fields, field_type, word))


@covers("JB-USER-065")
def test_a_refused_value_is_answered_with_words(fields: Fields) -> None:
    expect_words_of_an_error(fields)
