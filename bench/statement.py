"""The store's R*Tree query, for others to run."""

from __future__ import annotations

from pathlib import Path

from bench.load import TIMELINE
from events.stores.sqlite import SQLiteStore

STATUS = """
case when :day >= lapsed_from then 'lapsed' when :day >= possible_from then 'possible'
     when :day >= presumed_from then 'presumed' when :day >= attested_from then 'attested'
     else 'possible' end
"""

ROWS = f"""
select r.subject, r.kind, r.object, r.under, {STATUS} as status, s.disputed, s.tail
from stretch_index i cross join stretch s on s.id between i.id and i.last join relation r on r.id = s.relation
where i.timeline_low <= :timeline and i.timeline_high >= :timeline
  and i.first_day <= :day and i.last_day >= :day and i.since <= :position and i.until >= :position
  and s.first <= :day and s.lapsed_from > :day and s.since <= :position and s.until >= :position
order by r.subject, r.kind, r.object, r.under
"""
"""What the store finds for a state, a row for each relation, as one would ask for it by hand."""


def position_of(database: Path) -> int:
    """Where the log stands."""
    store = SQLiteStore(database)
    position = store.head(TIMELINE).position
    store.close()
    return position
