"""What breaks readers: values, and ways to spoil text that was good."""

from __future__ import annotations

import json
from random import Random
from typing import Any

TEXTS = (
    "", " ", "\0", "a\0b", "\n", "\r\n", "\t", "\x7f", "\x1b[31m", "\u202e", "\u2066x", "\ufeff", "\ufffe",
    "e\u0301", "\u1100\u1161\u11a8", "ﬀ", "İ", "ß", "а" * 3, "😀", "👩‍👩‍👧", "\U0010ffff", "z\u0335" * 50,
    "x" * 300, "x" * 70_000, "٢٠١٩", "２０１９", "²", "½", "1e400", "NaN", "-Infinity", "0x1F", "1_000",
    "9" * 30, str(2**63), str(-(2**63) - 1), str(2**31), "-0", "0.1", "+1", "1e3", "null", "true",
    "=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", "'; drop table entry; --", '" or "1"="1',
    "%", "%s%n", "{0.__class__}", "{{7*7}}", "${7*7}", "../../etc/passwd", "..", ".", "/", "//", "\\",
    "<script>alert(1)</script>", "<svg onload=alert(1)>", "javascript:alert(1)", "data:text/html,x",
    "http://[::1", "http://\u0000", "https://a:b@c/", "file:///etc/passwd", "//evil.example",
    "NEAR(a b)", '"', "'", "*", "a AND", "NOT", "(", ")", "^", "col:x", "-", "a OR", '"a" *',
)  # fmt: skip

DATES = (
    "2019", "2019-04", "2019-04-04", "2019-02-29", "2020-02-29", "1900-02-29", "2019-13", "2019-00",
    "2019-04-31",
    "0000", "0000-02-29", "-0001", "-9999-01-01", "-10000", "9999-12-31", "10000", "Y10000", "Y1e9", "1e4",
    "2019-W53-7", "2019-366", "20190404", "2019/04/04", "1/2/2019", "4 April 2019", "April 2019", "today",
    "now",
    "2019-04-04T25:00:00", "2019-04-04T00:00:00Z", "2019-04-04T23:59:60+14:00", "2019?", "2019~", "2019%",
    "?2019", "2019-?04", "2019-04-~04", "197X", "19XX", "XXXX", "2019-XX", "2019-XX-XX", "2019-X1", "1XXX-12",
    "2019-21", "2019-24", "2019-25", "2019-41", "../2019", "2019/..", "2019/", "/2019", "/", "../..", "..",
    "2020/2019", "2019/2019", "2019-04/2019-04-04", "[2019]", "[2019,2020]", "[..2019]", "[2019..]",
    "[2019..2018]",
    "{2019,2020}", "[]", "[,]", "[2019,]", "[[2019]]", "2019-04-04\n", " 2019", "2019 ", "٢٠١٩", "２０１９",
    "2019--04", "2019-4-4", "+2019", "-2019", "19", "2019.5", "2019S2", "99999999999999", "0" * 5000,
)  # fmt: skip

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 7, 1.5, -0.0, 1e308, 2**53, 2**63, 10**400, [], {}, [[]], [None], {"": ""},
    {"a": {"b": {"c": []}}}, ["x"] * 300,
)  # fmt: skip

TOKENS = (
    b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\\u0000", b"\\ud800", b"\\udc00\\ud800", b"NaN",
    b"1e999",
    b"-", b"\n", b"\r", b"\r\n", b"\n\n", b"\0", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xe2\x80\xae", b"\x1a", b";", b"\t", b"|", b"'", b'""', b"sep=,\n", b"[" * 200, b'{"a":' * 40,
    b"9" * 50, b"=",
)  # fmt: skip


def text(random: Random) -> str:
    """A value that a field, a parameter or a cell may not like."""
    return random.choice(DATES if random.random() < 0.4 else TEXTS)


def value(random: Random) -> Any:
    """The same for a place in JSON."""
    return random.choice(VALUES) if random.random() < 0.5 else text(random)


def spoilt(random: Random, good: bytes) -> bytes:
    """Bytes with something cut out, put in, doubled or changed, once or oftener."""
    spoiling = bytearray(good)
    for _ in range(random.choice((1, 1, 1, 2, 5))):
        start = random.randint(0, len(spoiling))
        end = min(len(spoiling), start + random.choice((1, 1, 4, 50)))
        match random.randrange(5):
            case 0:
                del spoiling[start:end]
            case 1:
                spoiling[start:start] = random.choice(TOKENS)
            case 2:
                spoiling[start:end] = random.choice(TOKENS)
            case 3:
                spoiling[start:start] = spoiling[start:end]
            case 4 if start < len(spoiling):
                spoiling[start] ^= 1 << random.randrange(8)
    return bytes(spoiling)


def altered(random: Random, good: Any) -> Any:
    """A JSON value with one place in it changed, left out, or given a member that does not belong there."""
    if isinstance(good, dict) and good and random.random() < 0.85:
        changed = dict(good)
        key = random.choice(list(changed))
        match random.randrange(8):
            case 0:
                del changed[key]
            case 1:
                changed[text(random)] = changed[key]
            case 2:
                changed[key] = [changed[key]]
            case _:
                changed[key] = altered(random, changed[key])
        return changed
    if isinstance(good, list) and good and random.random() < 0.85:
        place = random.randrange(len(good))
        return [*good[:place], altered(random, good[place]), *good[place + random.randrange(2) :]]
    return value(random)


def as_json(random: Random, content: Any) -> bytes:
    """A value as JSON, written as one of many writers would."""
    written = json.dumps(content, ensure_ascii=random.random() < 0.5, indent=random.choice((None, None, 1)))
    return written.encode("utf-8", "surrogatepass")
