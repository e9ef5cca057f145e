"""The sorts of faults that people make in a table, each in a row that is otherwise sound."""

from __future__ import annotations

from typing import NamedTuple

from tests.ingest.sheets import CLAIM


class Fault(NamedTuple):
    """What a row says wrongly, in which column, and words of what must be said of it."""

    cells: dict[str, str]
    column: str
    says: str

    def row(self, **cells: str) -> dict[str, str]:
        return {**CLAIM, **cells, **self.cells}


FAULTS: dict[str, Fault] = {
    "an ambiguous date": Fault({"date": "1/2/2019"}, "date", "write 2019-02-01 or 2019-01-02"),
    "a day that does not exist": Fault({"date": "2021-02-29"}, "date", "write 2021-02-28 or 2021-02"),
    "a date without a year": Fault({"date": "4 April"}, "date", "the year too"),
    "a reversed interval": Fault({"date": "2019/2018"}, "date", "write 2018/2019"),
    "no date": Fault({"date": ""}, "date", "This is empty; write when it was"),
    "a kind that there is not": Fault({"kind": "suports"}, "kind", "did you mean 'supports'"),
    "an op that there is not": Fault({"op": "began"}, "op", "one of starts, ends, lasts, holds"),
    "an op that the date does not fit": Fault({"op": "starts", "date": "../2019"}, "op", "leaves open"),
    "a relation to itself": Fault({"object": "Israel"}, "object", "no relation to itself"),
    "no object": Fault({"object": ""}, "object", "write another actor's id or name"),
    "a name that is nearly another": Fault({"subject": "Isreal"}, "subject", "did you mean 'Israel'"),
    "a link that is none": Fault({"source_url": "www.example.org"}, "source_url", "http://"),
    "no source": Fault({"source_url": "", "source_title": ""}, "source_url", "There is no source"),
    "a means that there is not": Fault({"means": "weapons; tanks"}, "means", "'tanks' is not known"),
    "a confidence that there is not": Fault({"confidence": "sure"}, "confidence", "high, medium, low"),
    "an id with a space": Fault({"id": "my id"}, "id", "An id is 1 to 128"),
    "a control character": Fault({"title": "a\x07b"}, "title", "U+0007"),
    "a quote that is too long": Fault({"quote": "x" * 4001}, "quote", "4000 are the limit"),
    "a publication date that is none": Fault(
        {"source_published": "March 2020"}, "source_published", "write 2020-03"
    ),
    "two names for one source": Fault({"source_title": "Another"}, "source_title", "Line 2 says"),
}
