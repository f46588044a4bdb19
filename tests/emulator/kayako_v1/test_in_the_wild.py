"""How existing clients talk: one test for each observation of them, on a connection as theirs.

The observations are counted as they were noted. The last one is about members of answers that come
and go, which is up to who reads them (tests/families/test_kayako_v1_unknowns.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
import requests

from conformance.emulator import Server

NOTE = {"subject": "Printer", "contents": "It burns.", "channel": "NOTE"}
BOUNDARY = "3c6f3b1e-8b6a-4d6e-9d53-6f2f7a0f3c11"


class Program:
    """A client program: an address, a login, and whatever it sends."""

    def __init__(self, server: Server, role: str = "agent") -> None:
        self.url = server.url
        login = server.target["credentials"][role]
        self.login = (login["username"], login["password"])
        self.wire = requests.Session()
        self.wire.trust_env = False

    def send(self, verb: str, path: str, *, login: bool = True, **how: Any) -> requests.Response:
        """Send a request to a path below the API, or to the whole address that a link gave."""
        url = path if path.startswith("http") else f"{self.url}/{path}"
        auth = self.login if login else None
        return self.wire.request(verb, url, auth=auth, timeout=10, **how)

    def get(self, path: str, **how: Any) -> dict[str, Any]:
        """Read, expecting success."""
        return content(self.send("GET", path, **how), 200)

    def case(self, **more: Any) -> dict[str, Any]:
        """Open a case; returns it."""
        found = content(self.send("POST", "cases", json={**NOTE, **more}), 201)
        data: dict[str, Any] = found["data"]
        return data

    def sign_in(self) -> dict[str, str]:
        """Return the headers of a session."""
        response = self.send("GET", "me")
        session = content(response, 200)["session_id"]
        return {"X-Session-ID": session, "X-CSRF-Token": response.headers["X-CSRF-Token"]}


def content(response: requests.Response, status: int) -> dict[str, Any]:
    """Return the envelope, whose status is that of the answer."""
    assert response.status_code == status, response.text
    found: dict[str, Any] = response.json()
    assert found["status"] == status
    return found


def parts(fields: Mapping[str, str]) -> dict[str, Any]:
    """Write fields as parts with a length each, as one HTTP library of phones does."""
    written = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n'
        f"Content-Length: {len(text.encode())}\r\n\r\n{text}\r\n"
        for name, text in fields.items()
    )
    headers = {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "User-Agent": "okhttp/3.4.1",
    }
    return {"data": f"{written}--{BOUNDARY}--\r\n".encode(), "headers": headers}


@pytest.fixture(scope="module")
def program(server: Server) -> Iterator[Program]:
    """A program that logs in as an agent."""
    found = Program(server)
    yield found
    found.wire.close()


@pytest.mark.parametrize("path", ["me", "me.json"])
def test_1_a_program_signs_in_and_goes_on_with_its_session(program: Program, path: str) -> None:
    case = program.case()["id"]
    signed_in = program.send("GET", path)
    found = content(signed_in, 200)
    assert found["resource"] == "user"
    assert found["data"]["id"]
    session, token = found["session_id"], signed_in.headers["X-CSRF-Token"]
    headers = {"X-Session-ID": session, "X-CSRF-Token": token}
    alone = {"login": False, "headers": headers}
    assert program.get(f"cases/{case}.json", **alone)["data"]["id"] == case
    changed = program.send("PUT", f"cases/{case}.json", json={"status_id": 2}, **alone)
    assert content(changed, 200)["data"]["status"]["id"] == 2
    headers = {"Cookie": f"session_id={session}", "X-CSRF-Token": token}
    reply = {"contents": "Use <b>water</b>.", "channel": "NOTE", "channel_options": {"html": True}}
    for _ in range(2):
        answer = program.send("POST", f"cases/{case}/reply", json=reply, headers=headers)
        assert "session_id" not in content(answer, 201)
    assert program.get(f"cases/{case}")["data"]["post_count"] == 3


@pytest.mark.parametrize(
    ("role", "code"), [("otp", "OTP_EXPECTED"), ("expired", "CREDENTIAL_EXPIRED")]
)
def test_2_a_login_of_several_steps_says_which_is_next(
    server: Server, role: str, code: str
) -> None:
    program = Program(server, role)
    found = content(program.send("GET", "me.json"), 403)
    assert found["errors"][0]["code"] == code
    assert found["auth_token"]
    program.wire.close()


@pytest.mark.parametrize("headers", [{"X-Fingerprint-ID": str(UUID(int=4711, version=4))}, {}])
def test_3_programs_without_a_login_read_what_is_public(
    program: Program, headers: dict[str, str]
) -> None:
    for path in ("session", "tests/7", "cases/statuses", "cases/priorities", "cases/types"):
        found = program.get(path, login=False, headers=headers)
        assert found["data"]
        assert "session_id" not in found
    refused = program.send("GET", "cases", login=False, headers=headers)
    assert content(refused, 401)["errors"][0]["code"] == "AUTHORIZATION_REQUIRED"


def test_4_every_path_may_end_in_json(program: Program) -> None:
    case = program.case(tags="printer")["id"]
    content(program.send("POST", "organizations", json={"name": "Wild", "domains": "w.test"}), 201)
    content(program.send("POST", "files", json={"name": "a.txt", "content": "YQ=="}), 201)
    own = [f"cases/{case}", f"cases/{case}/posts", f"cases/{case}/tags", f"cases/{case}/channels"]
    lists = ["cases", "users", "organizations", "files", "cases/statuses", "cases/channels"]
    for path in [*own, *lists, "users/5", "cases/types/1", "session", "me", "tests"]:
        plain, suffixed = program.get(path), program.get(f"{path}.json")
        assert plain["data"], path
        assert plain["resource"] == suffixed["resource"]
        assert set(plain) == set(suffixed)


def test_5_names_come_in_camel_case_and_words_of_lists_stay(program: Program) -> None:
    case = program.case(priority_id=1, channel="MAIL", channel_id=1)["id"]
    data = program.get(f"cases/{case}?_case=camel&include=caseStatus,casePriority")["data"]
    assert (data["resourceType"], data["state"]) == ("case", "ACTIVE")
    assert (data["status"]["resourceType"], data["status"]["type"]) == ("caseStatus", "NEW")
    assert data["status"]["isSlaActive"] is True
    assert data["priority"]["resourceUrl"] == f"{program.url}/cases/priorities/1"
    assert set(data["sourceChannel"]) == {"uuid", "resourceType"}
    (post,) = program.get(f"cases/{case}/posts?_case=camel")["data"]
    assert (post["original"]["resourceType"], post["postStatus"]) == ("caseMessage", "SENT")
    assert set(post["metadata"]) == {"user_agent", "page_url"}
    page = program.get("users?_case=camel&limit=1")
    assert page["totalCount"] > 1
    assert "limit=1" in page["nextUrl"]
    refused = program.send("GET", "cases/987654?_case=camel")
    assert content(refused, 404)["errors"][0]["moreInfo"]
    assert "total_count" in program.get("users")


def test_6_types_are_expanded_where_they_stand(program: Program) -> None:
    case = program.case(assigned_team_id=1)["id"]
    query = "include=user%2Cteam%2CcaseStatus%2Cuser_minimal&fields=+tags"
    data = program.get(f"cases/{case}?{query}")["data"]
    assert data["requester"]["full_name"]
    assert data["assigned_team"]["title"]
    assert data["status"]["label"] == "New"
    assert data["brand"] == {"id": 1, "resource_type": "brand"}
    assert data["requester"]["role"].keys() == {"id", "resource_type"}
    assert data["tags"] == []
    assert data["subject"] == NOTE["subject"]


def test_7_links_lead_through_a_list(program: Program) -> None:
    made = {program.case(legacy_id=f"wild-{number}")["id"] for number in range(7)}
    legacy = "%2C".join(f"wild-{number}" for number in range(7))
    page = program.get(f"cases?legacy_ids={legacy}&limit=3&offset=0")
    assert (page["offset"], page["limit"], page["total_count"]) == (0, 3, 7)
    assert not {"first_url", "previous_url"} & set(page)
    shown = [one["id"] for one in page["data"]]
    while "next_url" in page:
        assert page["next_url"].startswith(f"{program.url}/cases.json?")
        page = program.get(page["next_url"])
        shown += [one["id"] for one in page["data"]]
    assert (len(shown), set(shown)) == (7, made)
    assert {"first_url", "previous_url"} <= set(page)
    assert "last_url" not in page
    beyond = program.get(f"cases?legacy_ids={legacy}&limit=3&offset=9")
    assert (beyond["data"], beyond["total_count"]) == ([], 7)
    assert {"first_url", "previous_url", "last_url"} <= set(beyond)
    whole = program.get("cases/statuses?limit=1")
    assert set(whole) == {"status", "data", "resource", "total_count", "session_id"}


@pytest.mark.parametrize("path", ["users", "organizations", "cases", "cases/types"])
def test_7_unknown_arguments_mean_nothing(program: Program, path: str) -> None:
    asked = f"{path}.json?q=printer&offset=0&limit=100" + ("&status=OPEN" if path[0] != "c" else "")
    assert program.get(asked)["total_count"] == program.get(path)["total_count"]


def test_8_bodies_come_in_three_formats(program: Program) -> None:
    fields = {"subject": "Drücker", "contents": "It burns.", "client_id": "7c9e", "source": "API"}
    extra = {"name": "Ann", "email": "ann@example.com"}
    ways: dict[str, dict[str, Any]] = {
        "multipart": parts({**fields, **extra}),
        "json": {"json": {**fields, **extra}},
        "form": {"data": {**fields, **extra}},
    }
    for how in ways.values():
        case = content(program.send("POST", "cases", **how), 201)["data"]
        assert case["subject"] == "Drücker"
        (post,) = program.get(f"cases/{case['id']}/posts")["data"]
        assert (post["contents"], post["client_id"]) == ("It burns.", "7c9e")
        reply = program.send("POST", f"cases/{case['id']}/reply", **how)
        assert content(reply, 201)["resource"] == "case_reply"
    changed = program.send("PUT", f"cases/{case['id']}", **parts({"priority_id": "2"}))
    assert content(changed, 200)["data"]["priority"]["id"] == 2


def test_9_creations_say_201_and_a_seen_post_only_its_status(program: Program) -> None:
    case = program.case()["id"]
    (post,) = program.get(f"cases/{case}/posts")["data"]
    how = parts({"post_status": "SEEN"})
    how["headers"] |= program.sign_in()
    seen = program.send("PUT", f"cases/posts/{post['id']}.json", login=False, **how)
    assert content(seen, 200) == {"status": 200}
    assert program.get(f"cases/posts/{post['id']}")["data"]["post_status"] == "SEEN"
    for path, sent in (
        (f"cases/{case}/reply", {"contents": "Water."}),
        (f"cases/{case}/tags", {"tags": "hot"}),
        ("organizations", {"name": "Nine"}),
        ("users", {"full_name": "Nine", "role_id": 4, "email": "nine@example.com"}),
        ("files", {"name": "9.txt", "content": "OQ=="}),
        ("tests", {"name": "Nine"}),
    ):
        assert content(program.send("POST", path, data=sent), 201)["data"]


def test_10_values_have_their_forms(program: Program) -> None:
    case = program.case()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", case["created_at"])
    assert datetime.fromisoformat(case["created_at"]) <= datetime.fromisoformat(case["updated_at"])
    assert type(case["id"]) is int
    assert [case[name] for name in ("priority", "assigned_agent", "legacy_id")] == [None] * 3
    assert case["sla_metrics"] == []
    (post,) = program.get(f"cases/{case['id']}/posts")["data"]
    assert str(UUID(post["uuid"])) == post["uuid"]
    assert (post["client_id"], post["attachments"]) == (None, [])


@pytest.mark.parametrize("path", ["cases/987654", "cases/987654.json", "cases/987654/posts.json"])
def test_11_a_case_that_is_missing_is_not_found(program: Program, path: str) -> None:
    found = content(program.send("GET", path), 404)
    assert found["errors"][0]["code"] == "RESOURCE_NOT_FOUND"
