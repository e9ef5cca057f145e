"""No parameter of any address is taken for another, or for nothing."""

from __future__ import annotations

import base64

import pytest

from events.exports import FORMATS
from service.cursors import Place, write
from tests.service.client import BASE, Client, problem

ENDS = "subject=gna&kind=fights&object=haftar"
GOOD = {
    "/v1/timelines": "",
    BASE: "",
    f"{BASE}/state": "at=2019-05-01",
    f"{BASE}/explain": f"{ENDS}&at=2019-05-01",
    f"{BASE}/changes": "from=2019-01-01&to=2020-01-01",
    f"{BASE}/relations": "",
    f"{BASE}/common-membership": "at=2019-05-01",
    **{
        f"{BASE}/export.{format.name}": {"day": "at=2019-05-01", "years": "from=2019&to=2020"}.get(
            format.takes, ""
        )
        for format in FORMATS.values()
    },
    f"{BASE}/events": "",
    f"{BASE}/actors": "",
    f"{BASE}/documents": "",
    f"{BASE}/events/siege": "",
    f"{BASE}/actors/gna": "",
    f"{BASE}/documents/report": "",
    f"{BASE}/log": "",
}
PAGED = [path for path in GOOD if path.endswith(("s", "changes", "membership")) and not path.endswith("log")]
AS_KNOWN = [path for path in GOOD if path not in ("/v1/timelines", f"{BASE}/log")]


@pytest.mark.parametrize("path", [path for path in GOOD if path != "/v1/timelines"])
def test_every_answer_can_be_asked_of_a_log_that_has_come_so_far(untouched: Client, path: str) -> None:
    assert untouched.get(f"{path}?{GOOD[path]}&min_position=7").status_code == 200
    behind = untouched.get(f"{path}?{GOOD[path]}&min_position=8")
    problem(behind, 503)
    assert int(behind.headers["Retry-After"]) >= 1


@pytest.mark.parametrize("path", GOOD)
def test_an_unknown_parameter_is_refused(untouched: Client, path: str) -> None:
    assert untouched.get(f"{path}?{GOOD[path]}").status_code == 200
    content = problem(untouched.get(f"{path}?{GOOD[path]}&nonsense=1"), 422)
    assert content["errors"][0]["field"] == "nonsense"


def test_a_misspelt_parameter_is_told_the_right_one(untouched: Client) -> None:
    assert "'known_at'" in problem(untouched.get(f"{BASE}/state?at=2019-05-01&know_at=1"), 422)["detail"]
    content = problem(untouched.get(f"{BASE}/state?At=2019-05-01"), 422)
    assert {fault["field"] for fault in content["errors"]} == {"At", "at"}


@pytest.mark.parametrize(
    "value",
    [
        "",
        "-1",
        "+1",
        "1.5",
        "x",
        "2019",
        "2026-11-22T18:00:00",
        "1" * 19,
        "٧",
        "7%0A",
        "%00",
        "2026-13-01T00:00:00Z",
    ],
)
@pytest.mark.parametrize("path", AS_KNOWN)
def test_a_point_of_the_log_is_a_position_or_a_whole_time(untouched: Client, path: str, value: str) -> None:
    response = untouched.get(f"{path}?{GOOD[path]}&known_at={value}")
    if value == "2019":
        problem(response, 404)  # a position, beyond the head
    else:
        problem(response, 422)


@pytest.mark.parametrize(
    "value",
    (
        "|2019|2019-04|1/2/2019|2021-02-29|10000-01-01|-10000-01-01|..|2019-01-01/2019-01-02|tomorrow|4 April"
        "|2020-W53-7|٢٠١٩-٠٤-٠٤|2019-04-04%0A|%00|" + "x" * 5000
    ).split("|"),
)
@pytest.mark.parametrize(
    "path", [f"{BASE}/state?at=", f"{BASE}/explain?{ENDS}&at=", f"{BASE}/changes?to=9999-12-31&from="]
)
def test_a_day_is_one_day(untouched: Client, path: str, value: str) -> None:
    assert problem(untouched.get(path + value), 422)["errors"][0]["field"] in ("at", "from")


@pytest.mark.parametrize("value", ["", "0", "1001", "-1", "1.0", "ten", "1" * 30, "1_0", "٣", "%201"])
@pytest.mark.parametrize("path", [*PAGED, f"{BASE}/log"])
def test_a_limit_is_from_1_to_1000(untouched: Client, path: str, value: str) -> None:
    problem(untouched.get(f"{path}?{GOOD[path]}&limit={value}"), 422)


BROKEN_CURSORS = [
    "",
    "x",
    "%00",
    "=",
    "A" * 5000,
    write(Place(7, ())),
    write(Place(7, ("a", "b"))),
    write(Place(7, (1.5,))),
    write(Place(7, (True,))),
    write(Place(7, (None,))),
    write(Place(7, ([],))),
    write(Place(-1, ("a",))),
    write(Place(2**63, ("a",))),
    write(Place(7, ("\0",))),
    base64.urlsafe_b64encode(b"[" * 2000).decode().rstrip("="),
    base64.urlsafe_b64encode(b"\xff\xfe").decode().rstrip("="),
    base64.urlsafe_b64encode(b"7").decode().rstrip("="),
]


@pytest.mark.parametrize("cursor", BROKEN_CURSORS)
@pytest.mark.parametrize("path", PAGED)
def test_a_cursor_is_one_of_ours(untouched: Client, path: str, cursor: str) -> None:
    content = problem(untouched.get(f"{path}?{GOOD[path]}&cursor={cursor}"), 422)
    assert content["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        (f"{BASE}/events", [(2**31, 0), (-(2**31), 0), (2**53 - 1, 0), (0, -1), (0, 2**53 - 1)]),
        (f"{BASE}/search", [(-1, 5), (-50, 5), (3, 5), (0, -1)]),
        (f"{BASE}/feed.json", [(-1,), (2**53 - 1,)]),
        (f"{BASE}/changes", [(2**31, *"abcd")]),
    ],
)
def test_a_cursor_goes_on_from_a_place_that_there_can_be(
    libya: Client, path: str, keys: list[tuple[int | str, ...]]
) -> None:
    for key in keys:
        query = f"{GOOD.get(path, 'q=haftar')}&cursor={write(Place(7, key))}"
        assert problem(libya.get(f"{path}?{query}"), 422)["errors"][0]["field"] == "cursor"


@pytest.mark.parametrize(
    "query",
    [
        f"{BASE}/state",
        f"{BASE}/state?at=2019-05-01&at=2019-05-02",
        f"{BASE}/state?at=2019-05-01&kind=fihgts",
        f"{BASE}/state?at=2019-05-01&actor=a+b",
        f"{BASE}/state?at=2019-05-01&actor=",
        f"{BASE}/state?at=2019-05-01&actor=%00",
        f"{BASE}/state?at=2019-05-01&include=everything",
        f"{BASE}/state?at=2019-05-01&min_position=many",
        f"{BASE}/state?at=2019-05-01" + "&actor=a" * 101,
        f"{BASE}/state?at=2019-05-01" + "&actor=a" * 1001,
        f"{BASE}/explain?at=2019-05-01",
        f"{BASE}/explain?{ENDS}",
        f"{BASE}/explain?{ENDS}&at=2019-05-01&under=%00",
        f"{BASE}/relations?kind=likes",
        f"{BASE}/relations?subject=%F0%9F%98%80",
        f"{BASE}/relations?under=a%E2%80%AEb",
        f"{BASE}/log?after=-1",
        f"{BASE}/log?after=1e3",
    ],
)
def test_what_a_parameter_may_not_be_is_refused_in_words(untouched: Client, query: str) -> None:
    problem(untouched.get(query), 422)


def test_a_query_that_is_no_text_cannot_be_read(untouched: Client) -> None:
    problem(untouched.get(f"{BASE}/state?at=%ff"), 400)


@pytest.mark.parametrize(
    "query", ["dry_run=yes", "dry_run=", "dry_run=1&dry_run=0", "expected_position=-1", "expected=7"]
)
@pytest.mark.parametrize(
    "path", ["/v1/timelines", f"{BASE}/events", f"{BASE}/correction", f"{BASE}/actors/gna/retraction"]
)
def test_how_to_append_is_said_exactly(untouched: Client, path: str, query: str) -> None:
    problem(untouched.post(f"{path}?{query}", {"id": "x", "title": {"en": "x"}}), 422)
    assert untouched.head() == 7
