"""The state beside Raphtory's `PersistentGraph`, asked for the edges that hold on a day."""

from __future__ import annotations

import pandas
import raphtory
from raphtory import PersistentGraph

from bench.data import DataSet
from bench.effort import Effort
from bench.load import filled, progress
from bench.measure import Report, median, milliseconds, timed
from bench.state import CHECKED, asking, relations_in

ASKED = 60
ASKED_OF_STORE = 1000
AIM = 20.0


def run(report: Report, effort: Effort) -> None:
    """The same spells in both, the same days, one process each."""
    data = DataSet(effort.sizes[-1])
    path, _ = filled(data)
    ask = asking(path)
    progress(f"loading {data.size:,} spells into Raphtory")
    graph = loaded(data)

    def edges(day: int) -> list:
        return graph.at(day).edges.explode_layers().collect()

    def named(day: int) -> set[tuple[str, str, str]]:
        return {(edge.src.name, edge.layer_name, edge.dst.name) for edge in edges(day)}

    for day in data.days(CHECKED, "raphtory"):
        assert named(day) == relations_in(ask(day)) == data.holding(day), f"the answers differ on day {day}"
    on = f"{data.name}, random days"
    asked = data.days(ASKED, "edges")
    timed(ask, data.days(ASKED_OF_STORE, "warm"))
    listed, listed_by_name = timed(edges, asked), timed(named, asked)
    ours = timed(ask, data.days(ASKED_OF_STORE, "asked"))
    report.add("state, in-process, to bytes", on, milliseconds(ours))
    version = f"Raphtory {raphtory.version()}"
    report.add(f"{version}: at(t), its edges listed", on, milliseconds(listed))
    report.add(f"{version}: at(t), its edges by name and layer", on, milliseconds(listed_by_name))
    report.ratio(f"state against {version}, edges listed", on, median(listed) / median(ours), AIM)
    report.ratio(f"state against {version}, by name", on, median(listed_by_name) / median(ours), AIM)


def loaded(data: DataSet) -> PersistentGraph:
    """A graph with a layer for each kind; an edge is deleted on the day after its spell's last."""
    relations = [data.relations[spell.relation] for spell in data.spells]
    frame = pandas.DataFrame(
        {
            "first": [spell.first for spell in data.spells],
            "after": [spell.last + 1 for spell in data.spells],
            "subject": [relation.subject for relation in relations],
            "object": [relation.object for relation in relations],
            "kind": [relation.kind for relation in relations],
        }
    )
    graph = PersistentGraph()
    graph.load_edges(frame, time="first", src="subject", dst="object", layer_col="kind")
    graph.load_edge_deletions(frame, time="after", src="subject", dst="object", layer_col="kind")
    return graph
