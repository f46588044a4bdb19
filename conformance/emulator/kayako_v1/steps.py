"""The steps that a fault can leave out (`skip:`), by the name with which code asks for them."""

from __future__ import annotations

STEPS = {
    "304-empty": "an answer that the caller has is sent without a body",
    "accept": "an Accept header without JSON is refused",
    "csrf": "a protected session needs its token to change something",
    "callback": "the name of a JSONP function is looked at",
    "count-again": "a right login begins the count of wrong ones anew",
    "decline-csrf": "a login with X-CSRF: false opens a session without protection",
    "duplicate-ids": "a list of ids that repeats itself is refused",
    "expired-password": "an expired password has to be changed first",
    "if-match": "If-Match and If-Unmodified-Since are looked at",
    "if-none-match": "If-None-Match and If-Modified-Since are looked at",
    "inconsistent": "values that disagree with their twins are refused",
    "jsonp-status": "a JSONP answer always has HTTP 200",
    "jsonp-verb": "JSONP works with GET only",
    "new-session": "each login without a session opens a new one",
    "one-time-password": "a second factor is asked for where it is switched on",
    "scope": "an access token does what its scopes cover",
    "scope-level": "a scope to read does not write",
    "session-end": "a session that is deleted has ended",
    "step": "a token of one login step does for that step only",
    "timestamp": "timestamps far from the server's time are refused",
    "unique-domain": "no organization gets the domain of another one",
    "unique-email": "nobody gets the address of somebody else",
    "user-roles": "callers add and change only users of the types of role they may",
}
