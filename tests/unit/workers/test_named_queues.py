"""Which queues a worker process serves, by the names on its command line."""

import pytest

from schema.events import QueueName
from workers.__main__ import CAMPAIGNS, parse_arguments
from workers.handlers import HANDLERS


def test_chats_and_campaigns_are_the_two_halves_of_all() -> None:
    chat, campaigns = parse_arguments(["chat"]), parse_arguments(["campaigns"])

    assert parse_arguments(["all"]) == list(HANDLERS)
    assert sorted([*chat, *campaigns]) == sorted(HANDLERS)
    assert set(campaigns) == CAMPAIGNS
    assert QueueName.MESSAGE_QUEUE in chat


def test_queues_and_halves_may_be_named_together_and_count_once() -> None:
    named = parse_arguments(["chat", "message-queue", "campaign-queue"])

    assert named.count(QueueName.MESSAGE_QUEUE) == 1
    assert QueueName.CAMPAIGN_QUEUE in named
    assert QueueName.CAMPAIGN_BATCHES not in named


def test_an_unknown_name_is_answered_with_all_that_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        parse_arguments(["chats"])

    told = capsys.readouterr().err
    assert "no worker for chats" in told
    for name in ("all", "chat", "campaigns", *HANDLERS):
        assert name in told
