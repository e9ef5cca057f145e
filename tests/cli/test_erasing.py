"""allegiance erase: what is named, what is asked, what is told, and that the log checks out afterwards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests

from tests.cli.command import Command, ndjson
from tests.domain.builders import actor, document, effect, event
from tests.tlog.served import served

CANARY = "Zanzibar-the-Unmentionable"
LINES = (
    document(),
    actor("ussr"),
    actor("libya"),
    event("pact", "1970", effect("starts"), title=CANARY, as_written=f"as {CANARY} said"),
    event("later", "1971", effect("holds")),
)


@pytest.fixture
def filled(allegiance: Command) -> Command:
    """A log of five entries, signed."""
    allegiance.environment["ALLEGIANCE_SIGNING_KEY"] = str(allegiance.key)
    allegiance.out("key", "create", "--name", "allegiance.example/log")
    allegiance.ingest(*LINES)
    allegiance.out("sign")
    return allegiance


def test_it_asks_first_and_then_tells_what_to_purge(filled: Command) -> None:
    refused = filled("erase", "libya", "event/pact", "--reason", "a court", text="n\n")
    assert refused.exit_code == 1
    assert len(filled.json("log", "libya")["items"]) == 5
    told = filled.out(
        "erase", "libya", "event/pact", "--reason", "a court", text="y\n",
        ALLEGIANCE_BASE_URL="https://allegiance.example",
    )  # fmt: skip
    assert "1 erased, 0 were already; libya stands at position 6." in told
    assert "https://allegiance.example/v1/timelines/libya*" in told
    assert "https://allegiance.example/embed/libya*" in told
    assert CANARY not in told


def test_its_json_is_the_receipt_and_what_to_purge(filled: Command) -> None:
    receipt = filled.json("erase", "libya", 4, 5, "--reason", "a court", "--by", "the clerk", "--yes")
    assert (receipt["position"], receipt["appended"], receipt["existing"]) == (7, 2, 0)
    assert "/embed/libya*" in receipt["purge"]
    by = filled.json("log", "libya", "--after", 5)["items"][0]
    assert by["body"] == {"positions": [4], "reason": "a court", "by": "the clerk"}
    again = filled.json("erase", "libya", "event/pact", "5", "--reason", "a court", "--yes")
    assert (again["position"], again["appended"], again["existing"]) == (7, 0, 2)


def test_a_dry_run_shows_what_it_would_be_and_erases_nothing(filled: Command) -> None:
    shown = filled.out("erase", "libya", "event/pact", "5", "--reason", "a court", "--dry-run")
    assert "record event pact" in shown
    assert "record event later" in shown
    assert CANARY in filled.out("log", "libya")


@pytest.mark.parametrize(
    ("code", "words", "said"),
    [
        (2, ("pact",), "names nothing"),
        (2, ("entry/1",), "names nothing"),
        (3, ("event/nothing",), "nothing"),
        (3, ("6",), "the log stands at 5"),
        (3, ("0",), "the log stands at 5"),
        (4, ("document/report",), "'pact', 'later'"),
        (4, ("actor/ussr", "event/pact"), "'later'"),
        (2, (), "Missing argument"),
    ],
)
def test_what_cannot_be_erased_is_told(filled: Command, code: int, words: tuple[str, ...], said: str) -> None:
    result = filled("erase", "libya", *words, "--reason", "a court", "--yes")
    assert result.exit_code == code
    assert said in " ".join(result.stderr.split())
    assert len(filled.json("log", "libya")["items"]) == 5
    assert filled("erase", "nowhere", "1", "--reason", "a court", "--yes").exit_code == 3
    assert filled("erase", "libya", "1", "--yes").exit_code == 2


def test_the_log_checks_out_against_the_database_a_url_and_a_copy(filled: Command, tmp_path: Path) -> None:
    key = filled.out("key", "show", "libya").strip()
    checkpoint = filled.store().checkpoints.newest("libya")
    assert checkpoint is not None
    filled.json("erase", "libya", "event/pact", "--reason", "a court", "--yes")
    filled.out("verify", "libya", "--vkey", key)
    filled.out("sign")
    filled.out("verify", "libya", "--vkey", key)
    copy = tmp_path / "copy"
    with served(filled.store()) as address:
        (report,) = filled.json("verify", "--log", f"{address}/log/libya", "--vkey", key)["items"]
        assert (report["entries"], report["faults"]) == (6, [])
        for name in ("checkpoint", "vkey", "tile/0/000.p/6", "tile/entries/000.p/6"):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes(requests.get(f"{address}/log/libya/{name}", timeout=10).content)
        consistency = requests.get(
            f"{address}/v1/timelines/libya/log/consistency?from=5&to=6", timeout=10
        ).json()
    filled.out("verify", "--log", copy, "--vkey", key)
    assert consistency["from_root"] == checkpoint.note.split("\n")[2]


def test_every_answer_on_the_terminal_says_so(filled: Command) -> None:
    filled.json("erase", "libya", "event/pact", "--reason", "a court", "--yes")
    state = filled.json("state", "libya", "--at", "1971-06-01", "--known-at", "5")
    assert state["erased"] == {"entries": 1, "by": [6]}
    for words in (
        ("state", "libya", "--at", "1971-06-01"),
        ("explain", "libya", "ussr", "supports", "libya", "--at", "1971-06-01"),
    ):
        assert "1 entry that was erased by law (see position 6)" in " ".join(filled.out(*words).split())
    assert "erase event pact" in filled.out("log", "libya")


def test_what_is_exported_has_it_no_more(filled: Command, tmp_path: Path) -> None:
    filled.json("erase", "libya", "event/pact", "--reason", "a court", "--yes")
    exported = [json.loads(line) for line in filled.out("export", "libya").splitlines()]
    assert [line["id"] for line in exported] == ["report", "ussr", "libya", "later"]
    filled.out("export", "libya", "--embed", tmp_path / "pages")
    written = b"".join(file.read_bytes() for file in (tmp_path / "pages").iterdir())
    assert CANARY.encode() not in written
    assert b"erased by law" in (tmp_path / "pages" / "index.html").read_bytes()
    assert json.loads((tmp_path / "pages" / "state.json").read_text())["erased"]["entries"] == 1


def test_a_file_that_still_has_it_is_refused(filled: Command) -> None:
    filled.json("erase", "libya", "event/pact", "--reason", "a court", "--yes")
    assert "erased by law" in filled.error(4, "ingest", "libya", "-", text=ndjson(*LINES))
    kept = [line for line in LINES if line["id"] != "pact"]
    assert "0 appended, 4 there already" in filled.ingest(*kept)
