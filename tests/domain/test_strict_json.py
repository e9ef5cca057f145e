"""JSON that two readers could take differently is refused, saying what to do."""

import json
from contextlib import suppress

import pytest
import rfc8785
from hypothesis import given, reject
from hypothesis import strategies as st

from events.errors import UnreadableError
from events.strict_json import MAX_DEPTH, MAX_INTEGER, canonical, compact, read


def refusal(text, line=None):
    with pytest.raises(UnreadableError) as caught:
        read(text, line)
    (problem,) = caught.value.problems
    assert problem.detail == caught.value.detail
    caught.value.detail.encode()  # it can be shown
    return problem


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{}", {}),
        (b'{"name": "\xd9\x84\xd9\x8a\xd8\xa8\xd9\x8a\xd8\xa7"}', {"name": "ليبيا"}),
        ('"\\ud83d\\ude00"', "😀"),
        ("[1, -2.5, true, null]", [1, -2.5, True, None]),
        (str(2**53 - 1), 2**53 - 1),
        (str(-(2**53) + 1), -(2**53) + 1),
        ("[" * MAX_DEPTH + "]" * MAX_DEPTH, json.loads("[" * MAX_DEPTH + "]" * MAX_DEPTH)),
    ],
)
def test_json_is_read(text, value):
    assert read(text) == value


@pytest.mark.parametrize(
    "text",
    ['{"title": 1, "title": 2}', '{"title": 1, "title": 1}', '[{"a": {"title": 1, "t\\u0069tle": 2}}]'],
)
def test_a_key_that_stands_twice_is_refused_by_name(text):
    assert refusal(text).detail == "The key 'title' stands here twice in one object; keep one."


def test_a_key_may_stand_in_several_objects():
    assert read('[{"a": {"a": 1}}, {"a": 2}]') == [{"a": {"a": 1}}, {"a": 2}]


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"offset": -Infinity}'])
def test_what_is_not_a_number_is_refused(text):
    assert "is not JSON; leave the field out" in refusal(text).detail


@pytest.mark.parametrize("text", ["1e400", "-1e400", "1" + "0" * 400 + ".0"])
def test_a_number_no_double_holds_is_refused(text):
    assert refusal(text).detail.endswith("is too large; send it as a string.")


@pytest.mark.parametrize(
    "text", [str(2**53), str(-(2**53)), str(2**63), '{"a": [9223372036854775808]}', "9" * 10_000]
)
def test_a_whole_number_not_every_reader_keeps_exactly_is_refused(text):
    assert "is beyond ±9007199254740991; send it as a string" in refusal(text).detail


@pytest.mark.parametrize("text", ['"\\ud800"', '{"\\udfff": 1}', '["a\\ud83d b"]', '"\\ude00\\ud83d"'])
def test_half_a_surrogate_pair_is_refused_in_values_and_keys(text):
    assert refusal(text).detail.endswith("has half a surrogate pair; write the whole character.")


def test_half_a_surrogate_pair_in_text_already_decoded_is_refused():
    assert refusal('"\ud800"').detail.endswith("has half a surrogate pair; write the whole character.")


@pytest.mark.parametrize("text", ['"a\\u0000b"', '{"a\\u0000": 1}'])
def test_nul_is_refused_in_values_and_keys(text):
    assert refusal(text).detail.endswith("has a NUL character; take it out.")


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 1_000, 200_000])
@pytest.mark.parametrize("bracket", ["[", '{"a":'])
def test_deep_nesting_is_refused(bracket, depth):
    text = bracket * depth + "1" + {"[": "]", '{"a":': "}"}[bracket] * depth
    assert refusal(text).detail == "This is nested too deeply; 32 levels are the limit."


@pytest.mark.parametrize(
    ("text", "byte"),
    [(b"\xff", 1), ('{"a": "é"}'.encode("latin-1"), 8), (b'"\xed\xa0\x80"', 2), ("{}".encode("utf-16"), 1)],
)
def test_what_is_not_utf_8_is_refused_naming_the_byte(text, byte):
    assert refusal(text).detail == f"This is not UTF-8 (byte {byte}); save the file as UTF-8."


@pytest.mark.parametrize("text", [b"\xef\xbb\xbf{}", "\ufeff{}"])
def test_a_byte_order_mark_is_refused_by_its_name(text):
    assert refusal(text).detail == "This begins with a byte order mark; save the file as UTF-8 without one."


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("", 1, 1), ("{'a': 1}", 1, 2), ('{"a": 1}\n{"b": 2}', 2, 1), ('{"a":\n  tru}', 2, 3), ('"a\tb"', 1, 3)],
)
def test_broken_json_is_refused_where_it_breaks(text, line, column):
    problem = refusal(text)
    assert problem.detail.startswith("This is not JSON: ")
    assert (problem.line, problem.column) == (line, column)


def test_a_line_of_something_larger_is_refused_by_its_number_there():
    assert refusal("{", line=41).line == 41
    assert refusal('{"a": 1, "a": 2}', line=41).line == 41
    assert refusal(b"\xff", line=41).line == 41


def test_what_an_error_shows_of_a_long_text_is_short():
    assert len(refusal('{"' + "a" * 100_000 + '\\u0000": 1}').detail) < 200


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"b": 1, "a": 2}, b'{"a":2,"b":1}'),
        ({"é": 1, "z": 2, "😀": 3, "\ufb33": 4}, '{"z":2,"é":1,"😀":3,"\ufb33":4}'.encode()),
        ([1.0, -0.0, 1e21, 0.000001, 1e-7], b"[1,0,1e+21,0.000001,1e-7]"),
        ('\u20ac$\u000f\nA\'\u0042"\\"/', b'"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\"/"'),
    ],
)
def test_canonical_bytes_are_those_of_rfc_8785(value, written):
    """Keys in order of UTF-16, numbers as ECMAScript writes them."""
    assert canonical(value) == written


def test_compact_json_keeps_the_order_of_keys_and_the_scripts():
    assert compact({"b": "ليبيا", "a": [1, 2]}) == '{"b":"ليبيا","a":[1,2]}'


_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
_NUMBERS = st.integers(-MAX_INTEGER, MAX_INTEGER) | st.floats(allow_nan=False, allow_infinity=False)
_JSON = st.recursive(
    st.none() | st.booleans() | _NUMBERS | _TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(_TEXT, inner),
    max_leaves=20,
)


@given(_JSON)
def test_canonical_bytes_read_back_are_the_same_bytes(value):
    kept = canonical(value)
    try:
        back = read(kept)
    except UnreadableError:  # a double that is a whole number beyond what every reader keeps
        reject()
    assert back == value
    assert canonical(back) == kept


@given(st.binary())
def test_any_bytes_are_read_or_refused(text):
    with suppress(UnreadableError):
        read(text)


@given(st.text(st.characters(), max_size=30).map(lambda text: f'{{"a": "{text}"}}'))
def test_any_text_is_read_or_refused(text):
    with suppress(UnreadableError):
        read(text)


_KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=3)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-1e30, 1e30) | _KEYS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
)


@given(_VALUES)
def test_canonical_bytes_are_those_of_the_reference_whichever_way_they_are_made(value: object):
    assert canonical(value) == rfc8785.dumps(value)
