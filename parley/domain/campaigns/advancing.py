"""What a campaign's status must change to now: its command answered, and its times kept. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from parley.domain.campaigns.lifecycle import (
    Audience,
    Command,
    Event,
    Facts,
    Move,
    Notice,
    parse_command,
    step,
)
from parley.domain.campaigns.waking import STALLED_AFTER
from parley.store import DELETE_FIELD, SERVER_TIME, Snapshot
from schema.campaign_status import status_patch
from schema.campaigns import Schedule
from schema.ledger import StoredStatus
from schema.patches import UNSET, Patch
from schema.reasons import CampaignError, CampaignState

EXPIRED_AT_ONCE = {
    "code": str(CampaignError.EXPIRED),
    "message": "schedule.expireAt came before anybody was planned; write a new campaign with a "
    "later one.",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A campaign's job, status and plan, as read at one time; ``plan`` is None before planning."""

    job: Snapshot
    status: Snapshot
    plan: Snapshot | None

    @property
    def stored(self) -> StoredStatus:
        """The status."""
        return StoredStatus.read(self.status.fields)

    @property
    def state(self) -> CampaignState | None:
        """The campaign's state, None if this version does not know it."""
        return self.stored.state

    @property
    def audience(self) -> Audience:
        """How far the audience is frozen."""
        if self.plan is None:
            return Audience.NONE
        is_frozen = self.plan.fields.get("state") == "frozen"
        return Audience.FROZEN if is_frozen else Audience.FREEZING

    def unanswered(self) -> Command | None:
        """Return the command that staff gave since the last one that was answered."""
        answered = self.stored.answered_at
        if answered is not None and self.job.update_time <= answered:
            return None
        return parse_command(self.job.fields.get("command"))

    def is_stopping(self) -> bool:
        """Return whether staff asked to pause or cancel, answered or not."""
        return self.unanswered() in (Command.PAUSE, Command.CANCEL)


def is_as_written(job: Snapshot) -> bool:
    """Return whether a job still carries the start that it was written with.

    A field set to the server's time may be earlier than the update by less than a second.
    """
    created_at = job.fields.get("createdAt")
    if job.fields.get("command") != Command.START or not isinstance(created_at, datetime):
        return False
    return timedelta(0) <= job.update_time - created_at < timedelta(seconds=1)


def next_change(standing: Standing, schedule: Schedule | None, now: datetime) -> Patch | None:
    """Return what the status must change to, None if it stands as it should.

    A command is answered before the times are looked at. After each change, ask again.
    """
    stored, state = standing.stored, standing.state
    if state is None:
        return None
    start_at = schedule.start_at if schedule is not None else None
    facts = Facts(start_at=start_at, audience=standing.audience)
    command = standing.unanswered()
    if command is not None:
        answered_at = standing.job.update_time
        outcome = step(state, command, now, facts)
        if isinstance(outcome, Move):
            return _moved(outcome.state, stored, start_at, now) | status_patch(
                notice=DELETE_FIELD, answered_at=answered_at
            )
        notice = outcome.text if isinstance(outcome, Notice) else UNSET
        return status_patch(notice=notice, answered_at=answered_at)
    for event, at in ((Event.EXPIRED, stored.expire_at), (Event.START_REACHED, start_at)):
        if at is None or at > now or state.is_final:
            continue
        outcome = step(state, event, now, facts)
        if isinstance(outcome, Move):
            return _moved(outcome.state, stored, start_at, now)
    return None


def _moved(
    state: CampaignState, stored: StoredStatus, start_at: datetime | None, now: datetime
) -> Patch:
    ends = state.is_final
    return status_patch(
        state=state,
        updated_at=SERVER_TIME,
        finished_at=SERVER_TIME if ends else UNSET,
        error=EXPIRED_AT_ONCE if state is CampaignState.FAILED else UNSET,
        wake_at=first_wake(state, start_at, stored.expire_at, now) or DELETE_FIELD,
        nudges=0,
    )


def first_wake(
    state: CampaignState, start_at: datetime | None, expire_at: datetime | None, now: datetime
) -> datetime | None:
    """Return when a campaign that just came into a state is looked at again, None for never."""
    match state:
        case CampaignState.SCHEDULED:
            return start_at
        case CampaignState.PAUSED:
            return expire_at
        case CampaignState.PLANNING | CampaignState.RUNNING | CampaignState.CANCELLED:
            return now + STALLED_AFTER
        case _:
            return None
