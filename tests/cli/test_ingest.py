"""allegiance ingest and export."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from events.log import MOST_PROBLEMS
from tests.cli.command import Command, ndjson
from tests.domain.builders import actor, correct, document, effect, event, retract

LINES = (document(), actor("ussr"), actor("libya"), event("aid", "1970/1989", effect("lasts")))


def test_a_file_is_appended_to_a_new_timeline(allegiance: Command, tmp_path: Path) -> None:
    file = tmp_path / "events.ndjson"
    file.write_text(ndjson(*LINES))
    assert allegiance.out("ingest", "libya", file) == (
        "4 appended, 0 there already; libya stands at position 4.\n"
    )


def test_stdin_is_read_where_the_file_is_a_dash(allegiance: Command) -> None:
    answer = allegiance.json("ingest", "libya", "-", text=ndjson(*LINES))
    assert list(answer) == ["position", "recorded_at", "appended", "existing"]
    assert (answer["position"], answer["appended"], answer["existing"]) == (4, 4, 0)
    assert answer["recorded_at"] == allegiance.store().head("libya").recorded_at


def test_the_author_is_local(allegiance: Command) -> None:
    allegiance.ingest(*LINES)
    assert {entry["author"] for entry in allegiance.json("log", "libya")["items"]} == {"local"}


def test_sending_the_same_file_again_appends_nothing(allegiance: Command) -> None:
    allegiance.ingest(*LINES)
    assert allegiance.ingest(*LINES) == "0 appended, 4 there already; libya stands at position 4.\n"


def test_blank_lines_and_a_byte_order_mark_are_no_lines(allegiance: Command) -> None:
    text = "\ufeff" + ndjson(LINES[0]) + "\n  \n" + ndjson(*LINES[1:])
    assert allegiance.json("ingest", "libya", "-", text=text)["appended"] == 4


def test_every_problem_of_every_line_is_told_and_nothing_is_appended(allegiance: Command) -> None:
    allegiance.ingest(*LINES)
    lines = ndjson(actor("china"), event("e1", "2021-02-29", effect("starts", kind="figths")))
    lines += '{"id": "e2", "date": }\n' + ndjson(
        actor("france"), event("e3", "2020", effect("holds", "mars"))
    )
    told = allegiance.error(2, "ingest", "libya", "-", text=lines)
    assert told.splitlines() == [
        "Error: 4 problems; nothing was appended.",
        "  line 2, field date = '2021-02-29': '2021-02-29' does not exist, 2021 being no leap year;"
        " write 2021-02-28 or 2021-02",
        "  line 2, field effects[0].kind = 'figths': 'figths' is not known here; did you mean 'fights'?"
        " It is one of allied_with, member_of, recognizes, hosts_base_of, party_to_deal_with, supports,"
        " endorses, offers_to, neutral_to, opposes, threatens, fights.",
        "  line 3, column 22: This is not JSON: Expecting value.",
        "  line 5, field effects[0] = 'mars': There is no actor 'mars'; record it, in this batch or before.",
    ]
    assert allegiance.json("timelines")["items"][0]["position"] == 4


def test_what_a_broken_line_may_declare_is_not_missed(allegiance: Command) -> None:
    broken = {**actor("ussr"), "type": "empire"}
    told = allegiance.error(2, "ingest", "libya", "-", text=ndjson(LINES[0], broken, *LINES[2:]))
    assert told.startswith("Error: 1 problem; nothing was appended.\n  line 2, field type = 'empire'")
    assert len(told.splitlines()) == 2


def test_a_failed_first_batch_makes_no_timeline(allegiance: Command) -> None:
    allegiance.error(2, "ingest", "libya", "-", text=ndjson(LINES[0], event("aid", "1970", effect("lasts"))))
    assert allegiance.json("timelines") == {"items": [], "next": None}


def test_more_problems_than_are_listed_are_counted(allegiance: Command) -> None:
    text = "nonsense\n" * (MOST_PROBLEMS + 5)
    told = allegiance.error(2, "ingest", "libya", "-", text=text).splitlines()
    assert told[0] == "Error: 1005 problems, the first 1000 of them here; nothing was appended."
    assert len(told) == 1 + MOST_PROBLEMS
    assert told[-1].startswith("  line 1000, ")


def test_what_a_bad_line_holds_cannot_command_the_terminal(allegiance: Command) -> None:
    told = allegiance.error(2, "ingest", "libya", "-", text='{"entity": "\\u001b[2J"}\n')
    assert "\x1b" not in told


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_an_empty_file_is_refused(allegiance: Command, text: str) -> None:
    assert "nothing in this" in allegiance.error(2, "ingest", "libya", "-", text=text)


def test_other_content_under_a_known_id_is_a_conflict(allegiance: Command) -> None:
    allegiance.ingest(*LINES)
    told = allegiance.error(
        4, "ingest", "libya", "-", text=ndjson(actor("china"), actor("ussr", name="USSR"))
    )
    assert "line 2, field id = 'ussr'" in told
    assert "correct it" in told


def test_a_dry_run_decides_everything_and_keeps_nothing(allegiance: Command) -> None:
    told = allegiance.out("ingest", "libya", "-", "--dry-run", text=ndjson(*LINES))
    assert told.startswith("4 would be appended (a dry run: nothing was), 0 there already")
    assert allegiance.json("timelines")["items"] == []
    allegiance.error(2, "ingest", "libya", "-", "--dry-run", text=ndjson(LINES[3]))


def test_a_dry_run_tells_which_relations_would_change_and_when(allegiance: Command) -> None:
    allegiance.ingest(*LINES)
    ended = ndjson(actor("gdr"), event("pact", "1991-05-01", effect("lasts", kind="opposes")))
    told = allegiance.out("ingest", "libya", "-", "--dry-run", text=ended)
    assert "ussr opposes libya" in told
    assert "1991-05-01 to 1991-05-01  – none → ● attested" in told
    changes = allegiance.json("ingest", "libya", "-", "--dry-run", text=ended)["changes"]
    assert (changes["total"], changes["items"][0]["kind"]) == (1, "opposes")
    assert changes["items"][0]["days"] == [
        {"from": "1991-05-01", "to": "1991-05-01", "before": None, "after": "attested"}
    ]
    assert "changes" not in allegiance.json("ingest", "libya", "-", text=ended)


def test_of_a_large_file_every_fault_is_told_with_its_line_and_nothing_is_kept(
    allegiance: Command, tmp_path: Path
) -> None:
    lines = [*LINES[:3], *(event(f"e{n}", "1970", effect("holds"), title="x" * 450) for n in range(9000))]
    lines[4000]["date"] = "1/2/1970"
    lines[8000]["sources"] = [{"document": "lost"}]
    lines[8001] = {**lines[7999], "title": "Another"}
    file = tmp_path / "large.ndjson"
    file.write_text(ndjson(*lines))
    assert file.stat().st_size > 4 << 20, "so large that other processes help"
    told = allegiance.error(2, "ingest", "libya", file).splitlines()
    assert told[0] == "Error: 3 problems; nothing was appended."
    assert [line.split(",")[0] for line in told[1:]] == ["  line 4001", "  line 8001", "  line 8002"]
    assert allegiance.json("timelines")["items"] == []
    del lines[8000:8002], lines[4000]
    file.write_text(ndjson(*lines))
    assert allegiance.json("ingest", "libya", file)["appended"] == 9000
    assert allegiance.json("ingest", "libya", file)["existing"] == 9000


def test_an_expected_position_that_has_passed_is_a_conflict_that_tells_what_was_missed(
    allegiance: Command,
) -> None:
    allegiance.ingest(*LINES)
    more = ndjson(actor("china"))
    told = allegiance.error(4, "ingest", "libya", "-", "--expected-position", 3, text=more)
    assert "it stands at 4" in told
    assert "missed: position 4, record event aid" in told
    assert allegiance.json("ingest", "libya", "-", "--expected-position", 4, text=more)["position"] == 5


@pytest.mark.parametrize("name", ["Libya", "lib ya", "é", "x" * 65])
def test_a_timeline_that_cannot_be_named_so_is_wrong_usage(allegiance: Command, name: str) -> None:
    assert "1 to 64 of a-z 0-9 and -" in allegiance.error(2, "ingest", name, "-", text=ndjson(*LINES))


def test_a_file_that_is_not_there_is_wrong_usage(allegiance: Command, tmp_path: Path) -> None:
    assert "No such file" in allegiance.error(2, "ingest", "libya", tmp_path / "none.ndjson")


def test_an_export_ingested_elsewhere_gives_the_same_live_things_and_answers(allegiance: Command) -> None:
    described = {"entity": "timeline", "title": {"en": "Libya"}}
    allegiance.ingest(described, *LINES, event(None, "1980", effect("holds")), event("wrong", "1981"))
    store = allegiance.store()
    store.append("libya", [correct(actor("ussr", name="Soviet Union"))], author="t1")
    store.append("libya", [retract("event", "wrong")], author="t1")
    store.close()
    exported = allegiance.out("export", "libya")
    assert allegiance.json("ingest", "copy", "-", text=exported)["appended"] == 6
    assert allegiance.out("export", "copy") == exported
    assert '"name":"Soviet Union"' in exported
    assert "wrong" not in exported
    assert "reason" not in exported
    ours, theirs = (allegiance.json("state", name, "--at", "1980-06-01") for name in ("libya", "copy"))
    assert ours["relations"] == theirs["relations"] != []
    assert ours["actors"] == theirs["actors"]


def test_an_export_ingested_where_it_comes_from_appends_nothing(seeded: Command) -> None:
    exported = seeded.out("export", "libya")
    assert seeded.json("ingest", "libya", "-", text=exported)["appended"] == 0


def test_an_export_can_be_of_an_earlier_state_of_the_log(allegiance: Command) -> None:
    allegiance.ingest(*LINES)
    allegiance.ingest(actor("china"))
    exported = allegiance.out("export", "libya", "--known-at", 4).splitlines()
    assert [json.loads(line)["id"] for line in exported] == ["report", "ussr", "libya", "aid"]
