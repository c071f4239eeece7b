"""Every benchmark that `python -m bench` runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bench import (
    audience,
    campaign_fan_out,
    killed_drains,
    latency_beside_campaign,
    ordinary_messages,
    push_latency,
    push_memory,
    push_sending,
    queue_drains,
    sms_sending,
    whole_campaign,
)
from bench.frame import Case

_IN_ORDER: Final = (
    *queue_drains.CASES,
    *killed_drains.CASES,
    *campaign_fan_out.CASES,
    *audience.CASES,
    *whole_campaign.CASES,
    *push_latency.CASES,
    *latency_beside_campaign.CASES,
    *ordinary_messages.CASES,
    *push_sending.CASES,
    *push_memory.CASES,
    *sms_sending.CASES,
)
CASES: Final[dict[str, Case]] = {case.name: case for case in _IN_ORDER}


def chosen(names: Iterable[str]) -> list[Case]:
    """Return the cases of these names and groups, all if there are none; raise ``KeyError``."""
    asked = list(names)
    for name in asked:
        if not any(name in (case.name, case.group) for case in CASES.values()):
            raise KeyError(name)
    return [case for case in CASES.values() if not asked or {case.name, case.group} & set(asked)]
