"""The target file: what is read from it, and the one sentence a mistake in it gets."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from conformance.engine.errors import ConfigurationError
from conformance.engine.secrets import Secret
from conformance.engine.target import Target, load_target
from conformance.families import adapters, resolve_family

GOOD = """\
api = "kayako-classic"
url = "https://desk.example.com/api/index.php"
[credentials]
api_key = "K-HIDDEN-1"
secret_key = "S-HIDDEN-2"
"""
JITBIT = """\
api = "jitbit"
url = "https://desk.example.com/api"
[credentials.administrator]
username = "admin"
password = "P-HIDDEN-3"
"""
Write = Callable[[str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(content: str | bytes) -> Path:
        file = tmp_path / "target.toml"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    return to_file


def load(file: Path, environment: Mapping[str, str] | None = None) -> Target:
    target = load_target(file, resolve_family, environment or {})
    adapters()[target.family].check(target)
    return target


def mistake(file: Path, environment: Mapping[str, str] | None = None) -> str:
    """The sentence about a file, without the file's folder."""
    with pytest.raises(ConfigurationError) as caught:
        load(file, environment)
    return str(caught.value).replace(f"{file.parent}/", "").replace(str(file.parent), "FOLDER")


def with_line(line: str) -> str:
    return line + "\n" + GOOD


# Reading ------------------------------------------------------------------------------------------


def test_a_complete_file_is_read(write: Write) -> None:
    target = load(write(with_line('name = "A desk"\nsafety = "write"\ntimeout = 5')))
    assert (target.family, target.url, target.name, target.safety, target.timeout) == (
        "kayako-classic", "https://desk.example.com/api/index.php", "A desk", "write", 5.0,
    )  # fmt: skip


def test_a_target_may_only_be_read_unless_it_says_more(write: Write) -> None:
    assert load(write(GOOD)).safety == "read"


def test_a_target_without_name_is_called_by_its_address(write: Write) -> None:
    target = load(write(GOOD))
    assert target.name == target.url


def test_credentials_without_roles_belong_to_the_one_role(write: Write) -> None:
    assert load(write(GOOD)).credentials[""]["secret_key"] == Secret("S-HIDDEN-2")


def test_settings_of_one_family_are_its_options(write: Write) -> None:
    assert load(write(with_line('url_type = "bare"'))).options == {"url_type": "bare"}


def test_a_byte_order_mark_makes_no_difference(write: Write) -> None:
    assert load(write(b"\xef\xbb\xbf" + GOOD.encode())) == load(write(GOOD))


def test_windows_line_ends_make_no_difference(write: Write) -> None:
    assert load(write(GOOD.replace("\n", "\r\n"))) == load(write(GOOD))


@pytest.mark.parametrize(
    ("level", "allowed"),
    [
        ("read", ["none", "read"]),
        ("write", ["none", "read", "create", "update"]),
        ("irreversible", ["none", "read", "create", "update", "delete"]),
        ("disruptive", ["none", "read", "create", "update", "delete"]),
    ],
)
def test_a_safety_level_allows_the_effects_up_to_it(
    write: Write, level: str, allowed: list[str]
) -> None:
    target = load(write(with_line(f'safety = "{level}"')))
    effects = ("none", "read", "create", "update", "delete")
    assert [effect for effect in effects if target.allows_effect(effect)] == allowed


def test_a_level_on_the_command_line_replaces_the_files(write: Write) -> None:
    assert load(write(with_line('safety = "write"'))).with_safety("read").safety == "read"


def test_without_a_level_on_the_command_line_the_files_holds(write: Write) -> None:
    assert load(write(with_line('safety = "write"'))).with_safety(None).safety == "write"


# The environment ----------------------------------------------------------------------------------


def test_variables_are_filled_in_at_every_depth(write: Write) -> None:
    file = write(
        GOOD.replace("desk.example.com", "${HOST}").replace("S-HIDDEN-2", "a-${SECRET}-b")
        + '[headers]\nX-Way = "${WAY}${WAY}"\n'
    )
    target = load(file, {"HOST": "other.example", "SECRET": "s", "WAY": "w"})
    assert (target.url, target.credentials[""]["secret_key"].reveal(), target.headers) == (
        "https://other.example/api/index.php", "a-s-b", {"X-Way": "ww"},
    )  # fmt: skip


def test_a_whole_address_may_come_from_the_environment(write: Write) -> None:
    file = write(GOOD.replace("https://desk.example.com/api/index.php", "${DESK}"))
    assert load(file, {"DESK": "http://h/api/index.php"}).url == "http://h/api/index.php"


def test_what_a_variable_holds_is_not_filled_in_again(write: Write) -> None:
    target = load(write(GOOD.replace("S-HIDDEN-2", "${A}")), {"A": "${B}", "B": "wrong"})
    assert target.credentials[""]["secret_key"].reveal() == "${B}"


@pytest.mark.parametrize("text", ["$HOME", "${}", "${1x}", "100%$", "{HOME}"])
def test_what_is_no_variable_stays(write: Write, text: str) -> None:
    target = load(write(GOOD.replace("S-HIDDEN-2", text)), {"HOME": "wrong"})
    assert target.credentials[""]["secret_key"].reveal() == text


def test_the_process_environment_counts_when_no_other_is_given(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_NAME_OF_TEST", "from outside")
    target = load_target(write(with_line('name = "${DESK_NAME_OF_TEST}"')), resolve_family)
    assert target.name == "from outside"


# Mistakes -----------------------------------------------------------------------------------------

MISTAKES = {
    "an unknown key": (
        with_line('safty = "read"'),
        "target.toml, line 1: unknown key 'safty'; a target file takes api, ca_file,",
    ),
    "an unknown key of a table": (
        GOOD + 'apikey = "x"\n',
        "target.toml, line 6: unknown key 'apikey'; [credentials] takes api_key, secret_key",
    ),
    "an unknown key of a table written with dots": (
        GOOD.replace("[credentials]\n", "").replace("api_key", "credentials.api_key")
        .replace("secret_key", "credentials.secretkey"),
        "target.toml, line 4: unknown key 'secretkey'; [credentials] takes api_key, secret_key",
    ),
    "an unknown table": (
        GOOD + "[limit]\nrequests = 1\n",
        "target.toml, line 6: unknown key 'limit'; a target file takes api,",
    ),
    "an unknown limit": (
        GOOD + "[limits]\nfoo = 1\n",
        "target.toml, line 7: unknown key 'foo'; [limits] takes enabled, lockout,",
    ),
    "text for a number": (
        with_line('timeout = "30"'),
        "target.toml, line 1: timeout = '30' has to be a number: longest time for one",
    ),
    "a number for text": (
        with_line("version = 11.4"),
        'target.toml, line 1: version = 11.4 has to be text in quotes: version of the product',
    ),
    "a number for a table": (
        with_line("limits = 3"),
        "target.toml, line 1: limits = 3 has to be a table: request limits",
    ),
    "a list for a table": (
        GOOD.replace('"S-HIDDEN-2"', '"S-HIDDEN-2"\n[[limits]]\nrequests = 1'),
        "target.toml, line 6: limits has to be a table",
    ),
    "text for yes or no": (
        with_line('verify = "no"'),
        "target.toml, line 1: verify = 'no' has to be true or false",
    ),
    "no time at all": (
        with_line("timeout = 0"),
        "target.toml, line 1: timeout = 0 is too small: longest time for one exchange",
    ),
    "endless time": (
        with_line("timeout = inf"),
        "target.toml, line 1: timeout = inf: give seconds, at most 86400",
    ),
    "time that is no number": (
        with_line("timeout = nan"),
        "target.toml, line 1: timeout = nan: give seconds, at most 86400",
    ),
    "an unknown api": (
        GOOD.replace("kayako-classic", "zendesk"),
        "target.toml, line 1: api = 'zendesk': use one of kayako-classic, kayako-v1, jitbit",
    ),
    "no api": (
        GOOD.replace('api = "kayako-classic"\n', ""),
        "target.toml: api is missing; add it: API family: kayako-classic",
    ),
    "an address without scheme": (
        GOOD.replace("https://", ""),
        "target.toml, line 2: url = 'desk.example.com/api/index.php' is no address of the API "
        "with http or https",
    ),
    "an address of another scheme": (
        GOOD.replace("https://", "ftp://"),
        "target.toml, line 2: url = 'ftp://desk.example.com/api/index.php' is no address",
    ),
    "an address with a login": (
        GOOD.replace("https://", "https://me:L-HIDDEN-4@"),
        "target.toml, line 2: url is no address of the API with http or https, without credential",
    ),
    "an address with a query": (
        GOOD.replace("index.php", "index.php?apikey=Q-HIDDEN-5"),
        "target.toml, line 2: url is no address of the API with http or https, without credential",
    ),
    "an address of another family": (
        GOOD.replace("/api/index.php", "/api/v1"),
        "url 'https://desk.example.com/api/v1': for kayako-classic it ends in /api/index.php",
    ),
    "an address that is a number": (
        GOOD.replace('"https://desk.example.com/api/index.php"', "5"),
        "target.toml, line 2: url = 5 has to be text in quotes",
    ),
    "an unknown safety level": (
        with_line('safety = "wild"'),
        "target.toml, line 1: safety = 'wild': use one of read, write, irreversible, disruptive",
    ),
    "an unknown url_type": (
        with_line('url_type = "x"'),
        "target.toml, line 1: url_type = 'x': use one of e, bare",
    ),
    "no credentials": (
        GOOD.partition("[")[0],
        "target.toml: credentials is missing; add it: who may log in: api_key and secret_key",
    ),
    "half the credentials": (
        GOOD.partition("secret_key")[0],
        "target.toml, line 3: credentials.secret_key is missing; add it: secret key that signs",
    ),
    "an empty secret": (
        GOOD.replace("S-HIDDEN-2", ""),
        "target.toml, line 5: credentials.secret_key is empty: secret key that signs requests",
    ),
    "a secret without quotes": (
        GOOD.replace('"S-HIDDEN-2"', "424242"),
        "target.toml, line 5: credentials.secret_key has to be text in quotes: secret key",
    ),
    "a secret for the table of credentials": (
        with_line('credentials = "C-HIDDEN-6"').partition("[")[0],
        "target.toml, line 1: credentials has to be a table: who may log in",
    ),
    "roles where there are none": (
        GOOD + '[credentials.administrator]\npassword = "P-HIDDEN-3"\n',
        "target.toml, line 6: unknown key 'administrator'; [credentials] takes api_key, secret",
    ),
    "an unknown role": (
        JITBIT.replace("administrator", "boss"),
        "target.toml, line 3: unknown key 'boss'; [credentials] takes administrator, manager,",
    ),
    "known ids of another family": (
        GOOD + "[known]\ncategory = 1\n",
        "target.toml, line 6: [known] has members for jitbit and kayako-v1 only; take known out",
    ),
    "a client of another family": (
        GOOD + '[oauth]\nclient_secret = "O-HIDDEN-7"\n',
        "target.toml, line 6: [oauth] belongs to kayako-v1 only; take oauth out",
    ),
    "a url_type of another family": (
        JITBIT.replace("[cred", 'url_type = "e"\n[cred'),
        "target.toml, line 3: url_type belongs to kayako-classic only; take url_type out",
    ),
    "an id that is text": (
        JITBIT + '[known.fields.ticket]\ntext = "a"\n',
        "target.toml, line 7: known.fields.ticket.text = 'a' has to be a whole number",
    ),
    "a header of several lines": (
        GOOD + '[headers]\nAuthorization = "H-HIDDEN-8\\r\\nX: y"\n',
        "target.toml, line 7: headers.Authorization does not fit: value of a header field, on one",
    ),
    "a header that is a list": (
        GOOD + '[headers]\nAuthorization = ["H-HIDDEN-8"]\n',
        "target.toml, line 7: headers.Authorization has to be text in quotes",
    ),
    "a header with a blank in its name": (
        GOOD + '[headers]\n"X Y" = "H-HIDDEN-8"\n',
        "target.toml, line 6: [headers]: 'X Y' is no name of a header field",
    ),
    "a proxy that is no address": (
        with_line('proxy = "me:X-HIDDEN-9@proxy"'),
        "target.toml, line 1: proxy does not fit: address of an HTTP proxy, such as",
    ),
    "a value left out": (
        with_line("name ="),
        "target.toml, line 1: not valid TOML: Invalid value; texts stand in quotes",
    ),
    "a text without its end": (
        GOOD + 'other = "S-HIDDEN-2\n',
        "target.toml, line 6: not valid TOML: Illegal character",
    ),
    "a key given twice": (
        GOOD + 'secret_key = "S-HIDDEN-2"\n',
        "target.toml, line 6: not valid TOML: Cannot overwrite a value",
    ),
    "a table given twice": (
        GOOD + "[credentials]\n",
        "target.toml, line 6: not valid TOML: Cannot declare",
    ),
    "a text block without its end": (
        GOOD + 'name = """',
        "target.toml: not valid TOML: Unterminated string, at its end",
    ),
    "JSON": (
        '{"api": "kayako-classic"}',
        "target.toml, line 1: not valid TOML: Invalid statement",
    ),
    "an empty file": ("", "target.toml: api is missing; add it: API family"),
    "a missing variable": (
        GOOD.replace("S-HIDDEN-2", "${DESK_SECRET}"),
        "target.toml, line 5: credentials.secret_key needs the environment variable DESK_SECRET, "
        "which is not set; export it before the run",
    ),
    "a missing variable within a text": (
        GOOD.replace("desk.example.com", "${DESK}.example.com"),
        "target.toml, line 2: url needs the environment variable DESK, which is not set",
    ),
    "a missing variable in a list": (
        with_line('name = ["${DESK}"]'),
        "target.toml, line 1: name needs the environment variable DESK, which is not set",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_mistake_is_told_with_its_place_and_what_to_do(write: Write, kind: str) -> None:
    content, sentence = MISTAKES[kind]
    assert mistake(write(content)).startswith(sentence)


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_mistake_is_told_without_any_secret(write: Write, kind: str) -> None:
    told = mistake(write(MISTAKES[kind][0]))
    assert [word for word in ("HIDDEN", "424242") if word in told] == []


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_mistake_is_told_in_one_line(write: Write, kind: str) -> None:
    assert "\n" not in mistake(write(MISTAKES[kind][0]))


def test_a_secret_of_the_environment_does_not_show_in_a_mistake(write: Write) -> None:
    file = write(GOOD + '[headers]\nAuthorization = "${LOGIN}"\n')
    assert "HIDDEN" not in mistake(file, {"LOGIN": "E-HIDDEN\nX"})


def test_an_empty_variable_for_a_secret_is_an_empty_secret(write: Write) -> None:
    file = write(GOOD.replace("S-HIDDEN-2", "${DESK_SECRET}"))
    assert "credentials.secret_key is empty" in mistake(file, {"DESK_SECRET": ""})


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    told = mistake(tmp_path / "none.toml")
    assert told == "none.toml: no such target file; check its path"


def test_a_folder_in_place_of_a_file_is_named(tmp_path: Path) -> None:
    told = mistake(tmp_path)
    assert told.endswith(": is a folder; name the target file in it")


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_text_that_is_not_utf_8_is_told(write: Write, encoding: str) -> None:
    told = mistake(write(with_line('name = "Zürich"').encode(encoding)))
    assert told == "target.toml: is not UTF-8 text; a target file is TOML"


def test_a_family_without_checks_is_told(write: Write) -> None:
    with pytest.raises(ConfigurationError, match="no checks for api 'jitbit'"):
        load_target(write(JITBIT), lambda _: None, {})


def test_a_target_prints_without_secrets(write: Write) -> None:
    file = write(
        with_line('proxy = "http://me:X-HIDDEN-9@proxy:80"')
        + '[headers]\nAuthorization = "H-HIDDEN-8"\n'
    )
    assert "HIDDEN" not in repr(load(file))


def test_secrets_of_one_family_do_not_print_either(write: Write) -> None:
    content = GOOD.partition("[")[0].replace("classic", "v1") + (
        '[credentials.agent]\nusername = "a"\npassword = "P-HIDDEN-3"\n'
        '[oauth]\nclient_id = "c"\nclient_secret = "O-HIDDEN-7"\nredirect_uri = "r"\n'
    )
    target = load_target(write(content), str, {})
    assert "HIDDEN" not in repr(target)
