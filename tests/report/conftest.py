"""Sample results: plain data as a run would write them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

Results = dict[str, Any]

OPERATIONS = (
    ("getDepartments", "GET", "/Base/Department", "All departments"),
    ("createDepartment", "POST", "/Base/Department", "Create a department"),
    ("updateDepartment", "PUT", "/Base/Department/{id}", "Change a department"),
    ("getStaffGroups", "GET", "/Base/StaffGroup", "All staff groups"),
    ("getUserGroups", "GET", "/Base/UserGroup", "All user groups"),
    ("deleteTicket", "DELETE", "/Tickets/Ticket/{id}", "Delete a ticket"),
)
REQUIREMENTS = (
    ("KC-AUTH-004", "MUST", "A request whose signature does not fit is refused.", "protocol"),
    ("KC-PROTO-008", "MUST", "Successful requests answer with status 200.", "protocol"),
    ("KC-PROTO-010", "SHOULD", "XML answers start with a version 1.0, UTF-8 prolog.", "protocol"),
    ("KC-DEP-001", "MUST", "The list of all departments is offered.", "people"),
    ("KC-DEP-007", "MUST", "A new department answers with the title that was sent.", "people"),
    ("KC-DEP-011", "MUST", "A department can be renamed.", "people"),
    ("KC-DEP-014", "MAY", "A department may carry a parent.", "people"),
    ("KC-TKT-031", "MUST", "A deleted ticket is gone.", "tickets"),
    ("KC-TKT-900", "suite", "A client signs every request anew.", "tickets"),
)
COUNTED = ("pass", "fail", "warn", "info", "omit", "skip", "error", "waived")
LIST = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<departments>\n  <department>\n    <id>1</id>\n'
    "    <title><![CDATA[General]]></title>\n  </department>\n</departments>\n"
)


def exchange(name: str, operation: str | None, **changed: Any) -> Results:
    method, path = next((o[1:3] for o in OPERATIONS if o[0] == operation), ("GET", "/Core/Test"))
    response = {
        "status": 200,
        "reason": "OK",
        "headers": [["Content-Type", "text/xml; charset=UTF-8"], ["Server", "Apache"]],
        "body": LIST,
    }
    response.update(changed.pop("response", {}))
    entry = {
        "id": name,
        "operation": operation,
        "purpose": "good request",
        "request": {
            "method": method,
            "url": f"https://desk.example.com/api/index.php?e={path}&apikey=«key-1»",
            "headers": [["Accept", "*/*"], ["Host", "desk.example.com"]],
            "body": "title=Quality%20Desk&type=public" if method in ("POST", "PUT") else None,
        },
        "response": response,
        "seconds": 0.042,
    }
    return {**entry, **changed}


def violation(requirement: str, where: str, promised: str, got: str, **more: Any) -> Results:
    level = next((r[1] for r in REQUIREMENTS if r[0] == requirement), "MUST")
    return {
        "requirement": requirement,
        "level": level,
        "where": where,
        "promised": promised,
        "got": got,
        **more,
    }


def check(name: str, operation: str | None, verdict: str = "pass", **changed: Any) -> Results:
    violations = changed.get("violations", [])
    return {
        "id": f"kayako_classic/test_{name}",
        "operation": operation,
        "requirements": [v["requirement"] for v in violations],
        "verdict": verdict,
        "message": "",
        "violations": violations,
        "exchanges": [],
        "seconds": 0.05,
        "notes": [],
        **changed,
    }


def results(
    checks: list[Results], exchanges: list[Results], verdict: str = "conformant", **changed: Any
) -> Results:
    """A whole run around these checks; every count and cross reference follows from them."""
    counts = {name: sum(c["verdict"] == name for c in checks) for name in COUNTED}
    return {
        "schema_version": 1,
        "suite": {"name": "helpdesk-conformance", "version": "0.1.0"},
        "target": {
            "name": "Example support desk",
            "api": "kayako-classic",
            "url": "https://desk.example.com/api/index.php",
            "version": "4.93",
        },
        "started": "2026-03-04T10:00:00+01:00",
        "finished": "2026-03-04T10:03:25+01:00",
        "seed": 20260304,
        "safety": "write",
        "selection": None,
        "environment": {"python": "3.12.4", "platform": "Linux"},
        "interrupted": False,
        "stopped": None,
        "verdict": verdict,
        "classes": _classes(verdict),
        "summary": {
            **counts,
            "requests": len(exchanges),
            "requests_per_operation": len(exchanges) / len(OPERATIONS),
            "requests_by_purpose": {"good request": len(exchanges)},
        },
        "requirements": [_requirement(entry, checks) for entry in REQUIREMENTS],
        "checks": checks,
        "operations": [_operation(entry, checks) for entry in OPERATIONS],
        "exchanges": exchanges,
        "left_behind": [],
        **changed,
    }


def _classes(verdict: str) -> list[Results]:
    titles = {"protocol": "Protocol", "people": "People", "tickets": "Tickets"}
    return [
        {"id": name, "title": title, "verdict": verdict, "decided": 2, "total": 2}
        for name, title in titles.items()
    ]


def _requirement(entry: tuple[str, str, str, str], checks: list[Results]) -> Results:
    name, level, text, group = entry
    cited = [c for c in checks if name in c["requirements"]]
    broken = {c["verdict"] for c in cited if any(v["requirement"] == name for v in c["violations"])}
    broken |= {"error" for c in cited if c["verdict"] == "error"}
    order = ("fail", "error", "warn", "info", "waived")
    otherwise = "pass" if cited else "omit" if level == "suite" else "skip"
    return {
        "id": name,
        "level": level,
        "text": text,
        "source": "REST - Department, section “POST”",
        "class": group,
        "verdict": next((v for v in order if v in broken), otherwise),
        "checks": [c["id"] for c in cited],
        **({} if cited else {"reason": "no account of this role in the target file"}),
    }


def _operation(entry: tuple[str, str, str, str], checks: list[Results]) -> Results:
    name, method, path, summary = entry
    own = [c for c in checks if c["operation"] == name]
    order = ("fail", "error", "warn", "info", "waived", "pass", "omit", "skip")
    return {
        "id": name,
        "method": method,
        "path": path,
        "summary": summary,
        "checks": [c["id"] for c in own],
        "verdict": min((c["verdict"] for c in own), key=order.index, default="skip"),
        "latency": {"p50": 0.042, "p95": 0.13, "max": 1.4} if own else None,
        "observed": {"200": "departments[department{id, title}]"} if own else {},
    }


def _green() -> Results:
    checks = [
        check(
            f"contract::test_a_good_request_is_answered[{operation[0]}]",
            operation[0],
            requirements=[entry[0] for entry in REQUIREMENTS if entry[1] != "suite"],
            exchanges=[f"x{number}"],
        )
        for number, operation in enumerate(OPERATIONS)
    ]
    sent = [exchange(f"x{number}", operation[0]) for number, operation in enumerate(OPERATIONS)]
    return results(checks, sent)


def _rich() -> Results:
    unsigned = [
        check(
            f"contract::test_a_forged_signature_is_refused[{operation[0]}]",
            operation[0],
            "fail",
            violations=[violation("KC-AUTH-004", "status", "401 or 403", "200 OK")],
            exchanges=[f"auth-{operation[0]}"],
        )
        for operation in OPERATIONS
    ]
    broken = {
        "status": 500,
        "reason": "Internal Server Error",
        "body": '<html><body><h1>Fatal error</h1><p>SQLSTATE[42S22]: column "parent" not found</p>'
        "<p>in /var/www/desk/__apps/base/api/class.Controller_Department.php:212</p></body></html>",
    }
    creation = [
        check(
            f"department::test_{name}",
            "createDepartment",
            "fail",
            violations=[violation(requirement, "status", "200", "500 Internal Server Error")],
            exchanges=["create"],
        )
        for name, requirement in (
            ("creating_answers_with_the_new_item", "KC-DEP-007"),
            ("a_good_request_is_answered", "KC-PROTO-008"),
        )
    ]
    blocked = [
        check(
            f"department::test_renaming_keeps_the_rest[{field}]",
            "updateDepartment",
            "error",
            requirements=["KC-DEP-011"],
            message="prerequisite broken: a department could not be created (500)",
            exchanges=["create"],
        )
        for field in ("title", "module", "type")
    ]
    others = [
        check(
            "department::test_the_prolog_is_there",
            "getDepartments",
            "warn",
            violations=[violation("KC-PROTO-010", "line 1", "an XML prolog", "<departments>")],
            exchanges=["list"],
            notes=["undocumented member department/colour"],
        ),
        check(
            "department::test_the_list_is_offered",
            "getDepartments",
            requirements=["KC-DEP-001"],
            exchanges=["list"],
        ),
        check(
            "department::test_a_parent_is_taken",
            "createDepartment",
            "info",
            violations=[violation("KC-DEP-014", "/departments", "a parent", "none")],
        ),
        check(
            "ticket::test_a_deleted_ticket_is_gone",
            "deleteTicket",
            "skip",
            requirements=["KC-TKT-031"],
            reason="needs --safety irreversible",
        ),
        check(
            "ticket::test_the_connection_holds",
            "deleteTicket",
            "error",
            requirements=["KC-TKT-031"],
            message="the connection was lost after 30 s",
            exchanges=["lost"],
        ),
    ]
    sent = [
        *(exchange(f"auth-{o[0]}", o[0], purpose="forged signature") for o in OPERATIONS),
        exchange("create", "createDepartment", response=broken),
        exchange(
            "list",
            "getDepartments",
            response={"body": "<departments>" + "<department><id>1</id></department>" * 5},
        ),
        {
            **exchange("lost", "deleteTicket", error="read timed out after 30 s", seconds=30.0),
            "response": None,
        },
    ]
    left = [{"kind": "ticket", "id": "31", "reason": "the server refused to delete it (403)"}]
    return results(unsigned + creation + blocked + others, sent, "nonconformant", left_behind=left)


@pytest.fixture
def rich() -> Results:
    """A run that met everything: failures, errors, warnings, skips and things left behind."""
    return copy.deepcopy(_rich())


@pytest.fixture
def green() -> Results:
    """A run in which every promise was kept."""
    return copy.deepcopy(_green())


@pytest.fixture
def make_check() -> Callable[..., Results]:
    return check


@pytest.fixture
def make_violation() -> Callable[..., Results]:
    return violation


@pytest.fixture
def make_exchange() -> Callable[..., Results]:
    return exchange


@pytest.fixture
def make_results() -> Callable[..., Results]:
    return results
