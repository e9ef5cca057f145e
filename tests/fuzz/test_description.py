"""The description for machines, taken at its word: whatever is sent gets an answer that it describes."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from events.stores.memory import MemoryStore
from tests.fuzz.test_requests import Site

pytestmark = pytest.mark.torture

SITE = Site(MemoryStore(entropy=Random(1).randbytes))
DESCRIPTION = schemathesis.openapi.from_wsgi("/openapi.json", SITE.app)
OPERATIONS: dict[str, Any] = {found.ok().label: found.ok() for found in DESCRIPTION.get_all_operations()}
CHECKS = (status_code_conformance, content_type_conformance, response_schema_conformance)
REFUSALS = (501, 503)
"""The only statuses from 500 on that may be: they are described."""


WAYS = [
    (label, mode)
    for label, operation in OPERATIONS.items()
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or list(operation.iter_parameters()) or operation.body
]
"""Each operation, with what it allows and, where anything can be wrong, with what it does not."""


@pytest.mark.parametrize(("label", "mode"), WAYS)
def test_every_answer_is_as_described(label: str, mode: GenerationMode, size: Callable[[str], int]) -> None:
    @settings(
        max_examples=size("examples of each operation"),
        deadline=None,
        suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
    )
    @given(OPERATIONS[label].as_strategy(generation_mode=mode))
    def ask(case: Case) -> None:
        response = case.call(headers=SITE.authorised)
        assert response.status_code < 500 or response.status_code in REFUSALS
        case.validate_response(response, checks=list(CHECKS))

    ask()
