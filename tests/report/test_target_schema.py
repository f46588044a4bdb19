"""The contract of the target file, for all three families."""

import copy
import json
import tomllib

import jsonschema
import pytest

from conformance.locate import schemas_folder

CLASSIC = """
api = "kayako-classic"
url = "https://desk.example.com/support/api/index.php"
url_type = "bare"
[credentials]
api_key = "k"
secret_key = "s"
"""
V1 = """
api = "kayako-v1"
url = "http://127.0.0.1:8080/api/v1"
[credentials.agent]
username = "a@example.com"
password = "p"
token = "t"
otp_secret = "JBSWY3DPEHPK3PXP"
[credentials.expired]
username = "b@example.com"
password = "p"
[oauth]
client_id = "c"
client_secret = "s"
redirect_uri = "https://client.example.com/back"
"""
JITBIT = """
api = "jitbit"
url = "https://support.example.com/helpdesk/api"
name = "Example support desk"
version = "11.4"
safety = "disruptive"
timeout = 0.5
proxy = "http://proxy.example.com:3128"
ca_file = "ca.pem"
verify = false
[headers]
X-Tenant = "blue"
[credentials.administrator]
username = "admin"
password = "p"
[credentials.other_user]
username = "other"
password = "p"
token = "t"
[limits]
enabled = true
window = 60
requests = 90
search = 60
lockout_failures = 3
lockout = 300
[known]
category = 1
other_category = 2
technician = 3
status = 4
rule = 5
section = 6
[known.fields.ticket]
text = 7
date = 8
selection = 9
checkbox = 10
multiline = 11
[known.fields.asset]
text = 12
"""
FILES = {"classic": CLASSIC, "v1": V1, "jitbit": JITBIT}


@pytest.fixture(scope="module")
def validator():
    schema = json.loads((schemas_folder() / "target.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_a_full_target_file_is_accepted(validator, text):
    validator.validate(tomllib.loads(text))


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_unknown_keys_are_refused_at_every_level(validator, text):
    target = tomllib.loads(text)
    for path in _tables(target):
        if path == ("headers",):
            continue
        changed = copy.deepcopy(target)
        table = changed
        for step in path:
            table = table[step]
        table["surprise"] = "x"
        assert not validator.is_valid(changed), path


def _tables(table, path=()):
    yield path
    for name, member in table.items():
        if isinstance(member, dict):
            yield from _tables(member, (*path, name))


def test_the_alias_has_the_rules_of_its_family(validator):
    target = {**tomllib.loads(JITBIT), "api": "desteksitesi"}
    validator.validate(target)
    target["credentials"] = {"api_key": "k", "secret_key": "s"}
    assert not validator.is_valid(target)


@pytest.mark.parametrize("missing", ["api", "url", "credentials"])
def test_what_every_target_needs(validator, missing):
    target = tomllib.loads(CLASSIC)
    del target[missing]
    assert not validator.is_valid(target)


@pytest.mark.parametrize(
    ("text", "change"),
    [
        (CLASSIC, {"api": "kayako"}),
        (CLASSIC, {"url": "desk.example.com/api/index.php"}),
        (CLASSIC, {"url": "ftp://desk.example.com/api"}),
        (CLASSIC, {"url": "https://user:secret@desk.example.com/api/index.php"}),
        (CLASSIC, {"url": "https://desk.example.com/api/index.php?e="}),
        (CLASSIC, {"url": 1}),
        (CLASSIC, {"url_type": "path"}),
        (CLASSIC, {"credentials": {"api_key": "k"}}),
        (CLASSIC, {"credentials": {"api_key": "", "secret_key": "s"}}),
        (CLASSIC, {"credentials": {"agent": {"username": "a", "password": "p"}}}),
        (CLASSIC, {"known": {"category": 1}}),
        (CLASSIC, {"oauth": {"client_id": "c", "client_secret": "s", "redirect_uri": "r"}}),
        (V1, {"url_type": "e"}),
        (V1, {"credentials": {}}),
        (V1, {"credentials": {"technician": {"username": "a", "password": "p"}}}),
        (V1, {"oauth": {"client_id": "c"}}),
        (JITBIT, {"credentials": {"user": {"username": "a"}}}),
        (JITBIT, {"credentials": {"user": {"username": "a", "password": "p", "otp_secret": "x"}}}),
        (JITBIT, {"safety": "write!"}),
        (JITBIT, {"timeout": 0}),
        (JITBIT, {"timeout": "30"}),
        (JITBIT, {"verify": "no"}),
        (JITBIT, {"version": 11.4}),
        (JITBIT, {"headers": {"X-Tenant": "a\r\nX-Evil: b"}}),
        (JITBIT, {"headers": {"not a name": "b"}}),
        (JITBIT, {"limits": {"requests": 0}}),
        (JITBIT, {"limits": {"window": -1}}),
        (JITBIT, {"known": {"category": "1"}}),
        (JITBIT, {"known": {"fields": {"ticket": {"number": 1}}}}),
    ],
)
def test_wrong_values_are_refused(validator, text, change):
    assert not validator.is_valid({**tomllib.loads(text), **change})


def test_every_setting_is_described(validator):
    undescribed = []

    def walk(schema, path):
        for name, member in schema.get("properties", {}).items():
            target = member
            if "$ref" in member and "description" not in member:
                target = validator.schema["$defs"][member["$ref"].rpartition("/")[2]]
            if "description" not in target:
                undescribed.append((*path, name))
            walk(target, (*path, name))

    walk(validator.schema, ())
    assert undescribed == []
