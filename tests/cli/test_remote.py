"""A timeline at an address: the same commands, answers and exit codes as for one in the database here."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from service import create_app
from service.settings import Settings
from tests.cli.command import SEEDS, Command, ndjson
from tests.cli.test_asking import ALIKE
from tests.domain.builders import actor, document, effect, event


class Remote:
    """The command, and a service over the database of another one."""

    def __init__(self, here: Command, there: Command, url: str) -> None:
        self.here = here
        self.there = there
        self.url = url
        self.libya = f"{url}/v1/timelines/libya"

    def token(self) -> str:
        """A token for the service."""
        return str(self.there.json("token", "create")["token"])


@pytest.fixture
def remote(tmp_path: Path) -> Iterator[Remote]:
    there = Command(tmp_path)
    there.out("init")
    there.out("ingest", "libya", SEEDS)
    server = make_server("127.0.0.1", 0, create_app(Settings(database=there.url)), threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield Remote(Command(tmp_path / "nowhere"), there, f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


QUESTIONS = [words for _, words in ALIKE if words != "timelines"] + [
    "relations libya --ongoing",
    "relations libya --subject russia --kind supports --not-attested-since 2026-01-01 --known-at 74",
    "events libya --approximate --date-basis inferred --confidence high",
    "events libya --attributed-only",
    "changes libya --from 2011-01-01 --to 2011-12-31 --known-at 74",
    "log libya --after 10 --limit 5 --op record",
    "log libya --op erase",
    "state libya --at 2019-05-01 --known-at 2026-01-01T00:00:00Z",
]


def test_a_question_has_the_same_answer_at_an_address(remote: Remote) -> None:
    for words in QUESTIONS:
        elsewhere = words.replace("libya", remote.libya, 1)
        for form in ((), ("--json",)):
            assert remote.here.out(*elsewhere.split(), *form) == remote.there.out(*words.split(), *form), (
                words
            )
    for form in ((), ("--json",)):
        for address in (remote.url, f"{remote.url}/v1/timelines"):
            assert remote.here.out("timelines", address, *form) == remote.there.out("timelines", *form)
    assert remote.here.out("export", remote.libya) == remote.there.out("export", "libya")


@pytest.mark.parametrize(
    "words",
    [
        "state libya --at 2019-05-01 --actor nobody",
        "state libya --at 2019-05-01 --known-at 900",
        "explain libya nobody fights gna --at 2019-05-01",
    ],
)
def test_what_is_unknown_ends_alike(remote: Remote, words: str) -> None:
    said = remote.here.error(3, *words.replace("libya", remote.libya, 1).split())
    assert said == remote.there.error(3, *words.split())


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (3, "state URL/v1/timelines/nowhere --at 2019-05-01"),
        (3, "export URL/v1/timelines/nowhere"),
        (2, "changes URL/v1/timelines/libya --axis known --from 74 --to 0"),
        (2, "state URL/v1/timelines/ --at 2019-05-01"),
        (2, "state URL --at 2019-05-01"),
        (2, "state ftp://127.0.0.1/v1/timelines/libya --at 2019-05-01"),
        (5, "state http://127.0.0.1:9/v1/timelines/libya --at 2019-05-01"),
        (5, "timelines http://127.0.0.1:9"),
        (2, "timelines nonsense"),
    ],
)
def test_what_goes_wrong_has_its_exit_code(remote: Remote, code: int, words: str) -> None:
    assert remote.here.error(code, *words.replace("URL", remote.url).split())


LINES = (document("unsmil"), event("ceasefire", "2020-10-23", effect("ends", "haftar", "fights", "gna")))
CEASEFIRE = ndjson(LINES[0], {**LINES[1], "sources": [{"document": "unsmil"}]})


def test_a_file_is_appended_with_a_token_and_once(remote: Remote) -> None:
    token = remote.token()
    first = remote.here.json("ingest", remote.libya, "-", text=CEASEFIRE, ALLEGIANCE_TOKEN=token)
    assert (first["position"], first["appended"]) == (76, 2)
    again = remote.here.out("ingest", remote.libya, "-", text=CEASEFIRE, ALLEGIANCE_TOKEN=token)
    assert again == "0 appended, 2 there already; libya stands at position 76.\n"
    assert "ceasefire" in remote.there.out("log", "libya", "--after", "75")


def test_a_table_is_read_here_and_knows_the_actors_there(remote: Remote, tmp_path: Path) -> None:
    token = remote.token()
    table = (
        "date,subject,kind,object,source_title\n2020-10-23,Khalifa Haftar,opposes,Tripoli government,Notes\n"
    )
    done = remote.here.json("ingest", remote.libya, "-", text=table, ALLEGIANCE_TOKEN=token)
    assert done["appended"] == 2
    assert "haftar opposes gna" in remote.there.out("state", "libya", "--at", "2020-10-23", COLUMNS="200")
    rejects = tmp_path / "rejects.csv"
    bad = table.replace("Khalifa Haftar", "Nobody")
    said = remote.here.error(
        2, "ingest", remote.libya, "-", "--rejects", rejects, text=bad, ALLEGIANCE_TOKEN=token
    )
    assert "Nobody" in said
    assert "Nobody" in rejects.read_text()


def test_a_new_timeline_is_begun(remote: Remote) -> None:
    token, suez = remote.token(), f"{remote.url}/v1/timelines/suez"
    text = ndjson(actor("egypt"))
    remote.here.error(3, "ingest", suez, "-", "--dry-run", text=text, ALLEGIANCE_TOKEN=token)
    assert remote.here.json("ingest", suez, "-", text=text, ALLEGIANCE_TOKEN=token)["position"] == 1


def test_what_is_wrong_is_told_by_the_line_of_the_file(remote: Remote) -> None:
    token = remote.token()
    text = "\n" + CEASEFIRE + ndjson(event("unsourced", "2020", effect("holds", "nobody", "fights", "gna")))
    said = remote.here.error(2, "ingest", remote.libya, "-", text=text, ALLEGIANCE_TOKEN=token)
    assert "line 4" in said
    assert "nobody" in said
    assert remote.there.json("timelines")["items"][0]["position"] == 74


@pytest.mark.parametrize(("token", "code"), [("", 2), ("wrong", 2)])
def test_without_a_token_nothing_is_appended(remote: Remote, token: str, code: int) -> None:
    assert "token" in remote.here.error(
        code, "ingest", remote.libya, "-", text=CEASEFIRE, ALLEGIANCE_TOKEN=token
    )


def test_an_append_on_a_condition_says_what_was_missed(remote: Remote) -> None:
    token = remote.token()
    said = remote.here.error(
        4, "ingest", remote.libya, "-", "--expected-position", 73, text=CEASEFIRE, ALLEGIANCE_TOKEN=token
    )
    assert "missed: position 74, record event assad-government-falls" in said


def test_a_service_is_held_against_its_own_log(remote: Remote) -> None:
    assert "all is well" in remote.here.out("verify", remote.libya)


def test_a_service_that_does_not_answer_what_its_log_says_is_found_out(remote: Remote) -> None:
    """The index of the service is broken behind its back; its log is as it was."""
    store = remote.there.store()
    with store.connections.writing() as connection:  # type: ignore[attr-defined]
        connection.execute("update stretch set possible_from = first, presumed_from = first")
    store.close()
    result = remote.here("verify", remote.libya)
    assert result.exit_code == 1
    assert "is not the replay's" in result.stdout


def test_no_setting_of_a_database_is_needed(remote: Remote) -> None:
    assert not os.path.exists(remote.here.path)
    remote.here.out("state", remote.libya, "--at", "2019-05-01")
    assert not os.path.exists(remote.here.path)


def test_a_private_timeline_takes_a_token_and_answers_the_same(remote: Remote) -> None:
    secret = remote.there.json("token", "create", "--author", "Libya desk", "--timeline", "libya")["token"]
    remote.here.out("ingest", remote.libya, "-", text=CEASEFIRE, ALLEGIANCE_TOKEN=secret)
    key = {"ALLEGIANCE_SIGNING_KEY": str(remote.there.key)}
    remote.there.out("key", "create", **key)
    remote.there.out("sign", **key)
    log = f"{remote.url}/log/libya"
    remote.there.out("visibility", "libya", "private")
    for words in QUESTIONS:
        elsewhere = words.replace("libya", remote.libya, 1)
        assert remote.here.out(*elsewhere.split(), ALLEGIANCE_TOKEN=secret) == remote.there.out(
            *words.split()
        )
    listed = ("timelines", remote.url)
    assert "libya" in remote.here.out(*listed, ALLEGIANCE_TOKEN=secret)
    assert "libya" not in remote.here.out(*listed)
    assert "Libya desk" in remote.here.out("log", remote.libya, "--after", 74, ALLEGIANCE_TOKEN=secret)
    exported = remote.here.out("export", remote.libya, ALLEGIANCE_TOKEN=secret)
    assert exported == remote.there.out("export", "libya")
    for checked in (("verify", remote.libya), ("verify", remote.libya, "--tree"), ("verify", "--log", log)):
        assert "all is well" in remote.here.out(*checked, ALLEGIANCE_TOKEN=secret)
        assert remote.here(*checked).exit_code != 0
    remote.here.error(3, "state", remote.libya, "--at", "2019-05-01")
