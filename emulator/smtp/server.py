"""The SMTP side: replies as a mail server does, or as the faults say, and logs each email.

A recipient that a fault refuses is an entry of its own, with no data. A `4xx` or `5xx` without
`match` refuses each recipient, 421 also closes the connection. `dropAnswer` takes the email and
closes the connection in place of an answer.
"""

import asyncio
import time
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from emulator.faults import Fault, FaultPlan
from emulator.journal import Entry, Journal, to_bytes

HOSTNAME = "mail.parley.example"
LARGEST = 40 * 1024 * 1024
_CLOSING = 421
_TEXTS = {
    421: "4.3.2 Service not available, closing transmission channel",
    450: "4.2.1 Mailbox busy",
    451: "4.3.0 Local error in processing",
    452: "4.5.3 Too many recipients",
    530: "5.7.0 Authentication required",
    535: "5.7.8 Authentication credentials invalid",
    550: "5.1.1 No such user here",
    552: "5.3.4 Message too big",
    554: "5.7.1 Transaction failed",
}


class SmtpStandIn:
    """Takes emails as a mail server does, and logs each of them."""

    def __init__(self) -> None:
        self.journal = Journal()
        self.plan = FaultPlan()
        self._struck: dict[int, list[Fault]] = {}
        """The faults of the email that a connection is sending, which take effect at its end."""

    def protocol(self, **options: Any) -> SMTP:
        """Return the protocol of one connection, for `loop.create_server`."""
        return SMTP(
            self,
            hostname=HOSTNAME,
            ident="Parley stand-in",
            enable_SMTPUTF8=True,
            data_size_limit=LARGEST,
            loop=asyncio.get_running_loop(),
            **options,
        )

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._struck.pop(id(session), None)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        fault = self.plan.strike({"to": address}) if self.plan.is_active else None
        if fault is not None:
            if fault.delay_ms:
                await asyncio.sleep(fault.delay_ms / 1000)
            if not fault.drop_answer and fault.status is not None and fault.status >= 400:
                return self._refuse(server, envelope, address, fault)
            self._struck.setdefault(id(session), []).append(fault)
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = f"250 2.0.0 OK: queued as {len(self.journal) + 1}"
        content = envelope.content or b""
        data = content if isinstance(content, str) else content.decode("utf-8", "replace")
        self._log(envelope, envelope.rcpt_tos, data, answer)
        faults = self._struck.pop(id(session), [])
        if any(fault.drop_answer for fault in faults) and isinstance(
            server.transport, asyncio.Transport
        ):
            server.transport.abort()
        return answer

    def _refuse(self, server: SMTP, envelope: Envelope, address: str, fault: Fault) -> str:
        assert fault.status is not None
        text = str(fault.code) if fault.code else _TEXTS.get(fault.status, "refused")
        answer = f"{fault.status} {text}"
        self._log(envelope, [address], "", answer)
        if fault.status == _CLOSING and server.transport is not None:
            server.loop.call_later(0.05, server.transport.close)
        return answer

    def _log(self, envelope: Envelope, to: list[str], data: str, answer: str) -> None:
        request = {"from": envelope.mail_from, "to": list(to), "data": data}
        self.journal.add(Entry(time.time(), to_bytes(request), int(answer[:3]), to_bytes(answer)))
