"""A Kayako v1 helpdesk that years of use have filled: crowded, with high ids and other labels."""

import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.harmless.judging import FIRST_ID, insert, with_high_ids

CROWD = 1200
LONG_AGO = 1_500_000_000
_LABELS = {"NEW": "Neu", "OPEN": "Offen", "PENDING": "Wartet", "COMPLETED": "Fertig"}


def grown(database: Path) -> None:
    """Fill a new helpdesk's database."""
    with with_high_ids("kayako-v1", database) as store:
        for type_, label in _LABELS.items():
            store.execute("UPDATE case_statuses SET label = ? WHERE type = ?", (label, type_))
        for number in range(FIRST_ID + 1, FIRST_ID + CROWD + 1):
            for table, row in _rows(number):
                times = {"created_at": LONG_AGO, "updated_at": LONG_AGO + number % 9999}
                insert(store, table, {"id": number, **row, **times})


def _rows(number: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """A customer with a case, and now and then something else."""
    name, subject = f"Person {number}", f"Old matter {number}"
    office = number - number % 10
    yield "users", {"uuid": str(uuid.UUID(int=number)), "full_name": name, "role_id": 4,
                    "organization_id": office}  # fmt: skip
    yield "identity_emails", {"user_id": number, "email": f"person{number}@crowd.example",
                              "is_primary": 1, "is_validated": 1}  # fmt: skip
    yield "cases", {"subject": subject, "requester_id": number, "creator_id": number,
                    "identity_id": number, "status_id": 1 + number % 4, "priority_id": 1,
                    "type_id": 1, "realtime_channel": f"presence-{number}"}  # fmt: skip
    yield "posts", {"case_id": number, "uuid": str(uuid.UUID(int=number)), "subject": subject,
                    "contents": f"It is about {subject}.", "creator_id": number,
                    "post_status_updated_at": LONG_AGO}  # fmt: skip
    if number % 10 == 0:
        yield "organizations", {"name": f"Office {number}"}
    if number % 50 == 0:
        yield "oauth_clients", {"name": f"Program {number}", "key": f"key-{number}", "secret": "x"}
        yield "teams", {"title": f"Team {number}"}
