"""What fails on the way is tried again where that is safe, and told where it is not."""

from __future__ import annotations

import socket
import time

import pytest

from service.client import Client, ProblemError, UnreachableError
from tests.client.conftest import Service
from tests.client.flaky import Flaky
from tests.domain.builders import actor

LINE = actor("sudan")


@pytest.mark.parametrize("fault", [429, 502, 503, 504, "drop", "lose"])
def test_a_question_is_put_again_until_it_is_answered(flaky: Flaky, fault: object) -> None:
    flaky.faults += [fault, fault]
    with Client(flaky.url) as client:
        assert client.timeline("libya")["position"] == 74
    assert flaky.seen == 3


@pytest.mark.parametrize("fault", [429, 502, 503, 504, "drop", "lose"])
def test_an_append_is_sent_again_and_done_once(flaky: Flaky, service: Service, fault: object) -> None:
    flaky.faults += [fault, fault]
    with Client(flaky.url, token=service.token) as client:
        done = client.append("libya", [LINE])
    assert done["position"] == 75
    assert done["appended"] + done["existing"] == 1
    assert flaky.seen == 3
    assert service.store.head("libya").position == 75


@pytest.mark.parametrize("fault", ["drop", "lose", 502, 504])
def test_an_append_on_a_condition_that_may_have_been_done_is_not_sent_again(
    flaky: Flaky, service: Service, fault: object
) -> None:
    """Its own doing would break the condition, and a success would look like a conflict."""
    flaky.faults.append(fault)
    with (
        Client(flaky.url, token=service.token) as client,
        pytest.raises((UnreachableError, ProblemError)) as caught,
    ):
        client.append("libya", [LINE], expected_position=74)
    assert flaky.seen == 1
    assert "conflict" not in str(caught.value)


@pytest.mark.parametrize("fault", [429, 503])
def test_an_append_on_a_condition_that_was_refused_for_now_is_sent_again(
    flaky: Flaky, service: Service, fault: int
) -> None:
    flaky.faults.append(fault)
    with Client(flaky.url, token=service.token) as client:
        assert client.append("libya", [LINE], expected_position=74)["appended"] == 1


def test_it_waits_as_long_as_it_is_asked_to(flaky: Flaky) -> None:
    flaky.faults.append(503)
    flaky.headers["Retry-After"] = "1"
    with Client(flaky.url) as client:
        started = time.monotonic()
        client.timeline("libya")
    assert time.monotonic() - started >= 1


@pytest.mark.parametrize("fault", [400, 404, 500, 501])
def test_what_would_fail_again_is_not_sent_again(flaky: Flaky, fault: int) -> None:
    flaky.faults.append(fault)
    with Client(flaky.url) as client, pytest.raises(ProblemError) as caught:
        client.timeline("libya")
    assert (caught.value.status, caught.value.slug) == (fault, "")
    assert flaky.seen == 1


def test_patience_ends(flaky: Flaky) -> None:
    flaky.faults += [503] * 9
    with Client(flaky.url, retries=2) as client, pytest.raises(ProblemError) as caught:
        client.timeline("libya")
    assert caught.value.status == 503
    assert flaky.seen == 3


def test_where_nobody_answers_is_told() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with Client(f"http://127.0.0.1:{port}", retries=1) as client, pytest.raises(UnreachableError) as caught:
        client.timeline("libya")
    assert f"127.0.0.1:{port} did not answer" in caught.value.detail


def test_a_service_that_is_silent_is_not_waited_for_without_end() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with Client(url, timeout=0.2, retries=0) as client, pytest.raises(UnreachableError):
            client.timeline("libya")


def test_what_is_no_such_service_is_told(flaky: Flaky) -> None:
    flaky.faults.append(200)
    with Client(flaky.url) as client, pytest.raises(UnreachableError, match="does not speak JSON"):
        client.timeline("libya")


def test_a_token_does_not_follow_to_another_address(flaky: Flaky, service: Service) -> None:
    flaky.faults.append(308)
    flaky.headers["Location"] = service.url + "/v1/timelines/libya/events"
    with Client(flaky.url, token=service.token) as client, pytest.raises(ProblemError) as caught:
        client.append("libya", [LINE])
    assert "use that address" in caught.value.detail
    assert service.store.head("libya").position == 74


def test_a_question_is_led_to_another_address_without_its_token(flaky: Flaky, service: Service) -> None:
    flaky.headers["Location"] = service.url + "/v1/timelines/libya"
    flaky.faults.extend((308, 308))
    with Client(flaky.url, token=service.token) as client:
        assert client.timeline("libya")["position"] == 74
        service.store.access.set_visibility("libya", "private")
        with pytest.raises(ProblemError) as caught:
            client.timeline("libya")
    assert (caught.value.status, caught.value.slug) == (404, "unknown")
