"""Other processes that do a part of the work: checking lines, folding relations. They keep nothing.

What goes to them and comes back is plain values (tuples, lists, text, bytes, numbers):
`marshal` packs those in a fifth of the time that `pickle` takes.
"""

from __future__ import annotations

import gc
import marshal
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any

from events.stores import Mapper

MOST_PROCESSES = 3
"""Beside the one that writes. More than that would wait for it."""

_PRELOADED = ("events.ingest.pieces", "events.stores.sqlite.staging")


@contextmanager
def workers() -> Iterator[Mapper]:
    """A `map` that other processes do, where there is more than one CPU.

    It takes functions of a module alone, and takes no more from its items than keeps every process busy.
    """
    processes = min(MOST_PROCESSES, len(os.sched_getaffinity(0)) - 1)
    if processes < 1:
        yield map
        return
    # A process that was forked off one that has threads, or a database open, may not use them.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_PRELOADED))
    with ProcessPoolExecutor(processes, context, _follow_the_parent) as pool:

        def mapped(function: Callable[[Any], Any], items: Iterable[Any]) -> Iterator[Any]:
            waiting: deque[Future[bytes]] = deque()
            for item in items:
                waiting.append(pool.submit(_call, function, marshal.dumps(item)))
                if len(waiting) > 2 * processes:
                    yield marshal.loads(waiting.popleft().result())
            while waiting:
                yield marshal.loads(waiting.popleft().result())

        try:
            yield mapped
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _call(function: Callable[[Any], Any], item: bytes) -> bytes:
    return marshal.dumps(function(marshal.loads(item)))


def _follow_the_parent() -> None:
    """End with the process that is worked for, however it ends, and leave Ctrl-C to it."""
    gc.freeze()  # what was loaded before is shared with the others, until a collection writes to it
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
