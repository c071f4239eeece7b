"""The SMTP stand-in: what a client of any kind sees, the log, the faults and the pages."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import TestServer

from emulator.ports import HOST
from emulator.smtp.server import SmtpStandIn
from emulator.smtp.web_side import application
from tests.contract.mail_servers import served

MAIL = (
    "From: Acme <hello@acme.example>\r\nTo: ann@a.example\r\nSubject: Hi <b>\r\n"
    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHello & <goodbye>\r\n"
)


@dataclass
class Site:
    """A stand-in that runs, and its two sides."""

    port: int
    web: str
    http: ClientSession

    async def send(self, *to: str, mail: str = MAIL) -> dict[str, Any]:
        """Send by Python's own client; return the recipients that were refused."""

        def work() -> dict[str, Any]:
            with smtplib.SMTP(HOST, self.port, timeout=10) as client:
                return client.sendmail("hello@acme.example", list(to), mail.encode())

        return await asyncio.to_thread(work)

    async def refusal(self, *to: str) -> Exception:
        with pytest.raises((smtplib.SMTPException, OSError)) as caught:
            await self.send(*to)
        return caught.value

    async def log(self) -> list[dict[str, Any]]:
        async with self.http.get(f"{self.web}/_/messages") as answer:
            found: list[dict[str, Any]] = await answer.json()
            return found

    async def faults(self, *faults: dict[str, Any]) -> None:
        async with self.http.put(f"{self.web}/_/faults", json=list(faults)) as answer:
            assert answer.ok, await answer.text()

    async def page(self, path: str) -> tuple[int, str]:
        async with self.http.get(f"{self.web}{path}") as answer:
            assert "script-src" not in answer.headers.get("Content-Security-Policy", "")
            return answer.status, await answer.text()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    stand_in = SmtpStandIn()
    async with (
        served(stand_in) as port,
        TestServer(application(stand_in)) as web,
        ClientSession() as http,
    ):
        yield Site(port, str(web.make_url("")).rstrip("/"), http)


async def test_the_log_has_sender_recipients_and_data(site: Site) -> None:
    assert await site.send("ann@a.example", "bob@b.example") == {}

    (entry,) = await site.log()
    assert entry["request"] == {
        "from": "hello@acme.example",
        "to": ["ann@a.example", "bob@b.example"],
        "data": MAIL,
    }
    assert entry["status"] == 250
    assert entry["response"].startswith("250 ")
    assert entry["at"].endswith("Z")


async def test_a_fault_refuses_the_recipients_that_match(site: Site) -> None:
    await site.faults({"status": 550, "match": {"to": "^bob@"}})

    refused = await site.send("ann@a.example", "bob@b.example")

    assert refused == {"bob@b.example": (550, b"5.1.1 No such user here")}
    first, second = await site.log()
    assert (first["status"], first["request"]["to"]) == (550, ["bob@b.example"])
    assert (second["status"], second["request"]["to"]) == (250, ["ann@a.example"])


@pytest.mark.parametrize("status", [450, 451, 452, 530, 550, 552, 554])
async def test_a_fault_without_match_refuses_everybody(site: Site, status: int) -> None:
    await site.faults({"status": status, "code": "4.9.9 as told"})

    refusal = await site.refusal("ann@a.example")

    assert isinstance(refusal, smtplib.SMTPRecipientsRefused)
    assert refusal.recipients == {"ann@a.example": (status, b"4.9.9 as told")}
    assert [entry["status"] for entry in await site.log()] == [status]


async def test_421_closes_the_connection(site: Site) -> None:
    await site.faults({"status": 421})

    def work() -> None:
        with smtplib.SMTP(HOST, site.port, timeout=10) as client:
            client.ehlo()
            client.mail("hello@acme.example")
            assert client.rcpt("ann@a.example")[0] == 421
            with pytest.raises(smtplib.SMTPServerDisconnected):
                knock_until_it_is_closed(client)

    await asyncio.to_thread(work)


def knock_until_it_is_closed(client: smtplib.SMTP) -> None:
    for _ in range(10_000):
        client.noop()


async def test_a_dropped_answer_takes_the_email(site: Site) -> None:
    await site.faults({"dropAnswer": True})

    await site.refusal("ann@a.example")

    (entry,) = await site.log()
    assert entry["status"] == 250
    assert entry["request"]["data"] == MAIL


async def test_a_delay_alone_refuses_nothing(site: Site) -> None:
    await site.faults({"delayMs": 30})
    loop = asyncio.get_running_loop()
    before = loop.time()

    assert await site.send("ann@a.example") == {}

    assert loop.time() - before >= 0.03


async def test_a_rate_with_a_seed_strikes_the_same_recipients_each_time(site: Site) -> None:
    people = [f"p{n}@a.example" for n in range(40)]
    struck = []
    for _ in range(2):
        await site.faults({"rate": 0.5, "seed": 7, "status": 451})
        struck.append(sorted(await site.send(*people)))

    assert struck[0] == struck[1]
    assert 5 < len(struck[0]) < 35


async def test_the_log_can_be_cleared(site: Site) -> None:
    await site.send("ann@a.example")
    async with site.http.delete(f"{site.web}/_/messages") as answer:
        assert answer.status == 204

    assert await site.log() == []
    assert "No email yet" in (await site.page("/"))[1]


async def test_a_line_with_a_dot_and_letters_beyond_ascii_arrive(site: Site) -> None:
    mail = MAIL.replace("Hello", ".\r\n..\r\nHäll😀")

    await site.send("ann@a.example", mail=mail)

    assert (await site.log())[0]["request"]["data"] == mail


async def test_the_pages_show_a_mail_and_run_nothing_of_it(site: Site) -> None:
    evil = '<script>alert(1)</script><img src="https://evil.example/pixel">'
    html = MAIL.replace("text/plain", "text/html").replace("Hello & <goodbye>", evil)
    await site.send("ann@a.example")
    await site.send("bob@b.example", mail=html)

    status, listed = await site.page("/")
    assert status == 200
    assert "Hi &lt;b&gt;" in listed
    assert listed.index('href="/2"') < listed.index('href="/1"')
    _, plain = await site.page("/1")
    assert "<pre>Hello &amp; &lt;goodbye&gt;" in plain
    _, rich = await site.page("/2")
    assert "<script>" not in rich
    assert "<img" not in rich
    assert '<iframe sandbox srcdoc="&lt;meta http-equiv=' in rich
    assert "default-src &#x27;none&#x27;" in rich or "default-src &amp;#x27;none" in rich
    assert (await site.page("/3"))[0] == 404


async def test_an_email_without_a_form_is_shown(site: Site) -> None:
    await site.send("ann@a.example", mail="no header at all\r\n")
    await site.faults({"status": 550})
    await site.refusal("ann@a.example")

    assert (await site.page("/"))[0] == 200
    assert (await site.page("/1"))[0] == 200
    assert (await site.page("/2"))[0] == 200
