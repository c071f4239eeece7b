"""The lifecycle of a campaign: a table from (state, command or event) to the next state. Pure.

A command is a request of staff. It moves the campaign, or changes nothing and says why. An event is
reported by a worker; in a state that it does not fit, it is out of date.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from schema.reasons import CampaignState


class Command(StrEnum):
    """What staff may ask of a campaign."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


class Event(StrEnum):
    """What workers report about a campaign.

    ``REFUSED``: the job cannot run. ``PLANNED``: the audience is frozen. ``SETTLED``: every
    recipient is in a final state. ``GIVEN_UP``: work of the campaign was parked. ``EXPIRED``: the
    schedule's ``expireAt`` has come; people who are left are skipped. ``RETRIED``: people who
    failed are planned once more. ``REPORTED``: a provider's later word changed how people ended.
    """

    REFUSED = "refused"
    START_REACHED = "startReached"
    PLANNED = "planned"
    SETTLED = "settled"
    RETRIED = "retried"
    GIVEN_UP = "givenUp"
    EXPIRED = "expired"
    REPORTED = "reported"


class Audience(StrEnum):
    """How far the audience is frozen."""

    NONE = "none"
    FREEZING = "freezing"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class Facts:
    """What chooses between two next states of one cell of the table."""

    start_at: datetime | None = None
    audience: Audience = Audience.NONE
    has_failures: bool = False


NO_FACTS: Final = Facts()


@dataclass(frozen=True, slots=True)
class Move:
    """The campaign goes into this state."""

    state: CampaignState


@dataclass(frozen=True, slots=True)
class Stay:
    """The command or event fits and changes nothing."""


@dataclass(frozen=True, slots=True)
class Notice:
    """The command is ignored; ``text`` tells staff why, and which commands would fit."""

    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """The event is out of date and must change nothing."""

    text: str


Outcome = Move | Stay | Notice | Refusal

_COMMANDS: Final = frozenset(map(str, Command))

_Rule = CampaignState | Callable[[Facts, datetime], CampaignState] | None
"""The next state, how to find it, or None to stay."""


def step(
    state: CampaignState, trigger: Command | Event, now: datetime, facts: Facts = NO_FACTS
) -> Outcome:
    """Return what follows when a command is given, or an event happens, in a state."""
    rules = _TABLE[state]
    if trigger not in rules:
        if isinstance(trigger, Command):
            return Notice(_ignored(trigger, state))
        return Refusal(f"{trigger} does not fit a campaign that is {state}")
    rule = rules[trigger]
    if rule is None:
        return Stay()
    return Move(rule if isinstance(rule, CampaignState) else rule(facts, now))


def parse_command(value: object) -> Command | None:
    """Return the command of a job as stored, None if this version does not know it."""
    return Command(value) if isinstance(value, str) and value in _COMMANDS else None


def fitting(state: CampaignState) -> list[Command]:
    """Return the commands that would move a campaign out of a state."""
    return [command for command in Command if _TABLE[state].get(command) is not None]


def _ignored(command: Command, state: CampaignState) -> str:
    fits = " or ".join(fitting(state))
    is_early = command is Command.RESUME and not state.is_final
    why = "not paused" if is_early else str(state)
    return f"{command} was ignored: the campaign is {why}" + (f"; {fits} would fit" if fits else "")


def _begin(facts: Facts, now: datetime) -> CampaignState:
    if facts.start_at is not None and now < facts.start_at:
        return CampaignState.SCHEDULED
    return CampaignState.PLANNING


def _end(facts: Facts, now: datetime) -> CampaignState:
    if facts.has_failures:
        return CampaignState.COMPLETED_WITH_ERRORS
    return CampaignState.COMPLETED


def _resume(facts: Facts, now: datetime) -> CampaignState:
    """Return to where it was paused. Its start may have passed meanwhile."""
    match facts.audience:
        case Audience.NONE:
            return _begin(facts, now)
        case Audience.FREEZING:
            return CampaignState.PLANNING
        case Audience.FROZEN:
            return CampaignState.RUNNING


def _expire_paused(facts: Facts, now: datetime) -> CampaignState:
    """Fail if nobody was planned yet; otherwise continue, to skip the remaining people."""
    return CampaignState.FAILED if facts.audience is Audience.NONE else _resume(facts, now)


def _give_up_paused(facts: Facts, now: datetime) -> CampaignState:
    """Fail if the audience is incomplete; otherwise other batches may still be sent."""
    is_frozen = facts.audience is Audience.FROZEN
    return CampaignState.PAUSED if is_frozen else CampaignState.FAILED


_STATE = CampaignState
_STOP: Final[dict[Command | Event, _Rule]] = {
    Command.PAUSE: _STATE.PAUSED,
    Command.CANCEL: _STATE.CANCELLED,
}
_ENDED: Final[dict[Command | Event, _Rule]] = {Command.START: None}
"""Every job carries ``start``, so it is ignored without a notice. Nothing else fits."""

_TABLE: Final[Mapping[CampaignState, Mapping[Command | Event, _Rule]]] = MappingProxyType(
    {
        _STATE.QUEUED: _STOP
        | {
            Command.START: _begin,
            Event.REFUSED: _STATE.FAILED,
            Event.GIVEN_UP: _STATE.FAILED,
            Event.EXPIRED: _STATE.FAILED,
        },
        _STATE.SCHEDULED: _STOP
        | {
            Command.START: None,
            Event.START_REACHED: _STATE.PLANNING,
            Event.REFUSED: _STATE.FAILED,
            Event.GIVEN_UP: _STATE.FAILED,
            Event.EXPIRED: _STATE.FAILED,
        },
        # Planning continues after expiry: people are skipped in the ledger, so all must be in it.
        _STATE.PLANNING: _STOP
        | {
            Command.START: None,
            Event.PLANNED: _STATE.RUNNING,
            Event.GIVEN_UP: _STATE.FAILED,
            Event.EXPIRED: None,
        },
        # Giving up a batch settles its people; the campaign ends when everybody is settled.
        _STATE.RUNNING: _STOP
        | {
            Command.START: None,
            Event.SETTLED: _end,
            Event.RETRIED: None,
            Event.GIVEN_UP: None,
            Event.EXPIRED: None,
        },
        # Batches that were in flight when it was paused still finish, and may be the last.
        _STATE.PAUSED: {
            Command.RESUME: _resume,
            Command.CANCEL: _STATE.CANCELLED,
            Event.START_REACHED: None,
            Event.REFUSED: _STATE.FAILED,
            Event.PLANNED: None,
            Event.SETTLED: _end,
            Event.RETRIED: None,
            Event.GIVEN_UP: _give_up_paused,
            Event.EXPIRED: _expire_paused,
        },
        _STATE.CANCELLED: {},
        _STATE.COMPLETED: _ENDED | {Event.REPORTED: _end},
        _STATE.COMPLETED_WITH_ERRORS: _ENDED
        | {Event.RETRIED: _STATE.RUNNING, Event.REPORTED: _end},
        _STATE.FAILED: _ENDED,
    }
)
