"""How long a campaign takes: by its throttle, budgets, the ramp, and sending windows. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.ramping import ramp_seconds
from parley.domain.campaigns.service_rules import ServiceRules
from parley.domain.delivery.windows import opens_at
from schema.sending_window import SendingWindow

UNPACED_PER_MINUTE: Final = 60_000
"""What two small workers send without a throttle (docs/performance.md)."""

_STEPS: Final = 10_000
"""Openings and closings looked at: several years of the windows of all zones together."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """When the last message goes; ``left`` people are still waiting when the campaign expires."""

    ends_at: datetime
    left: int = 0


def messages_per_minute(
    campaign: Campaign, rules: ServiceRules, *, people: int = 0, ramp: int = 0
) -> int:
    """Return the slowest of the throttle, the budgets and the ramp that the campaign must keep.

    The ramp counts with its mean over so many people, from a beginning of ``ramp`` operations a
    second; 0 for none.
    """
    budgets = [rules.budget(channel) for channel in campaign.job.channels]
    rates = [rate for rate in (campaign.per_minute, *budgets) if rate is not None]
    if people and ramp:
        mean = round(60 * people / ramp_seconds(people, ramp))
        rates.append(min(UNPACED_PER_MINUTE, max(1, mean)))
    return min(rates, default=UNPACED_PER_MINUTE)


def forecast(
    waiting: Mapping[str, int],
    *,
    per_minute: int,
    window: SendingWindow | None,
    start: datetime,
    expire_at: datetime | None,
) -> Forecast:
    """Return when the messages to the people of each zone have gone, zone by zone as it is open.

    ``waiting`` counts people by the zone that the window goes by; any zone will do without one.
    """
    left = {zone: count for zone, count in waiting.items() if count}
    now = start
    for _ in range(_STEPS):
        if not left:
            break
        if expire_at is not None and now >= expire_at:
            return Forecast(expire_at, sum(left.values()))
        changes = {zone: _change(window, zone, now) for zone in left}
        open_now = [zone for zone, (is_open, _) in changes.items() if is_open]
        stops = [at for _, at in changes.values() if at is not None]
        stops += [expire_at] if expire_at is not None else []
        sending = sum(left[zone] for zone in open_now)
        done = now + timedelta(minutes=sending / per_minute) if sending else None
        until = min((*stops, *([done] if done is not None else [])), default=now)
        room = sending if until == done else int((until - now).total_seconds() * per_minute / 60)
        for zone in open_now:
            sent = min(room, left[zone])
            room -= sent
            left[zone] -= sent
        left = {zone: count for zone, count in left.items() if count}
        now = until
    return Forecast(now, 0)


def _change(window: SendingWindow | None, zone: str, now: datetime) -> tuple[bool, datetime | None]:
    """Return whether the window is open in a zone, and when that changes."""
    if window is None:
        return True, None
    opens = opens_at(window, ZoneInfo(zone), now)
    if opens is not None:
        return False, opens
    closed = SendingWindow.parse(
        {"from": window.to, "to": window.from_, "timeZone": window.time_zone}
    )
    return True, opens_at(closed, ZoneInfo(zone), now)
