from __future__ import annotations

from datetime import datetime, timedelta

from parley.domain.delivery.push import PushFate, PushResult
from parley.domain.delivery.push_outages import PushOutages
from parley.testing.clock import START

ACCEPTED = PushResult(PushFate.ACCEPTED, status=200)


def refused(status: int = 401, code: str = "UNAUTHENTICATED") -> PushResult:
    return PushResult(PushFate.REFUSED, status=status, code=code)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def note(
    outages: PushOutages, *results: PushResult, begun: float, now: float
) -> tuple[list[str], list[str]]:
    """The codes of what begins, and of what ends."""
    begins, ends = outages.note(results, begun=at(begun), now=at(now))
    return [one.code for one in begins], [one.code for one in ends]


def test_an_outage_begins_and_ends_once() -> None:
    outages = PushOutages()

    assert note(outages, *[refused()] * 5_000, begun=0, now=1) == (["UNAUTHENTICATED"], [])
    assert note(outages, refused(), begun=0, now=2) == ([], [])
    assert note(outages, ACCEPTED, ACCEPTED, begun=3, now=4) == ([], ["UNAUTHENTICATED"])
    assert note(outages, ACCEPTED, begun=5, now=6) == ([], [])
    assert note(outages, refused(), begun=7, now=8) == (["UNAUTHENTICATED"], [])


def test_each_status_and_code_is_an_outage_of_its_own() -> None:
    outages = PushOutages()

    begins, _ = note(outages, refused(), refused(403, "API_OFF"), begun=0, now=1)

    assert begins == ["UNAUTHENTICATED", "API_OFF"]


def test_reordered_answers_make_no_second_outage() -> None:
    outages = PushOutages()
    note(outages, refused(), begun=0, now=1)

    assert note(outages, ACCEPTED, begun=0.5, now=2) == ([], []), "asked before it was known"
    assert note(outages, ACCEPTED, begun=1.5, now=2) == ([], ["UNAUTHENTICATED"])
    assert note(outages, refused(), begun=0.5, now=3) == ([], []), "asked before it had ended"


def test_a_partly_refused_sending_ends_no_outage() -> None:
    outages = PushOutages()
    note(outages, refused(), begun=0, now=1)

    assert note(outages, ACCEPTED, refused(), begun=2, now=3) == ([], [])


def test_an_outage_of_some_devices_ends_after_a_quiet_minute() -> None:
    outages = PushOutages()
    note(outages, refused(401, "THIRD_PARTY_AUTH_ERROR"), ACCEPTED, begun=0, now=1)

    assert note(outages, ACCEPTED, begun=10, now=11) == ([], [])
    assert note(outages, refused(401, "THIRD_PARTY_AUTH_ERROR"), begun=30, now=31) == ([], [])
    assert note(outages, ACCEPTED, begun=80, now=81) == ([], [])
    assert note(outages, ACCEPTED, begun=90, now=91) == ([], ["THIRD_PARTY_AUTH_ERROR"])
