"""The port for emails: the SMTP adapter against the stand-in, and the twin in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from parley.domain.delivery.email_provider import EmailNotAccepted, classify_email_error
from parley.domain.delivery.job_answers import Lost, Refused, Temporary
from tests.contract.mail_servers import ATTEMPT, Provider, adapter, request, twin


@pytest.fixture(params=["memory", "stand-in"])
async def provider(request: pytest.FixtureRequest) -> AsyncIterator[Provider]:
    if request.param == "memory":
        yield twin()
        return
    async with adapter() as found:
        yield found


async def answer(provider: Provider, *recipients: str) -> Refused | Temporary | Lost:
    with pytest.raises(EmailNotAccepted) as caught:
        await provider.sender.send(request(*recipients), ATTEMPT)
    return classify_email_error(caught.value)


async def test_an_email_is_handed_over_for_each_recipient(provider: Provider) -> None:
    info = await provider.sender.send(request("ann@a.example", "bob@b.example"), ATTEMPT)

    assert info == {
        "messageId": "<1@acme.example>",
        "accepted": ["ann@a.example", "bob@b.example"],
        "rejected": [],
    }
    ((sender, recipients, data),) = provider.arrived()
    assert (sender, recipients) == ("hello@acme.example", ("ann@a.example", "bob@b.example"))
    assert data == "Subject: Hi\r\nMessage-ID: <1@acme.example>\r\n\r\nhello\r\n"


async def test_a_line_that_begins_with_a_dot_arrives_as_it_is(provider: Provider) -> None:
    await provider.sender.send(request("ann@a.example", text=".\r\n..a\r\nend"), ATTEMPT)

    assert provider.arrived()[0][2].endswith("\r\n\r\n.\r\n..a\r\nend\r\n")


async def test_a_long_email_arrives_as_it_is(provider: Provider) -> None:
    text = ".\r\n..a\r\nend\r\n" * 100_000

    await provider.sender.send(request("ann@a.example", text=text), ATTEMPT)
    await provider.sender.send(request("bob@b.example", text="after it"), ATTEMPT)

    long, after = provider.arrived()
    assert long[2].partition("\r\n\r\n")[2] == f"{text}\r\n"
    assert after[2].endswith("after it\r\n")


async def test_the_lost_answer_to_a_long_email_is_lost(provider: Provider) -> None:
    provider.lose_answer("ann@a.example")

    with pytest.raises(EmailNotAccepted) as caught:
        await provider.sender.send(request("ann@a.example", text="a\r\n" * 200_000), ATTEMPT)

    assert isinstance(classify_email_error(caught.value), Lost)
    assert len(provider.arrived()) == 1


async def test_a_recipient_that_is_refused_does_not_stop_the_others(provider: Provider) -> None:
    provider.refuse("^gone", 550)

    info = await provider.sender.send(request("gone@a.example", "bob@b.example"), ATTEMPT)

    assert info["accepted"] == ["bob@b.example"]
    (rejected,) = info["rejected"]
    assert (rejected["address"], rejected["code"]) == ("gone@a.example", 550)
    assert rejected["message"]
    assert [recipients for _, recipients, _ in provider.arrived()] == [("bob@b.example",)]


async def test_an_email_that_every_recipient_refuses_is_refused(provider: Provider) -> None:
    provider.refuse(".", 550)

    refused = await answer(provider, "ann@a.example", "bob@b.example")

    assert isinstance(refused, Refused)
    assert refused.code == "550"
    assert "all 2 recipients" in refused.message
    assert refused.info is not None
    assert [one["address"] for one in refused.info["rejected"]] == [
        "ann@a.example",
        "bob@b.example",
    ]
    assert provider.arrived() == []


@pytest.mark.parametrize("code", [450, 451, 452, 421, 530])
async def test_a_refusal_that_may_pass_is_temporary(provider: Provider, code: int) -> None:
    provider.refuse(".", code)

    refused = await answer(provider, "ann@a.example")

    assert isinstance(refused, Temporary)
    assert refused.code == str(code)


async def test_one_refusal_that_may_pass_makes_the_whole_temporary(provider: Provider) -> None:
    provider.refuse("^ann", 550)
    provider.refuse("^bob", 451)

    refused = await answer(provider, "ann@a.example", "bob@b.example")

    assert isinstance(refused, Temporary)
    assert refused.code == "451"


async def test_an_email_whose_answer_is_lost_is_known_to_be_lost(provider: Provider) -> None:
    provider.lose_answer("^ann")

    assert isinstance(await answer(provider, "ann@a.example"), Lost)
    assert len(provider.arrived()) == 1


async def test_a_refused_email_leaves_nothing_for_the_next(provider: Provider) -> None:
    provider.refuse("^gone", 550)
    provider.refuse("^busy", 421)
    provider.lose_answer("^lost")
    for recipient in ("gone@a.example", "busy@a.example", "lost@a.example"):
        await answer(provider, recipient)

    info = await provider.sender.send(request("ann@a.example"), ATTEMPT)

    assert info["accepted"] == ["ann@a.example"]
    assert provider.arrived()[-1][1] == ("ann@a.example",)


async def test_an_address_beyond_ascii_is_delivered(provider: Provider) -> None:
    info = await provider.sender.send(request("jörg@a.example", needs_utf8=True), ATTEMPT)

    assert info["accepted"] == ["jörg@a.example"]
    assert provider.arrived()[0][1] == ("jörg@a.example",)
