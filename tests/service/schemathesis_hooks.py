"""What schemathesis cannot know of this service: how lines of JSON are written."""

from __future__ import annotations

import json
from typing import Any

import schemathesis

from service.bodies import NDJSON


@schemathesis.serializer(*NDJSON)
def lines(context: Any, value: Any) -> bytes:
    """Text as it is; any other value as one line of JSON."""
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else json.dumps(value).encode()
