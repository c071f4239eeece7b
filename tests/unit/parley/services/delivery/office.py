"""A service with staff, people and a mail server, to send emails by."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from parley.store import Set
from schema import paths
from tests.unit.parley.services.conftest import TwinWorld

JOB = paths.email_notification("e1")
PDF = "campaigns/acme/sam/a.pdf"


class Office:
    """A service with an agent, two people and a mail server."""

    def __init__(self, world: TwinWorld) -> None:
        self.world = world
        self.mail = world.mail

    async def open(self) -> None:
        await self.write(
            paths.service("acme"),
            {
                "name": "Acme",
                "kind": "dashboard",
                "email": {"senders": ["Acme <hello@acme.example>", "bills@acme.example"]},
            },
        )
        for uid, role in (("sam", "agent"), ("vic", "viewer")):
            await self.write(paths.staff("acme", uid), {"role": role, "displayName": uid})
        await self.person("ann", email="ann@a.example", displayName="Ann Lee")
        await self.person("bob", email="bob@b.example")

    async def write(self, path: str, fields: dict[str, Any]) -> None:
        await self.world.store.commit([Set(path, fields)])

    async def person(self, uid: str, **fields: Any) -> None:
        await self.write(paths.service_user("acme", uid), {"uid": uid, **fields})

    async def job(self, **fields: Any) -> None:
        """Write a job as staff do; a field that is None is left out."""
        job = {
            "serviceId": "acme",
            "createdBy": "sam",
            "createdAt": self.world.clock.now(),
            "to": "ann@a.example",
            "message": {"subject": "Hello", "text": "How are you?"},
            **fields,
        }
        await self.write(JOB, {name: value for name, value in job.items() if value is not None})

    async def send(self, **fields: Any) -> dict[str, Any]:
        """Write a job, deliver it once, and return what its delivery says."""
        await self.job(**fields)
        await self.deliver()
        return self.delivery()

    async def deliver(self) -> None:
        await self.world.app.email_jobs.deliver("e1", "acme")

    def delivery(self) -> dict[str, Any]:
        delivery: dict[str, Any] = self.world.at(JOB)["delivery"]
        return delivery

    def mails(self) -> list[EmailMessage]:
        return [parse(one.data) for one in self.mail.mails]


def parse(data: bytes) -> EmailMessage:
    parsed = message_from_bytes(data, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed
