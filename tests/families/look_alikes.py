"""Answers of our own making in the shapes that genuine servers of the Kayako API v1 send: names in
camel case around maps that keep theirs, links that leave out what is usual, objects without a type.

Each is `request` (method and path), `http_status` and `body`, as recorded answers are kept.
"""

from collections.abc import Mapping
from typing import Any

HOST = "https://desk.example.com/api/v1"
BORN, SEEN = "2024-02-29T06:07:08+00:00", "2024-03-01T09:10:11+00:00"
INCLUDE = "userMinimal,team,caseStatus,casePriority"
Recorded = Mapping[str, Any]


def recorded(method: str, path: str, body: dict[str, Any], http_status: int = 200) -> Recorded:
    request = {"method": method, "path": f"/api/v1/{path}"}
    return {"request": request, "http_status": http_status, "body": body}


def stub(kind: str, key: int) -> dict[str, Any]:
    return {"id": key, "resourceType": kind}


def person(key: int, **more: Any) -> dict[str, Any]:
    """Who has never been seen has no moment of it, and older answers have fewer members."""
    return {
        "id": key, "fullName": f"Ada No. {key}", "lastActiveAt": None, **more,
        "avatar": f"https://desk.example.com/avatar/{key}?{key}",
        "resourceType": "userMinimal", "resourceUrl": f"{HOST}/users/{key}",
    }  # fmt: skip


def status() -> dict[str, Any]:
    return {
        "id": 2, "label": "Waiting", "type": "PENDING", "sortOrder": 3, "isSlaActive": False,
        "isDeleted": False, "createdAt": BORN, "updatedAt": BORN,
        "resourceType": "caseStatus", "resourceUrl": f"{HOST}/cases/statuses/2",
    }  # fmt: skip


def team() -> dict[str, Any]:
    return {
        "id": 4, "title": "Lenses", "businesshour": stub("businessHour", 1), "memberCount": 2,
        "createdAt": BORN, "updatedAt": SEEN,
        "resourceType": "team", "resourceUrl": f"{HOST}/teams/4",
    }  # fmt: skip


def conversation(key: int, **more: Any) -> dict[str, Any]:
    return {
        "id": key, "uuid": f"00000000-0000-4000-8000-{key:012}", "legacyId": None,
        "subject": "The lens is dull", "channel": "HELPCENTER", "requester": person(9),
        "creator": person(9), "lastReplier": person(9, lastSeenAt=SEEN, presenceChannel="p@9"),
        "lastAgentReplier": None, "assignedTeam": None, "assignedAgent": None, "status": status(),
        **more, "priority": None, "type": None, "readMarker": None, "customFields": [],
        "realtimeChannel": f"presence@v1_cases_{key}", "lastRepliedAt": SEEN, "createdAt": BORN,
        "updatedAt": SEEN, "resourceType": "conversation",
        "resourceUrl": f"{HOST}/conversations/{key}",
    }  # fmt: skip


def message(key: int, **more: Any) -> dict[str, Any]:
    """Its type keeps its spelling, and so do the keys of its map."""
    return {
        "id": key, "uuid": f"00000000-0000-4000-9000-{key:012}", "clientId": None,
        "subject": "The lens is dull", "channel": "MAIL", "contentText": "Is it?",
        "contentHtml": "Is it?", "creator": person(9), "attachments": [], "downloadAll": None,
        "source": None, "metadata": {"user_agent": "", "page_url": ""},
        "messageStatus": "DELIVERED", **more, "messageStatusUpdatedAt": SEEN, "createdAt": SEEN,
        "updatedAt": SEEN, "resourceType": "case_message",
        "resourceUrl": f"{HOST}/conversations/31/messages/{key}",
    }  # fmt: skip


def attachment() -> dict[str, Any]:
    return {
        "id": 77, "name": "lens.txt", "size": 0, "width": 0, "height": 0, "type": "text/plain",
        "contentId": None, "alt": None, "url": f"{HOST}/conversations/31/attachments/77/url",
        "urlDownload": f"{HOST}/conversations/31/attachments/77/download", "thumbnails": [],
        "createdAt": SEEN, "resourceType": "attachment",
        "resourceUrl": f"{HOST}/conversations/31/messages/5/attachments/77",
    }  # fmt: skip


def rating(key: int) -> dict[str, Any]:
    return {
        "id": key, "score": "BAD", "comment": None, "conversation": stub("conversation", 31),
        "creator": stub("userMinimal", 9), "createdAt": SEEN, "updatedAt": SEEN,
    }  # fmt: skip


def words(key: int, text: str | None) -> dict[str, Any]:
    return {
        "id": key, "locale": "en-us", "translation": text, "createdAt": BORN, "updatedAt": BORN,
        "resourceType": "localeField", "resourceUrl": f"{HOST}/locale/fields/{key}",
    }  # fmt: skip


def hit(key: int) -> dict[str, Any]:
    """What is found has no type, only the article in it has."""
    article = {
        "id": key, "titles": [words(key, "Lenses"), words(key + 1, None)],
        "slugs": [{"locale": "en-us", "translation": "lenses", "resourceType": "slug"}],
        "keywords": None, "section": stub("section", 3), "status": "PUBLISHED",
        "tags": [stub("tag", 6)], "allowComments": True, "createdAt": BORN, "publishedAt": BORN,
        "resourceType": "article", "resourceUrl": f"{HOST}/articles/{key}",
    }  # fmt: skip
    return {"uuid": f"u{key}", "title": "Lenses", "original": article, "createdAt": BORN}


def locale(key: int) -> dict[str, Any]:
    return {
        "id": key, "locale": "tr-tr", "nativeName": "Türkçe", "script": "", "direction": "ltr",
        "isPublic": False, "isLocalised": False, "createdAt": BORN, "updatedAt": BORN,
        "resourceType": "locale", "resourceUrl": f"{HOST}/locales/{key}",
    }  # fmt: skip


def listed(data: list[Any], resource: str, total: int, **more: Any) -> dict[str, Any]:
    return {"status": 200, "data": data, "resource": resource, "totalCount": total, **more}


def page(keys: range, offset: int, limit: int, **links: str) -> Recorded:
    """A page of seven conversations; `links` are what stands behind the common arguments."""
    include = INCLUDE.replace(",", "%2C")
    start = f"{HOST}/conversations.json?_case=camel&include={include}"
    urls = {f"{name}Url": start + end for name, end in links.items()}
    body = listed([conversation(key) for key in keys], "conversation", 7, offset=offset)
    asked = f"conversations?_case=camel&include={INCLUDE}&limit={limit}&offset={offset}"
    return recorded("GET", asked, {**body, "limit": limit, **urls})


_MESSAGES = "conversations/31/messages"
_SOUGHT = "_case=camel&include=localeField{}article&in=articles"
_FOUND = f"{HOST}/helpcenter/search.json?{_SOUGHT.format('%2C')}&categoryId=2"

LOOK_ALIKES: Mapping[str, Recorded] = {
    "a conversation": recorded(
        "GET",
        f"conversations/31?_case=camel&include={INCLUDE}",
        {
            "status": 200,
            "data": conversation(
                31, assignedTeam=team(), isClosed=False, lastMessagePreview="Is it?",
                lastMessageStatus="SEEN",
            ),
            "resource": "conversation",
        },
    ),
    "an older conversation that was opened": recorded(
        "POST",
        f"conversations?_case=camel&include={INCLUDE}",
        {"status": 201, "data": conversation(32, isCompleted=False), "resource": "conversation"},
        201,
    ),
    "a first page": page(range(3), 0, 3, next="&limit=3&offset=3", last="&limit=3&offset=6"),
    "a middle page": page(
        range(3, 6), 3, 3, first="&limit=3", previous="&limit=3", next="&limit=3&offset=6",
        last="&limit=3&offset=6",
    ),
    "a last page": page(range(6, 7), 6, 3, first="&limit=3", previous="&limit=3&offset=3"),
    "a page past the end": page(
        range(0), 7, 3, first="&limit=3", previous="&limit=3&offset=4", last="&limit=3&offset=6"
    ),
    "a page that holds everything": page(range(7), 0, 20),
    "a list of nothing": recorded(
        "GET", "conversations?_case=camel", listed([], "conversation", 0, offset=0, limit=10)
    ),
    "a usual page that was asked for by a limit of nothing": recorded(
        "GET",
        f"{_MESSAGES}?_case=camel&include=userMinimal&limit=0&offset=0",
        listed(
            [message(key) for key in range(9)], "conversationMessage", 11, offset=0, limit=10,
            nextUrl=f"{HOST}/{_MESSAGES}.json?_case=camel&include=userMinimal&offset=10",
            lastUrl=f"{HOST}/{_MESSAGES}.json?_case=camel&include=userMinimal&offset=10",
        ),
    ),
    "a message with a file": recorded(
        "POST",
        f"{_MESSAGES}?_case=camel&include=message,attachment,userMinimal",
        {
            "status": 201,
            "data": message(5, attachments=[attachment()], messageStatusRejectType=None),
            "resource": "conversationMessage",
        },
        201,
    ),
    "a message that was seen": recorded("PUT", f"{_MESSAGES}/5?_case=camel", {"status": 200}),
    "ratings without a type": recorded(
        "GET",
        "conversations/31/ratings.json?_case=camel",
        listed([rating(1), rating(2)], "conversationRating", 2),
    ),
    "a rating that was made": recorded(
        "POST",
        "conversations/31/ratings.json?_case=camel",
        {"status": 200, "data": rating(1), "resource": "conversationRating"},
    ),
    "a start without an id": recorded(
        "GET",
        "conversations/starter?include=userMinimal&_case=camel",
        {
            "status": 200,
            "data": {"lastActiveAgents": [person(1, lastSeenAt=SEEN)], "averageReplyTime": 12.5},
            "resource": "conversationStarter",
        },
    ),
    "a search": recorded(
        "GET",
        f"helpcenter/search?{_SOUGHT.format(',')}&limit=10&category_id=2",
        listed(
            [hit(key) for key in range(10)], "search", 23, offset=0, limit=10,
            nextUrl=f"{_FOUND}&offset=10", lastUrl=f"{_FOUND}&offset=20",
        ),
    ),
    "locales": recorded(
        "GET",
        "locales.json?_case=camel&include=locale",
        listed([locale(key) for key in range(1, 13)], "locale", 12),
    ),
    "a session in snake case": recorded(
        "GET",
        "session",
        {
            "status": 200,
            "data": {
                "id": "s1", "user": {"id": 9, "resource_type": "user"}, "status": "ONLINE",
                "created_at": SEEN, "resource_type": "session",
            },
            "resource": "session",
            "session_id": "s1",
        },
    ),
}  # fmt: skip
