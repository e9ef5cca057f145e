"""Figures for Prometheus, summed over all worker processes.

Every label has few values: the rule of an address, a known method, a status.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
    multiprocess,
    values,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from events.stores import Store

MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4

_DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"  # where prometheus_client looks for what processes share
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30, 60)

disable_created_metrics()


class _Counted:
    """What is counted as it happens."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "allegiance_requests_total",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "allegiance_request_seconds",
            "From a request's first line to the last byte of its answer.",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.appended = Counter(
            "allegiance_entries_appended_total", "Entries appended over HTTP.", registry=self.registry
        )


_counted = _Counted()

slot = 0
"""The number of this worker among those that run; another one takes it once this one has gone."""


def share(directory: str) -> None:
    """Let this process and those it forks count together, each in files in a directory.

    The files are by `slot` and not by process: so there are never more than there are workers at
    once, and what a worker has counted outlives it.
    """
    global _counted  # noqa: PLW0603
    os.environ[_DIRECTORY] = directory
    values.ValueClass = values.MultiProcessValue(lambda: slot)
    _counted = _Counted()


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request that was answered."""
    _counted.requests.labels(method, route, str(status)).inc()
    _counted.seconds.labels(method, route).observe(seconds)


def count_appended(entries: int) -> None:
    """Count what was appended."""
    _counted.appended.inc(entries)


def exposition(store: Store, ready: bool) -> bytes:
    """All figures, in the text format of Prometheus: those counted, and how the store is now."""
    registry = CollectorRegistry()
    registry.register(_Now(store, ready))
    if _DIRECTORY in os.environ:
        multiprocess.MultiProcessCollector(registry)
        return generate_latest(registry)
    return generate_latest(_counted.registry) + generate_latest(registry)


class _Now:
    """What is asked only when somebody looks."""

    def __init__(self, store: Store, ready: bool) -> None:
        self._store = store
        self._ready = ready

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily(
            "allegiance_ready", "What /readyz says: 1 if it is ready.", float(self._ready)
        )
        sizes = GaugeMetricFamily(
            "allegiance_disk_bytes", "What the database takes, and what its disk has left.", labels=("of",)
        )
        for name, size in self._store.sizes().items():
            sizes.add_metric((name,), size)
        yield sizes
