"""Every state with every command and event."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from parley.domain.campaigns.lifecycle import (
    Audience,
    Command,
    Event,
    Facts,
    Move,
    Notice,
    Outcome,
    Refusal,
    Stay,
    fitting,
    parse_command,
    step,
)
from schema.reasons import CampaignState

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
EARLIER = NOW - timedelta(hours=1)
TRIGGERS: tuple[Command | Event, ...] = (*Command, *Event)

# start pause resume cancel,
# then refused startReached planned settled retried givenUp expired reported
EXPECTED = {
    "queued": """planning paused notice cancelled
                 failed refusal refusal refusal refusal failed failed refusal""",
    "scheduled": """stay paused notice cancelled
                    failed planning refusal refusal refusal failed failed refusal""",
    "planning": """stay paused notice cancelled
                   refusal refusal running refusal refusal failed stay refusal""",
    "running": """stay paused notice cancelled
                  refusal refusal refusal completed stay stay stay refusal""",
    "paused": """notice notice planning cancelled
                 failed stay stay completed stay failed failed refusal""",
    "cancelled": """notice notice notice notice
                    refusal refusal refusal refusal refusal refusal refusal refusal""",
    "completed": """stay notice notice notice
                    refusal refusal refusal refusal refusal refusal refusal completed""",
    "completedWithErrors": """stay notice notice notice
                              refusal refusal refusal refusal running refusal refusal completed""",
    "failed": """stay notice notice notice
                 refusal refusal refusal refusal refusal refusal refusal refusal""",
}
"""Without a schedule, and with nobody planned yet."""

CELLS = [
    (CampaignState(state), trigger, result)
    for state, row in EXPECTED.items()
    for trigger, result in zip(TRIGGERS, row.split(), strict=True)
]


def result_of(outcome: Outcome) -> str:
    match outcome:
        case Move(state):
            return str(state)
        case Stay():
            return "stay"
        case Notice():
            return "notice"
        case Refusal():
            return "refusal"


def test_the_expected_table_is_complete() -> None:
    cells = {(state, trigger) for state, trigger, _ in CELLS}
    assert cells == set(product(CampaignState, TRIGGERS))


@pytest.mark.parametrize(("state", "trigger", "result"), CELLS)
def test_each_cell_of_the_table_leads_to_its_state(
    state: CampaignState, trigger: Command | Event, result: str
) -> None:
    assert result_of(step(state, trigger, NOW)) == result


@pytest.mark.parametrize(
    ("state", "trigger", "facts", "result"),
    [
        ("queued", Command.START, Facts(start_at=LATER), "scheduled"),
        ("queued", Command.START, Facts(start_at=NOW), "planning"),
        ("queued", Command.START, Facts(start_at=EARLIER), "planning"),
        ("paused", Command.RESUME, Facts(start_at=LATER), "scheduled"),
        ("paused", Command.RESUME, Facts(start_at=EARLIER), "planning"),
        ("paused", Command.RESUME, Facts(audience=Audience.FREEZING), "planning"),
        ("paused", Command.RESUME, Facts(audience=Audience.FROZEN), "running"),
        ("running", Event.SETTLED, Facts(has_failures=True), "completedWithErrors"),
        ("paused", Event.SETTLED, Facts(has_failures=True), "completedWithErrors"),
        ("paused", Event.GIVEN_UP, Facts(audience=Audience.FREEZING), "failed"),
        ("paused", Event.GIVEN_UP, Facts(audience=Audience.FROZEN), "paused"),
        ("paused", Event.EXPIRED, Facts(start_at=LATER), "failed"),
        ("paused", Event.EXPIRED, Facts(audience=Audience.FREEZING), "planning"),
        ("paused", Event.EXPIRED, Facts(audience=Audience.FROZEN), "running"),
    ],
)
def test_facts_decide_between_two_next_states(
    state: str, trigger: Command | Event, facts: Facts, result: str
) -> None:
    assert result_of(step(CampaignState(state), trigger, NOW, facts)) == result


@pytest.mark.parametrize(
    "facts", [Facts(), Facts(LATER, Audience.FREEZING, True), Facts(NOW, Audience.FROZEN)]
)
def test_a_final_state_is_left_only_by_a_retry_of_those_who_failed(facts: Facts) -> None:
    for state, trigger in product(CampaignState, TRIGGERS):
        if state.is_final and trigger not in (Event.RETRIED, Event.REPORTED):
            assert not isinstance(step(state, trigger, NOW, facts), Move)


@pytest.mark.parametrize("state", ["completed", "completedWithErrors"])
@pytest.mark.parametrize("has_failures", [True, False])
def test_a_later_report_tells_whether_a_campaign_ended_with_errors(
    state: str, has_failures: bool
) -> None:
    outcome = step(CampaignState(state), Event.REPORTED, NOW, Facts(has_failures=has_failures))
    assert result_of(outcome) == ("completedWithErrors" if has_failures else "completed")


@pytest.mark.parametrize(("state", "command"), list(product(CampaignState, Command)))
def test_a_notice_names_the_command_and_the_fitting_ones(
    state: CampaignState, command: Command
) -> None:
    outcome = step(state, command, NOW)
    if isinstance(outcome, Notice):
        assert outcome.text.startswith(f"{command} was ignored: the campaign is ")
        named = outcome.text.partition("; ")[2].removesuffix(" would fit")
        assert named == " or ".join(fitting(state))
        assert all(isinstance(step(state, one, NOW), Move) for one in fitting(state))


@pytest.mark.parametrize(
    ("command", "state", "text"),
    [
        ("resume", "running", "the campaign is not paused; pause or cancel would fit"),
        ("pause", "paused", "the campaign is paused; resume or cancel would fit"),
        ("resume", "cancelled", "the campaign is cancelled"),
    ],
)
def test_a_notice_is_a_sentence_for_staff(command: str, state: str, text: str) -> None:
    outcome = step(CampaignState(state), Command(command), NOW)
    assert outcome == Notice(f"{command} was ignored: {text}")


@pytest.mark.parametrize("value", [None, 7, {}, ["start"], "stop", "START"])
def test_an_unknown_command_is_none(value: object) -> None:
    assert parse_command(value) is None
    assert parse_command("pause") is Command.PAUSE
