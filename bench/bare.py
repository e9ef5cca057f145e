"""What the service is held against: a Flask view that does nothing, and a server that does less."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from flask import Flask, Response, request


def create_app() -> Flask:
    """Answers, for each `at`, the bytes in the JSON file that BENCH_ANSWERS names."""
    answers = {
        at: body.encode() for at, body in json.loads(Path(os.environ["BENCH_ANSWERS"]).read_text()).items()
    }
    app = Flask("bare")

    @app.get("/state")
    def state() -> Response:
        return Response(answers[request.args["at"]], content_type="application/json")

    return app


class _Trivial(asyncio.Protocol):
    """Answers whatever ends like a request with one prepared response."""

    def __init__(self, response: bytes) -> None:
        self._response = response

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if data.endswith(b"\r\n\r\n"):
            self._transport.write(self._response)  # type: ignore[attr-defined]


async def _serve(port: int, size: int) -> None:
    response = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size
    server = await asyncio.get_running_loop().create_server(lambda: _Trivial(response), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2])))
