"""What a line may say: every refusal names the field, shows what stood there, and says what to write."""

import pytest

from events.codec import correction, record, retraction
from events.errors import InvalidError
from events.schemas import MOST_EFFECTS, MOST_OTHERS
from tests.domain.builders import TIMELINE, actor, document, effect, event

PACT = event("pact", "1970", effect("starts"))


def problems(line):
    """Each problem of a line: the field, the value that stood there, and what is said."""
    with pytest.raises(InvalidError) as caught:
        record(line, TIMELINE, line=7)
    assert caught.value.problems
    assert all(problem.line == 7 for problem in caught.value.problems)
    return [(problem.field, problem.value, problem.detail) for problem in caught.value.problems]


def problem(line):
    (only,) = problems(line)
    return only


def with_source(**fields):
    return event("pact", "1970", sources=[{"document": "report", **fields}])


# The whole of it


@pytest.mark.parametrize("value", [[], [PACT], "event", 7, None, True])
def test_what_is_no_object_is_refused(value):
    assert problem(value) == (None, None, "This must be a JSON object.")


@pytest.mark.parametrize(
    ("entity", "hint"),
    [
        ("Event", "did you mean 'event'?"),
        ("", "it is one of"),
        (7, "it is one of"),
        (["timeline", "event"], "is not known here"),
    ],
)
def test_an_unknown_entity_is_refused(entity, hint):
    field, value, detail = problem({**PACT, "entity": entity})
    assert (field, value) == ("entity", str(entity))
    assert hint in detail


def test_every_fault_of_a_line_is_told_at_once():
    line = {"date": "2021-02-29", "titel": "x", "sources": [{"document": 7}], "effects": [{"op": "begins"}]}
    assert {field for field, _, _ in problems(line)} == {
        "date",
        "titel",
        "sources[0].document",
        "effects[0].op",
        "effects[0].subject",
        "effects[0].kind",
        "effects[0].object",
    }


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"sources": [{"document": "report"}]}, "date"),
        ({"date": "1970"}, "sources"),
        ({"entity": "actor", "name": "USSR"}, "type"),
        ({"entity": "actor", "type": "state"}, "name"),
        ({"entity": "document"}, "title"),
        ({"entity": "timeline"}, "title"),
    ],
)
def test_what_is_required_is_asked_for(line, field):
    assert problem(line)[:2] == (field, None)


@pytest.mark.parametrize(
    ("line", "field", "value", "detail"),
    [
        ({**PACT, "sorces": []}, "sorces", "[]", "There is no such field; did you mean 'sources'?"),
        (with_source(quotes="x"), "sources[0].quotes", "x", "There is no such field; did you mean 'quote'?"),
        (
            event("pact", "1970", effect("starts", undr="x")),
            "effects[0].undr",
            "x",
            "There is no such field; did you mean 'under'?",
        ),
        (
            {**actor("ussr"), "exists": "1922/.."},
            "exists",
            "1922/..",
            "There is no such field; did you mean 'existed'?",
        ),
    ],
)
def test_an_unknown_field_is_refused_with_the_one_it_may_mean(line, field, value, detail):
    assert problem(line) == (field, value, detail)


def test_an_unknown_field_near_to_none_is_refused_with_those_there_are():
    _, _, detail = problem({**document(), "zzz": 1})
    assert detail == (
        "There is no such field; the fields here are "
        "archive_url, entity, id, published, publisher, sha256, title, url."
    )


@pytest.mark.parametrize(
    "line",
    [
        {**PACT, "reason": "x"},
        {**PACT, "name": "x"},
        {**actor("a"), "date": "1970"},
        {**document(), "type": "other"},
    ],
)
def test_a_field_of_another_sort_of_line_is_unknown(line):
    assert "There is no such field" in problem(line)[2]


@pytest.mark.parametrize("field", ["effects", "participants", "sources", "tags", "media"])
@pytest.mark.parametrize("value", [{"a": 1}, "text", 7, None])
def test_what_is_no_list_is_refused(field, value):
    assert problem({**PACT, field: value})[0] == field


@pytest.mark.parametrize(
    ("field", "inner"), [("effects", [7]), ("sources", ["report"]), ("participants", [[]]), ("media", [None])]
)
def test_what_is_no_object_in_a_list_is_refused(field, inner):
    assert problem({**PACT, field: inner})[0] == f"{field}[0]"


def test_null_stands_for_nothing():
    assert problem({**PACT, "title": None})[:2] == ("title", "null")


# Sizes


def test_an_event_has_at_most_so_many_effects():
    assert record(event("pact", "1970", *[effect("starts")] * MOST_EFFECTS), TIMELINE)
    field, _, detail = problem(event("pact", "1970", *[effect("starts")] * (MOST_EFFECTS + 1)))
    assert (field, detail) == ("effects", "There must be 0 to 100 of these.")


def test_other_lists_have_their_limit_too():
    field, _, detail = problem(event("pact", "1970", tags=["war"] * (MOST_OTHERS + 1)))
    assert (field, detail) == ("tags", "There must be 0 to 500 of these.")


def test_an_event_has_a_source():
    assert problem({**PACT, "sources": []}) == ("sources", "[]", "There must be 1 to 500 of these.")


@pytest.mark.parametrize(("field", "most"), [("title", 500), ("as_written", 500)])
def test_text_has_its_limit_in_characters(field, most):
    assert record({**PACT, field: "ل" * most}, TIMELINE)
    found, value, detail = problem({**PACT, field: "ل" * (most + 1)})
    assert (found, len(value)) == (field, 80)
    assert detail == f"This has {most + 1} characters; {most} are the limit."


def test_a_quote_may_be_long_but_not_endless():
    assert record(with_source(quote="x" * 4000), TIMELINE)
    assert problem(with_source(quote="x" * 4001))[0] == "sources[0].quote"


# Ids


@pytest.mark.parametrize("id", ["a", "A-Z.a_z:09", "x" * 128, "..a", "-", "sha256:00ff"])
def test_an_id_is_of_letters_digits_and_four_marks(id):
    assert record({**PACT, "id": id}, TIMELINE).id == id


@pytest.mark.parametrize(
    "id",
    ["", "x" * 129, "a b", "a/b", "é", "a\n", ".", "..", "a%20b", "٣", 7, 7.5, True, None, ["a"], {"a": 1}],
)
def test_any_other_id_is_refused(id):
    assert problem({**PACT, "id": id})[0] == "id"


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (event("pact", "1970", effect("starts", subject=1)), "effects[0].subject"),
        (event("pact", "1970", effect("starts", object="a b")), "effects[0].object"),
        (with_source(attributed_to=["a b"]), "sources[0].attributed_to[0]"),
        (event("pact", "1970", participants=[{"actor": 9}]), "participants[0].actor"),
        (actor("gnu", succeeds=["gna", 7]), "succeeds[1]"),
    ],
)
def test_an_id_that_names_another_thing_follows_the_same_rule(line, field):
    assert problem(line)[0] == field


# Names and texts


@pytest.mark.parametrize(
    "name", ["Khalifa Haftar", "خليفة حفتر", "Côte d’Ivoire", 'O\'Neil & Söhne "AG"', "日本", "a\u200db"]
)
def test_a_name_is_of_any_script(name):
    assert record(actor("a", name=name), TIMELINE).thing.name == name


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Co\u0302te", "This is not in Unicode form NFC; write 'Côte'."),
        ("a\nb", "U+000A"),
        ("a\tb", "U+0009"),
        ("a\u0000b", "U+0000"),
        ("a\u0085b", "U+0085"),
        ("a\x7fb", "U+007F"),
        ("a\u2028b", "U+2028"),
        ("a\u2029b", "U+2029"),
        ("\u202egro.live", "U+202E"),
        ("a\u2066b", "U+2066"),
        ("a\u200fb", "U+200F"),
        ("a\u061cb", "U+061C"),
        ("", "This is empty; leave the field out."),
        (" \u00a0", "This is empty; leave the field out."),
        (7, "This must be a string."),
    ],
)
@pytest.mark.parametrize("where", ["name", "names.en", "aliases[0]"])
def test_a_name_that_could_mislead_is_refused(name, says, where):
    fields = {"name": {"name": name}, "names.en": {"names": {"en": name}}, "aliases[0]": {"aliases": [name]}}[
        where
    ]
    field, _, detail = problem(actor("a", **fields))
    assert field == where
    assert says in detail


@pytest.mark.parametrize("field", ["title", "tags", "location"])
def test_what_is_shown_among_others_is_on_one_line(field):
    value = ["a\nb"] if field == "tags" else "a\nb"
    assert problem({**PACT, field: value})[0] == (f"{field}[0]" if field == "tags" else field)


def test_the_name_of_a_treaty_follows_the_rules_of_names():
    assert problem(event("pact", "1970", effect("starts", under="a\u202eb")))[0] == "effects[0].under"


def test_a_quote_may_have_line_breaks_and_tabs_and_be_as_it_was_written():
    quote = "Since April,\r\n\tHaftar\u2019s Co\u0302te \u200f"
    assert record(with_source(quote=quote), TIMELINE).thing.sources[0].quote == quote


def test_a_quote_has_no_other_control_characters():
    assert problem(with_source(quote="a\u001b[31mb")) == (
        "sources[0].quote",
        "a\u001b[31mb",
        "The control character U+001B is in it; take it out.",
    )


@pytest.mark.parametrize(
    "names", [{}, [], "Libya", {"english": "Libya"}, {"EN": "Libya"}, {"en": 7}, {"en": "Libya", "x": "y"}]
)
def test_names_are_one_for_each_language(names):
    assert problem(actor("a", names=names))[0].startswith("names")


@pytest.mark.parametrize("codes", [{}, {"Wikidata Id": "Q1"}, {"cow": 620}, ["620"]])
def test_codes_are_text_under_the_name_of_a_data_set(codes):
    assert problem(actor("a", codes=codes))[0].startswith("codes")


# Closed lists


@pytest.mark.parametrize(
    ("line", "field", "hint"),
    [
        (event("e", "1970", effect("start")), "effects[0].op", "did you mean 'starts'?"),
        (event("e", "1970", effect("starts", kind="support")), "effects[0].kind", "did you mean 'supports'?"),
        (
            event("e", "1970", effect("starts", means=["weapon"])),
            "effects[0].means[0]",
            "did you mean 'weapons'?",
        ),
        (event("e", "1970", type="War"), "type", "it is one of agreement, aid"),
        (event("e", "1970", confidence="hihg"), "confidence", "did you mean 'high'?"),
        (event("e", "1970", date_basis="guessed"), "date_basis", "it is one of stated, inferred, external"),
        (actor("a", type="country"), "type", "it is one of state, government"),
    ],
)
def test_a_word_that_is_not_in_its_list_is_refused_with_the_list(line, field, hint):
    found, _, detail = problem(line)
    assert found == field
    assert hint in detail


def test_an_actor_has_no_relation_to_itself():
    assert problem(event("e", "1970", effect("starts", "libya", object="libya"))) == (
        "effects[0].object",
        "libya",
        "An actor has no relation to itself; name another one.",
    )


# Dates


@pytest.mark.parametrize("date", ["2021-02-29", "1/2/2019", "April", "", 2019, None, "2019-04/2018", "10000"])
def test_a_date_that_is_none_is_refused(date):
    assert problem(event("e", date))[0] == "date"


@pytest.mark.parametrize("field", ["existed", "published"])
def test_other_dates_are_read_as_strictly(field):
    line = actor("a", existed="2021-02-29") if field == "existed" else document(published="2021-02-29")
    assert problem(line)[:2] == (field, "2021-02-29")


@pytest.mark.parametrize(
    ("op", "date", "instead"),
    [
        ("starts", "1970/..", "'lasts' with '1970/..'"),
        ("starts", "/1970", "EARLIEST/LATEST"),
        ("starts", "../1970", "EARLIEST/LATEST"),
        ("starts", "[1970..]", "'lasts' with '1970/..'"),
        ("ends", "../2011", "'/2011' for an end by then"),
        ("ends", "2011/..", "EARLIEST/LATEST"),
        ("ends", "2011/", "EARLIEST/LATEST"),
        ("holds", "2019/..", "'2019' for a day on which it held"),
        ("holds", "/2019", "the effect as 'lasts'"),
    ],
)
def test_an_open_bound_is_refused_saying_what_to_write(op, date, instead):
    field, value, detail = problem(event("e", date, effect(op)))
    assert (field, value) == ("effects[0].op", op)
    assert detail.startswith(f"{date!r} leaves open what '{op}' needs to know; write ")
    assert instead in detail


@pytest.mark.parametrize(
    ("op", "date"),
    [("lasts", "1970/.."), ("lasts", "1970/"), ("lasts", "../1970"), ("lasts", "/1970"), ("ends", "/2011")],
)
def test_an_open_bound_that_can_be_read_is_taken(op, date):
    assert record(event("e", date, effect(op)), TIMELINE)


def test_an_open_date_is_fine_for_an_event_without_effects():
    assert record(event("e", "1970/.."), TIMELINE)


def test_each_effect_that_needs_a_bound_is_named():
    line = event("e", "1970/..", effect("lasts"), effect("starts"), effect("holds"))
    assert [field for field, _, _ in problems(line)] == ["effects[1].op", "effects[2].op"]


# Sources, links and the rest


@pytest.mark.parametrize("offset", [-1, 2**53, "7", 7.5, 7.0, True, None])
def test_an_offset_is_a_whole_number_from_0(offset):
    assert problem(with_source(quote="Since April", offset=offset))[0] == "sources[0].offset"


def test_an_offset_needs_its_quote():
    assert problem(with_source(offset=0)) == (
        "sources[0].offset",
        "0",
        "An offset needs the quote that begins there.",
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org",
        "http://example.org/a?b=c#d",
        "HTTPS://EXAMPLE.ORG/",
        "https://[2001:db8::1]/",
        "https://مثال.example/é",
    ],
)
def test_a_link_is_http_or_https(url):
    assert record(document(url=url), TIMELINE).thing.url == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        " javascript:alert(1)",
        "javascript://example.org/%0aalert(1)",
        "data:text/html,x",
        "ftp://example.org",
        "file:///etc/passwd",
        "//example.org/a",
        "/a",
        "example.org",
        "http:example.org",
        "http://",
        "https://",
        "http:///a",
        "https://[",
        "https://[::1",
        "https://:443/",
        "https://example.org/a b",
        "https://example.org/\n",
        " https://example.org",
        "https://example.org/\u00a0",
        'https://example.org/"onload=',
        "https://example.org/<script>",
        "https://example.org/\\a",
        "http://example.org\u0085",
        "http://example.org/\u0080",
        "https://example.org/\u202egnp.exe",
        "",
        7,
        None,
        ["https://example.org"],
    ],
)
@pytest.mark.parametrize("field", ["url", "archive_url"])
def test_any_other_link_is_refused(url, field):
    assert problem(document(**{field: url}))[0] == field


def test_the_link_of_a_picture_is_checked_too():
    assert problem(event("e", "1970", media=[{"url": "javascript:alert(1)"}]))[0] == "media[0].url"


@pytest.mark.parametrize("sha256", ["", "0" * 63, "0" * 65, "A" * 64, "g" * 64, "0" * 63 + "\n", "٠" * 64, 7])
def test_a_sha256_is_64_hexadecimal_digits_in_lower_case(sha256):
    assert problem(document(sha256=sha256))[0] == "sha256"


@pytest.mark.parametrize(
    "location",
    [
        "Tripoli",
        {"type": "Point", "coordinates": [13.19, 32.89]},
        {"type": "Point", "coordinates": [-180, 90]},
    ],
)
def test_a_location_is_a_place_or_a_point(location):
    assert record(event("e", "1970", location=location), TIMELINE).thing.location == location


@pytest.mark.parametrize(
    "location",
    [
        {"type": "Point", "coordinates": [181, 0]},
        {"type": "Point", "coordinates": [0, 91]},
        {"type": "Point", "coordinates": [0]},
        {"type": "Point", "coordinates": [0, 0, 0]},
        {"type": "Point", "coordinates": ["0", "0"]},
        {"type": "Point", "coordinates": [True, 0]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Point", "coordinates": [0, 0], "name": "x"},
        {},
        [0, 0],
        7,
        None,
        {"type": "Point", "coordinates": "00"},
    ],
)
def test_any_other_location_is_refused(location):
    assert problem(event("e", "1970", location=location))[0] == "location"


def test_a_side_has_a_name_and_an_actor():
    line = {"entity": "timeline", "title": {"en": "Libya"}, "sides": [{"name": {}, "actors": []}]}
    assert {field for field, _, _ in problems(line)} == {"sides[0].name", "sides[0].actors"}


# Corrections and retractions


@pytest.mark.parametrize("reason", [None, "", " ", 7, "x" * 2001, "a\u0007b"])
def test_a_correction_and_a_retraction_have_a_reason(reason):
    for sent in (
        lambda: correction("event", "pact", {**PACT, "reason": reason}),
        lambda: retraction("event", "pact", {"reason": reason}),
    ):
        with pytest.raises(InvalidError) as caught:
            sent()
        assert [problem.field for problem in caught.value.problems] == ["reason"]


def test_a_correction_has_the_full_new_body():
    with pytest.raises(InvalidError) as caught:
        correction("event", "pact", {"reason": "a slip", "title": "A pact"})
    assert {problem.field for problem in caught.value.problems} == {"date", "sources"}


def test_a_retraction_has_nothing_else():
    with pytest.raises(InvalidError) as caught:
        retraction("event", "pact", {"reason": "not so", "date": "1970"})
    assert [problem.field for problem in caught.value.problems] == ["date"]


@pytest.mark.parametrize("value", [None, [], "not so", 7])
def test_a_correction_and_a_retraction_are_objects(value):
    for sent in (lambda: correction("event", "pact", value), lambda: retraction("event", "pact", value)):
        with pytest.raises(InvalidError) as caught:
            sent()
        assert caught.value.problems[0].detail == "This must be an object."
