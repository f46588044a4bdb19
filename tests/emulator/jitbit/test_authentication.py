"""Logins: how they are read, what ends them, what is refused."""

from __future__ import annotations

from base64 import b64encode

import pytest

from tests.emulator.jitbit.client import Client


def _basic(text: str, encoding: str = "utf-8") -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(text.encode(encoding)).decode()}


def _status(desk: Client, header: dict[str, str], path: str = "Authorization") -> int:
    answer = desk.session.get(f"{desk.url}/{path}", headers=header, timeout=10)
    assert answer.text.strip()
    assert "<" not in answer.text
    return answer.status_code


@pytest.mark.parametrize("path", ["Authorization", "ticket?id=x", "NoSuchMethod", "Users"])
@pytest.mark.parametrize(
    "header",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Basic"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic " + b64encode(b"nocolon").decode()},
        {"Authorization": "Basic " + b64encode(b"\xff\xfe:x").decode()},
        {"Authorization": "Digest abc"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer abc"},
        {"Authorization": "Bearer a.b.c"},
        _basic("admin:wrong"),
        _basic("nobody:wrong"),
        _basic("admin:"),
    ],
)
def test_bad_logins_get_401_with_words_and_no_page(
    admin: Client, header: dict[str, str], path: str
) -> None:
    assert _status(admin, header, path) == 401


def test_the_token_page_is_closed_to_strangers(admin: Client) -> None:
    answer = admin.session.get(f"{admin.home}/User/Token?json=true", timeout=10)
    assert answer.status_code == 401


def test_logins_are_read_in_every_documented_way(admin: Client) -> None:
    name, password = admin.login["username"], admin.login["password"]
    for text in (name, name.upper(), f"CORP\\{name}", "admin@helpdesk.example"):
        assert _status(admin, _basic(f"{text}:{password}")) == 200
    header = _basic(f"{name}:{password}")["Authorization"]
    for word in ("basic", "BASIC"):
        assert _status(admin, {"Authorization": header.replace("Basic", word)}) == 200
    assert _status(admin, {"Authorization": f"bearer {admin.login['token']}"}) == 200


def test_passwords_may_hold_colons_and_any_letter(admin: Client) -> None:
    admin.post("CreateUser", email="ü@x", username="Ünal", password="a:b:ç☃")
    assert _status(admin, _basic("Ünal:a:b:ç☃")) == 200
    assert _status(admin, _basic("Ünal:a:b")) == 401


def test_a_new_password_ends_the_old_one_and_the_token(admin: Client) -> None:
    key = admin.post("CreateUser", email="new@x", password="first")
    page = f"{admin.home}/User/Token?json=true"
    old = admin.raw("GET", page, auth=("new@x", "first")).json()["token"]
    assert _status(admin, {"Authorization": f"Bearer {old}"}) == 200
    admin.post("UpdateUser", userId=key, firstName="Newt")
    assert _status(admin, {"Authorization": f"Bearer {old}"}) == 200
    admin.post("UpdateUser", userId=key, password="second")
    assert _status(admin, {"Authorization": f"Bearer {old}"}) == 401
    assert _status(admin, _basic("new@x:first")) == 401
    new = admin.raw("GET", page, auth=("new@x", "second")).json()["token"]
    assert new != old
    assert _status(admin, {"Authorization": f"Bearer {new}"}) == 200


def test_a_disabled_user_is_refused(admin: Client) -> None:
    key = admin.post("CreateUser", email="off@x", password="p")
    admin.post("UpdateUser", userId=key, disabled="true")
    assert _status(admin, _basic("off@x:p")) == 401
    assert key in [item["UserID"] for item in admin.get("Users", listMode="disabled")]
    admin.post("UpdateUser", userId=key, disabled="false")
    assert _status(admin, _basic("off@x:p")) == 200


def test_no_answer_shows_a_password(admin: Client) -> None:
    for method in ("UserByUsername?username=admin", "User?userId=1", "Users", "Authorization"):
        text = admin.send("GET", method).text
        assert admin.login["password"] not in text
        assert '"Password":null' in text or 'Password"' not in text
        assert "stamp" not in text.lower()
