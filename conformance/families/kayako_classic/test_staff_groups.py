"""Staff groups: what the flag of administrators says (page "REST - StaffGroup")."""

import pytest

from conformance.engine import Helpdesk, covers, expect
from conformance.engine.matchers import equal_to
from conformance.families.kayako_classic.life import life_of
from conformance.families.kayako_classic.prerequisites import accepted, readable


@covers("KC-SGR-010")
def test_title_and_isadmin_0_make_a_staff_group(helpdesk: Helpdesk) -> None:
    created = helpdesk.good("createStaffGroup")
    expect(created).success().item("title", equal_to(created.sent["title"]))


@covers("KC-SGR-009")
@pytest.mark.parametrize(("stage", "flag"), [("read", 1), ("after_update", 0)])
def test_isadmin_says_whether_members_are_administrators(
    helpdesk: Helpdesk, stage: str, flag: int
) -> None:
    life = life_of(helpdesk, "staffgroup")
    accepted(life.created if stage == "read" else life.updated)
    expect(readable(getattr(life, stage))).item("isadmin", equal_to(flag))
