"""allegiance lint, with documents that the tests write."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import Command
from tests.domain.builders import actor, document, effect, event

TEXT = "“Since April”, says Erdoğan, the side of Haftar has violated all deals. All deals, he says.\n"
QUOTE = "Haftar has violated all deals"
OFFSET = TEXT.index(QUOTE)


@pytest.fixture
def article(tmp_path: Path) -> Path:
    """A document at hand; its offsets in bytes and in code points differ."""
    path = tmp_path / "article.txt"
    path.write_text(TEXT, encoding="utf-8")
    assert TEXT.encode().index(QUOTE.encode()) != OFFSET
    return path


def findings(
    allegiance: Command, article: Path, sha256: str | None = None, code: int = 1, **source: Any
) -> list[tuple[str, str, str]]:
    """The errors on one event that quotes the document, as (code, id, detail)."""
    sha256 = sha256 or hashlib.sha256(TEXT.encode()).hexdigest()
    said = {"document": "report", **source}
    allegiance.ingest(
        document(sha256=sha256),
        actor("haftar"),
        actor("gna"),
        event(
            "attack", "2019-04", effect("starts", "haftar", "fights", "gna"), as_written="x", sources=[said]
        ),
    )
    result = allegiance("lint", "libya", "--document", f"report={article}", "--json")
    assert result.exit_code == code
    items = json.loads(result.stdout)["items"]
    return [(item["code"], item["id"], item["detail"]) for item in items if item["severity"] == "error"]


def test_a_right_quote_at_its_offset_in_the_right_document_is_no_finding(
    allegiance: Command, article: Path
) -> None:
    assert findings(allegiance, article, quote=QUOTE, offset=OFFSET, code=0) == []
    assert allegiance.out("lint", "libya", "--document", f"report={article}") == "0 errors, 0 warnings.\n"


def test_another_text_than_the_one_that_was_read_is_an_error(allegiance: Command, article: Path) -> None:
    ((code, id, detail),) = findings(allegiance, article, sha256="0" * 64, quote=QUOTE, offset=OFFSET)
    assert (code, id) == ("wrong-sha256", "report")
    assert hashlib.sha256(TEXT.encode()).hexdigest() in detail


def test_a_quote_that_is_not_at_its_offset_is_an_error_that_says_where_it_is(
    allegiance: Command, article: Path
) -> None:
    in_bytes = TEXT.encode().index(QUOTE.encode())
    ((code, id, detail),) = findings(allegiance, article, quote=QUOTE, offset=in_bytes)
    assert (code, id) == ("wrong-offset", "attack")
    assert str(OFFSET) in detail


def test_a_quote_that_the_document_does_not_have_is_an_error(allegiance: Command, article: Path) -> None:
    ((code, id, detail),) = findings(allegiance, article, quote="Haftar kept all deals", offset=OFFSET)
    assert (code, id) == ("quote-not-found", "attack")
    assert "Haftar kept all deals" in detail


def test_a_warning_alone_is_no_failure(allegiance: Command, article: Path) -> None:
    assert findings(allegiance, article, code=0) == []
    assert "0 errors, 1 warning." in allegiance.out("lint", "libya")


def test_a_document_that_the_timeline_has_not_is_an_error(allegiance: Command, article: Path) -> None:
    allegiance.ingest(document())
    result = allegiance("lint", "libya", "--document", f"other={article}")
    assert result.exit_code == 1
    assert "no-such-document" in result.stdout


@pytest.mark.parametrize(
    ("given", "says"), [("report", "is not ID=FILE"), ("report=/no/such", "cannot be read")]
)
def test_a_document_that_cannot_be_read_is_wrong_usage(allegiance: Command, given: str, says: str) -> None:
    assert says in allegiance.error(2, "lint", "libya", "--document", given)
