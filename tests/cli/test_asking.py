"""allegiance state, explain, changes, timelines and log."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from events.answer import Question, document
from events.ask import root
from events.model import Erased
from events.moments import parse_at
from service import create_app
from service.settings import Settings
from tests.cli.command import Command
from tests.domain.builders import actor, effect, event, retract
from tests.domain.builders import document as report

V1 = "/v1/timelines"


@pytest.fixture(scope="module")
def http(seeded: Command) -> Iterator[FlaskClient]:
    """The service over the same database."""
    store = seeded.store()
    yield create_app(Settings(database=seeded.url), store).test_client()
    store.close()


ALIKE = [
    (f"{V1}", "timelines"),
    (f"{V1}/libya/state?at=2019-05-01", "state libya --at 2019-05-01"),
    (f"{V1}/libya/state?at=2019-05-01&known_at=60", "state libya --at 2019-05-01 --known-at 60"),
    (
        f"{V1}/libya/state?at=2025-05-01&actor=haftar&actor=gna&kind=fights&include=lapsed",
        "state libya --at 2025-05-01 --actor haftar --actor gna --kind fights --lapsed",
    ),
    (
        f"{V1}/libya/explain?subject=haftar&kind=fights&object=gna&at=2019-05-01",
        "explain libya haftar fights gna --at 2019-05-01",
    ),
    (
        f"{V1}/libya/explain?subject=gna&kind=fights&object=turkey&under=x&at=2019-05-01&known_at=74",
        "explain libya gna fights turkey --under x --at 2019-05-01 --known-at 74",
    ),
    (f"{V1}/libya/changes?from=1969-01-01&to=2021-12-31", "changes libya --from 1969-01-01 --to 2021-12-31"),
    (f"{V1}/libya/changes?axis=known&from=0", "changes libya --axis known --from 0"),
    (
        f"{V1}/libya/changes?axis=known&from=0&to=74&at=2019-05-01",
        "changes libya --axis known --from 0 --to 74 --at 2019-05-01",
    ),
    (f"{V1}/libya/log?after=70", "log libya --after 70"),
    (f"{V1}/libya/log?limit=2", "log libya --limit 2"),
]


@pytest.mark.parametrize(("address", "words"), ALIKE)
def test_json_is_byte_for_byte_the_same_as_over_http(
    seeded: Command, http: FlaskClient, address: str, words: str
) -> None:
    answer = http.get(address)
    assert answer.status_code == 200
    assert seeded.out(*words.split(), "--json") == answer.text + "\n"


def test_a_state_is_the_domain_s_own_document(seeded: Command) -> None:
    store = seeded.store()
    question, head = Question.of(parse_at("2019-05-01")), store.head("libya")
    pieces = store.state("libya", question, head.position)
    expected = document("libya", question, head, root(store, "libya", head.position), Erased(), pieces)
    store.close()
    assert seeded.out("state", "libya", "--at", "2019-05-01", "--json") == expected + "\n"


def test_a_state_is_a_table_with_marks_words_and_evidence(seeded: Command) -> None:
    told = seeded.out("state", "libya", "--at", "2020-03-01", COLUMNS="160")
    assert "libya on 2020-03-01, as known at position 74" in told
    for part in (
        "◐ presumed",
        "○ possible",
        "Government of National Accord fights Khalifa Haftar",
        "(gna fights haftar)",
        "since 2019-04-04 “On April 4”",
        "no end reported",
        "last evidence 2020-02-22…2020-03-31",
        "haftar-april-offensive",
        "only by somebody’s statement",
        "0 attested, 11 possible, 3 presumed",
        "○ possible: the dates leave it open",
    ):
        assert part in told
    assert "●" not in told


@pytest.mark.parametrize("columns", [80, 100, 200])
def test_every_table_fits_the_terminal(seeded: Command, columns: int) -> None:
    for words in (
        "state libya --at 2020-03-01",
        "explain libya gna fights haftar --at 2020-03-01",
        "changes libya --from 2011-01-01 --to 2020-12-31",
        "log libya",
        "lint libya",
    ):
        told = seeded.out(*words.split(), COLUMNS=str(columns))
        assert max(map(len, told.splitlines())) <= columns, words


def test_a_state_without_relations_says_so(seeded: Command) -> None:
    assert "No relation that was asked for stands on this day" in seeded.out(
        "state", "libya", "--at", "1900-01-01"
    )


def test_lapsed_relations_are_shown_only_when_asked_for(seeded: Command) -> None:
    assert "· lapsed" not in seeded.out("state", "libya", "--at", "2025-01-01")
    assert "· lapsed" in seeded.out("state", "libya", "--at", "2025-01-01", "--lapsed")


def test_a_dispute_is_a_word_beside_the_status(allegiance: Command) -> None:
    tale = [("starts", "1970-07-01"), ("starts", "1974-12-01"), ("ends", "1980-01-01")]
    events = [event(f"e{place}", date, effect(op)) for place, (op, date) in enumerate(tale)]
    allegiance.ingest(report(), actor("ussr"), actor("libya"), *events)
    assert "! disputed" in allegiance.out("state", "libya", "--at", "1972-01-01")


def test_a_state_can_be_asked_as_it_was_known(allegiance: Command) -> None:
    allegiance.ingest(report(), actor("ussr"), actor("libya"), event("aid", "1970/1989", effect("lasts")))
    store = allegiance.store()
    store.append("libya", [retract("event", "aid")], author="t1")
    recorded_at = store.resolve("libya", 4).recorded_at
    store.close()
    at = ("state", "libya", "--at", "1975-06-01")
    assert allegiance.json(*at)["relations"] == []
    assert len(allegiance.json(*at, "--known-at", 4)["relations"]) == 1
    assert len(allegiance.json(*at, "--known-at", recorded_at)["relations"]) == 1


def test_an_explanation_names_the_rule_the_entries_the_words_and_who_says_so(seeded: Command) -> None:
    told = seeded.out("explain", "libya", "haftar", "fights", "gna", "--at", "1 May 2019", COLUMNS="200")
    for part in (
        "gna fights haftar on 2019-05-01, as known at position 74",
        "● attested",
        "Spell 1 of 1, which speaks for the relation on this day",
        "rule 5: ● attested",
        "begins 2019-04-01…2019-04-30 “Since April”",
        "haftar-april-offensive (2019-04, inferred)",
        "trt-world-2020 at 3319, as said by erdogan: “Since April, Haftar's has been the side",
    ):
        assert part in told


def test_an_explanation_of_nothing_says_that_it_is_not_known(seeded: Command) -> None:
    told = seeded.out("explain", "libya", "usa", "fights", "china", "--at", "2019-05-01")
    assert "– none" in told
    assert "not known" in told


def test_changes_of_the_world_are_told_by_day(seeded: Command) -> None:
    told = seeded.out("changes", "libya", "--from", "2019-04-01", "--to", "2019-04-30")
    assert "2019-04-04" in told
    assert "– none →" in told
    assert "● attested" in told


def test_changes_of_what_is_known_name_the_entries(allegiance: Command) -> None:
    allegiance.ingest(report(), actor("ussr"), actor("libya"), event("aid", "1970/1989", effect("lasts")))
    allegiance.ingest(event("letter", "1980-01-01", effect("holds")))
    told = allegiance.out("changes", "libya", "--axis", "known", "--from", "4")
    assert "5 record letter" in told
    assert "ussr supports libya" in told
    assert allegiance.out("changes", "libya", "--axis", "known", "--from", "5") == "Nothing changed.\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("--from 2019-01-01", "Missing option '--to'"),
        ("--from 2019-04 --to 2020-01-01", "'--from': '2019-04' could be any day from 2019-04-01"),
        ("--from 2019-04-01 --to nonsense", "'--to'"),
        ("--from 2020-01-01 --to 2019-01-01", "exchange the two"),
        ("--from 2019-01-01 --to 2019-02-01 --at 2019-01-02", "--axis known"),
        ("--axis known --from 2019-01-01", "'--from'"),
        ("--axis known --from 74 --to 0", "exchange the two"),
        ("--axis known --from 0 --known-at 3", "--axis valid"),
        ("--axis sideways --from 0", "'valid', 'known'"),
    ],
)
def test_changes_between_what_cannot_be_compared_are_wrong_usage(
    seeded: Command, words: str, says: str
) -> None:
    assert says in seeded.error(2, "changes", "libya", *words.split())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--at", "2019-04"), "any day from 2019-04-01 to 2019-04-30"),
        (("--at", "1/2/2019"), "'--at'"),
        (("--at", "2021-02-29"), "2021-02-28"),
        ((), "Missing option '--at'"),
        (("--at", "2019-05-01", "--known-at", "yesterday"), "as in 41"),
        (("--at", "2019-05-01", "--known-at", "2020-01-01T00:00:00"), "2020-01-01T00:00:00Z"),
        (("--at", "2019-05-01", "--kind", "figths"), "did you mean 'fights'"),
        (("--at", "2019-05-01", "--actor", "a b"), "an id is"),
        (("--at", "2019-05-01", "--frobnicate"), "--frobnicate"),
    ],
)
def test_a_question_that_cannot_be_read_is_wrong_usage(
    seeded: Command, words: tuple[str, ...], says: str
) -> None:
    assert says in seeded.error(2, "state", "libya", *words)


@pytest.mark.parametrize(
    "words",
    [
        "state nowhere --at 2019-05-01",
        "explain nowhere a fights b --at 2019-05-01",
        "changes nowhere --from 2019-01-01 --to 2019-02-01",
        "changes nowhere --axis known --from 0",
        "log nowhere",
        "export nowhere",
        "lint nowhere",
        "verify nowhere",
        "rebuild nowhere",
    ],
)
def test_a_timeline_that_is_not_there_is_unknown_and_those_that_are_there_are_told(
    seeded: Command, words: str
) -> None:
    told = seeded.error(3, *words.split())
    assert told == "Error: There is no timeline 'nowhere'; there is libya.\n"


def test_a_position_beyond_the_head_is_unknown(seeded: Command) -> None:
    assert "74" in seeded.error(3, "state", "libya", "--at", "2019-05-01", "--known-at", "75")


@pytest.mark.parametrize(
    "words",
    [
        "timelines",
        "state libya --at 2019-05-01",
        "log libya",
        "ingest libya -",
        "verify",
        "token list",
        "serve",
    ],
)
def test_without_a_database_every_command_says_to_run_init(bare: Command, words: str) -> None:
    assert "allegiance init" in bare.error(5, *words.split(), text="{}\n")


def test_the_timelines_are_listed_with_where_they_stand(seeded: Command) -> None:
    told = seeded.out("timelines")
    assert "Libya" in told
    assert "74" in told


def test_the_log_is_shown_in_pages(seeded: Command) -> None:
    result = seeded("log", "libya", "--after", "40", "--limit", "2", COLUMNS="200")
    assert "record event russia-writes-off-libyan-debt" in result.stdout
    assert "2008-04-17: Russia writes off $4.5 billion" in result.stdout
    assert "by local" in result.stdout
    assert "--after 42" in result.stderr
    assert seeded.json("log", "libya", "--after", "72")["next"] is None
    assert seeded.json("log", "libya", "--after", "99") == {"items": [], "next": None}
    assert seeded.out("log", "libya", "--after", "99").startswith("POSITION")
