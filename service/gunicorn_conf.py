"""How gunicorn serves the application, for `allegiance serve` and the Procfile alike.

In production a buffering proxy (deploy/nginx.conf) keeps slow clients off its threads: a thread
waits for whoever sends or reads slowly, and no setting here can end that wait.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from itertools import count
from typing import Any

from service import log_lines, metrics, observing
from service.settings import Settings, SettingsError

try:
    _settings = Settings.read()
except SettingsError as error:
    sys.exit(str(error))  # one line, where gunicorn would print the whole stack

bind = f"0.0.0.0:{_settings.port}"
workers = _settings.workers
worker_class = "service.worker.Worker"
threads = 4

# A worker whose main thread is stuck so long is killed and replaced.
timeout = 60
# Told to stop, it refuses new connections at once, and lets what runs take so long to end.
graceful_timeout = 30
keepalive = 5

# The most it can: what the longest question needs. The proxy refuses what is longer before it comes here.
limit_request_line = 8190
limit_request_fields = 64
limit_request_field_size = 8190

# A worker is renewed before anything that leaks can matter, and never all of them at once.
max_requests = 50_000
max_requests_jitter = 10_000

# All workers run what was loaded at the start, though the files are replaced meanwhile. Nothing is
# opened before the fork that may not cross it: see `pre_fork`.
preload_app = True
control_socket_disable = True

accesslog = None
errorlog = "-"

# What a worker needs to live is kept in memory: on a full disk it must still start, and a write to
# a file mapped from there would kill it.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
_figures = tempfile.mkdtemp(prefix="allegiance-", dir=worker_tmp_dir)
metrics.share(_figures)

logger_class = log_lines.ServerLog
observing.write = log_lines.write


def pre_fork(server: Any, worker: Any) -> None:
    """Give the worker the lowest free number, and close what SQLite forbids to take through a fork."""
    taken = {other.slot for other in server.WORKERS.values()}
    worker.slot = next(number for number in count(1) if number not in taken)
    site = getattr(server.app.wsgi(), "extensions", {}).get("allegiance")
    if site:
        site.store.close()


def post_fork(server: Any, worker: Any) -> None:
    """Let the worker count under its number."""
    metrics.slot = worker.slot


def on_exit(server: Any) -> None:
    """Remove what the workers counted."""
    shutil.rmtree(_figures, ignore_errors=True)
