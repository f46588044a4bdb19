"""A helpdesk that is in use: crowded, grown old, busy with others, extended."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from conformance.emulator import Settings, running
from tests.harmless.judging import FIRST_ID, insert, judged, with_high_ids
from tests.harmless.proxy import Answered, Asked, Manner, proxy
from tests.harmless.test_harmless import FAMILY, conformant
from tests.suite.helpdesk import Api

CROWD = 2500
LONG_AGO = 1_500_000_000


def grown(database: Path) -> None:
    """Fill a helpdesk's database with what years of use leave behind."""
    with with_high_ids(FAMILY, database) as store:
        for number in range(FIRST_ID + 1, FIRST_ID + CROWD + 1):
            if number % 10 == 0:
                insert(store, "departments", _department(number))
                insert(store, "organizations", _organization(number))
            for table, row in _matter(number).items():
                insert(store, table, row)


def _department(number: int) -> dict[str, Any]:
    app = "livechat" if number % 50 == 0 else "tickets"
    title = f"Department {number}"
    return {"id": number, "title": title, "type": "public", "app": app, "displayorder": number % 7}


def _organization(number: int) -> dict[str, Any]:
    times = {"dateline": LONG_AGO, "lastupdate": LONG_AGO + number % 9999}
    return {"id": number, "name": f"Office {number}", "organizationtype": "shared", **times}


def _matter(number: int) -> dict[str, dict[str, Any]]:
    """A person with a ticket of theirs, by table."""
    name, mail = f"Person {number}", f"person{number}@crowd.example"
    subject = f"Old matter {number}"
    return {
        "users": {
            "id": number, "usergroupid": 1, "userorganizationid": number - number % 10,
            "fullname": name, "password": "", "dateline": LONG_AGO,
        },
        "useremails": {"userid": number, "email": mail},
        "tickets": {
            "id": number, "displayid": f"OLD-{number % 1000:03}-{number % 100_000:05}",
            "departmentid": 1, "statusid": 1 + 2 * (number % 2), "priorityid": 1, "typeid": 1,
            "userid": number, "fullname": name, "email": mail, "lastreplier": name,
            "subject": subject, "creationtime": LONG_AGO, "lastactivity": LONG_AGO + number % 9999,
            "creator": 2,
        },
        "posts": {
            "ticketid": number, "dateline": LONG_AGO, "userid": number, "fullname": name,
            "creator": 2, "contents": f"It is about {subject}.",
        },
    }  # fmt: skip


def test_a_crowded_helpdesk_with_high_ids_is_judged_alike(tmp_path):
    grown(tmp_path / "helpdesk.db")
    with running(Settings(FAMILY, database=tmp_path / "helpdesk.db")) as server:
        run = judged(tmp_path, server.target)
    conformant(run)


@contextmanager
def colleagues(target: Mapping[str, Any], number: int = 2) -> Iterator[None]:
    """Others who make, change and delete tickets, users and groups all the time."""
    over = threading.Event()
    troubles: list[BaseException] = []

    def work(name: str) -> None:
        api = Api(target)
        turn = 0
        while not over.is_set():
            turn += 1
            _one_turn(api, f"{name} {turn}")

    def watched(name: str) -> None:
        try:
            work(name)
        except BaseException as trouble:
            troubles.append(trouble)

    threads = [threading.Thread(target=watched, args=(f"Colleague {n}",)) for n in range(number)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert troubles == []


def _one_turn(api: Api, name: str) -> None:
    mail = f"{name.replace(' ', '')}@colleagues.example".lower()
    ticket = api.call(
        "POST", "/Tickets/Ticket", subject=f"Matter of {name}", fullname=name, email=mail,
        contents="Something else", departmentid="1", ticketstatusid="1", ticketpriorityid="1",
        tickettypeid="1", autouserid="1",
    )[1]  # fmt: skip
    ticket_id = ticket.partition('<ticket id="')[2].partition('"')[0]
    user_id = ticket.partition("<userid>")[2].partition("<")[0]
    group = api.call("POST", "/Base/UserGroup", title=f"Group of {name}", grouptype="guest")[1]
    group_id = group.partition("<id>")[2].partition("</id>")[0]
    time.sleep(0.01)
    api.call("PUT", f"/Tickets/Ticket/{ticket_id}", ticketstatusid="3")
    time.sleep(0.01)
    for path in (
        f"/Tickets/Ticket/{ticket_id}",
        f"/Base/User/{user_id}",
        f"/Base/UserGroup/{group_id}",
    ):
        status, body = api.call("DELETE", path)
        assert status == 200, f"{path}: {body}"


def test_a_busy_helpdesk_is_judged_alike(tmp_path):
    with running(Settings(FAMILY)) as server, colleagues(server.target):
        run = judged(tmp_path, server.target)
    conformant(run)


def extended(asked: Asked) -> Answered | None:
    """Notes can also be changed, and there is one resource more."""
    if asked.resource.startswith("/Tickets/TicketNote/") and asked.verb == "PUT":
        return Answered(
            200,
            (("Content-Type", "text/xml"),),
            b'<?xml version="1.0" encoding="UTF-8"?>\n<notes/>',
        )
    if asked.resource.startswith("/Reports/"):
        return Answered(200, (), b"numbers")
    return None


def test_methods_and_resources_beyond_the_documented_are_nobodys_fault(tmp_path):
    with (
        running(Settings(FAMILY)) as server,
        proxy(server.target, Manner(instead=(extended,))) as target,
    ):
        conformant(judged(tmp_path, target))
