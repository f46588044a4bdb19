"""OAuth clients and grants as resources."""

from __future__ import annotations

from io import BytesIO

from conformance.emulator import Server
from tests.emulator.kayako_v1.client import Client, body

PNG = b"\x89PNG\r\n\x1a\n and so on"


def test_a_client_shows_its_secret_once(owner: Client) -> None:
    sent = {"name": "Dashboard", "scopes": ["users", "search:read"], "url": "https://d.example"}
    made = body(owner.send("POST", "oauth/clients", json=sent), 201)["data"]
    assert made["secret"]
    assert made["updated_at"] is None
    assert made["scopes"] == sent["scopes"]
    where = f"oauth/clients/{made['id']}"
    assert owner.get(where)["data"]["secret"] is None
    changed = body(owner.send("PUT", where, data={"author": "Ann"}), 200)["data"]
    assert (changed["author"], changed["key"]) == ("Ann", made["key"])
    assert changed["updated_at"]
    body(owner.send("DELETE", where), 200)
    assert owner.error("GET", where)[0] == 404


def test_a_client_has_a_logo(owner: Client, nobody: Client) -> None:
    parts = {"name": "Pictured", "logo": (BytesIO(PNG), "logo.png")}
    made = body(owner.send("POST", "oauth/clients", data=parts), 201)["data"]
    assert set(made["logo"]) == {"url", "created_at"}
    assert nobody.send("GET", made["logo"]["url"].partition("/api/v1/")[2]).data == PNG
    headers = {"Content-Type": "image/gif", "Content-Disposition": "attachment; filename=l.gif"}
    where = f"oauth/clients/{made['id']}"
    body(owner.send("PUT", f"{where}?_field=logo", data=b"GIF89a", headers=headers), 200)
    assert nobody.send("GET", f"{where}/logo").content_type == "image/gif"
    parts = {"logo": (BytesIO(b"no image"), "logo.png")}
    problem = owner.error("PUT", where, data=parts)
    assert problem == (400, "FIELD_INVALID")


def test_wrong_clients_are_refused(owner: Client, agent: Client) -> None:
    assert owner.error("POST", "oauth/clients", data={}) == (400, "FIELD_REQUIRED")
    sent = {"name": "Odd", "scopes": "everything"}
    assert owner.error("POST", "oauth/clients", data=sent) == (400, "FIELD_INVALID")
    assert agent.error("GET", "oauth/clients")[0] == 403


def test_grants_are_filtered(owner: Client) -> None:
    everything = owner.get("oauth/grants")
    assert everything["total_count"] > 1
    found = owner.get("oauth/grants?user_id=3&client_id=1")["data"]
    assert [one["user"]["id"] for one in found] == [3]
    assert found[0]["last_activity_at"]
    assert owner.get("oauth/grants?client_id=99")["data"] == []


def test_a_token_dies_with_its_grant(server: Server, agent: Client) -> None:
    bearer = {"Authorization": f"Bearer {agent.login['token']}"}
    nobody = Client(server)
    assert nobody.get("cases/statuses/1", headers=bearer)
    assert nobody.error("GET", "oauth/my_grants", headers=bearer)[0] == 403
    found = agent.get("oauth/my_grants")["data"]
    assert set(found[0]["client"]) >= {"name", "logo", "created_at"}
    assert not {"key", "secret", "id", "resource_type"} & set(found[0]["client"])
    assert "user" not in found[0]
    assert agent.error("GET", "oauth/my_grants/1")[0] == 404
    body(agent.send("DELETE", f"oauth/my_grants/{found[0]['id']}"), 200)
    assert nobody.error("GET", "cases/statuses/1", headers=bearer)[0] == 401
