"""allegiance visibility and audit."""

from __future__ import annotations

import getpass

from tests.cli.command import Command
from tests.domain.builders import actor


def test_a_timeline_is_made_private_and_public(allegiance: Command) -> None:
    allegiance.ingest(actor("un"))
    assert allegiance.json("visibility", "libya") == {"id": "libya", "visibility": "public"}
    assert allegiance.out("visibility", "libya", "private") == "libya is private.\n"
    assert allegiance.json("visibility", "libya")["visibility"] == "private"
    assert allegiance.out("visibility", "libya", "public") == "libya is public.\n"


def test_a_timeline_can_be_private_before_it_begins(allegiance: Command) -> None:
    assert "has not begun" in allegiance.out("visibility", "libya", "private")
    allegiance.ingest(actor("un"))
    assert allegiance.json("visibility", "libya")["visibility"] == "private"


def test_no_timeline_is_unknown(allegiance: Command) -> None:
    assert "'nowhere'" in allegiance.error(3, "visibility", "nowhere")
    assert "'nowhere'" in allegiance.error(3, "visibility", "nowhere", "public")
    assert "1 to 64" in allegiance.error(2, "visibility", "No Where", "private")


def test_the_audit_trail_names_who_did_what(allegiance: Command) -> None:
    id = allegiance.json("token", "create", "--timeline", "libya")["id"]
    allegiance.out("token", "rotate", id, "--overlap", "3")
    allegiance.out("token", "limit", id, "50")
    allegiance.out("visibility", "libya", "private")
    allegiance.out("token", "revoke", id)
    acts = allegiance.json("audit")["items"]
    assert [act["action"] for act in acts] == [
        "token created",
        "token rotated",
        "token limited",
        "visibility",
        "token revoked",
    ]
    assert {act["who"] for act in acts} == {f"local:{getpass.getuser()}"}
    assert acts[1]["what"] == {"token": id, "overlap_days": 3}
    shown = allegiance.out("audit")
    assert "overlap days 3" in shown
    assert "timeline libya" in shown
    page = allegiance.json("audit", "--limit", "2")
    assert ([act["number"] for act in page["items"]], page["next"]) == ([1, 2], "2")
    assert [act["number"] for act in allegiance.json("audit", "--after", "4")["items"]] == [5]
