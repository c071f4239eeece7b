"""Deliver the emails of ``emailNotifications``: load what an email needs, and hand it over.

An email that the mail server takes costs two reads of its job and two commits, as every job does,
and reads of its service, its author, its template and each person among its recipients.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial

from parley.domain.delivery.email_addresses import InvalidEmail
from parley.domain.delivery.email_composing import EmailFacts, check_sender, compose, uids_of
from parley.domain.delivery.email_files import check_file_path
from parley.domain.delivery.email_messages import MailFile, content_type_of, decode_content
from parley.domain.delivery.email_provider import RULES, EmailRequest, classify_email_error
from parley.domain.delivery.job_channels import JobChannel, parse_job
from parley.domain.delivery.job_preparation import DraftJob, Prepared, Ready, Unsendable
from parley.domain.ports import Clock, Files, JobSender
from parley.errors import FileMissing
from parley.services.delivery.deliver_jobs import DeliverJobs, Progress
from parley.services.delivery.due_jobs import DueJobs
from parley.services.delivery.email_partials import load_partials
from parley.services.delivery.give_up_jobs import GiveUpJobs
from parley.services.people.bans import Bans
from parley.services.turns import SlowWork
from parley.store import Store
from schema import limits, paths
from schema.email import EmailAttachment, EmailJob
from schema.events import EmailQueued

_WITH_FILES = 2
"""Emails with files of Storage that a process holds in memory at once."""

_ON_THE_LOOP = 50_000
"""The most characters of an email that is made in the event loop: a few milliseconds."""

_FIELDS = ("name", "email", "role", "displayName", "consents", "subject", "text", "html")


class EmailJobs:
    """Takes email jobs as far as they go. Create it within the event loop."""

    def __init__(
        self,
        *,
        store: Store,
        files: Files,
        sender: JobSender[EmailRequest],
        bans: Bans,
        due: DueJobs,
        clock: Clock,
        randomness: random.Random,
        slow: SlowWork,
        is_local: bool = False,
    ) -> None:
        self._slow = slow
        self._store = store
        self._files = files
        self._sender = sender
        self._bans = bans
        self._due = due
        self._give_up = GiveUpJobs(store=store, clock=clock, ends_sent=True)
        self._clock = clock
        self._randomness = randomness
        self._is_local = is_local
        self._with_files = asyncio.Semaphore(_WITH_FILES)

    async def deliver(self, job_id: str, service_id: str | None = None) -> Progress:
        """Take a job as far as it goes now; idempotent, and safe to call at any time.

        A job that has to wait is published again when its time comes.
        """
        async with AsyncExitStack() as held:
            progress = await self._engine(held).deliver(paths.email_notification(job_id))
        if progress.due_at is not None:
            self._due.hold(EmailQueued(job_id=job_id, service_id=service_id), progress.due_at)
        return progress

    async def give_up(self, job_id: str, why: str) -> None:
        """End a job whose queue message was dead-lettered, so that its author learns of it."""
        await self._give_up.give_up(paths.email_notification(job_id), why)

    def _engine(self, held: AsyncExitStack) -> DeliverJobs[EmailJob, EmailRequest]:
        """Return the engine for one delivery; ``held`` ends with it."""
        preparation = _Preparation(
            self._store,
            self._files,
            self._with_files,
            held,
            bans=self._bans,
            slow=self._slow,
            is_local=self._is_local,
        )
        channel = JobChannel(
            name="email",
            rules=RULES,
            parse=lambda fields: parse_job(EmailJob, fields),
            preparation=preparation,
            sender=self._sender,
            classify=classify_email_error,
        )
        return DeliverJobs(
            channel, store=self._store, clock=self._clock, randomness=self._randomness
        )


class _Preparation:
    """Makes emails of jobs, for one delivery."""

    def __init__(
        self,
        store: Store,
        files: Files,
        with_files: asyncio.Semaphore,
        held: AsyncExitStack,
        *,
        bans: Bans,
        slow: SlowWork,
        is_local: bool,
    ) -> None:
        self._bans = bans
        self._slow = slow
        self._store = store
        self._files = files
        self._with_files = with_files
        self._held = held
        self._holds_files = False
        self._is_local = is_local

    async def prepare(self, job: DraftJob[EmailJob]) -> Prepared[EmailRequest]:
        try:
            facts = await self._load(job.draft)
            check_sender(job.draft, facts)
            files = await self._load_files(job.draft)
            make = partial(compose, job.draft, facts, files, path=job.path, now=job.now)
            if _is_small(job.draft, files):
                return Ready(make())
            return Ready(await self._slow.run(make, service_id=job.draft.service_id))
        except InvalidEmail as invalid:
            return Unsendable(invalid.reason, str(invalid))

    async def recall(self, job: DraftJob[EmailJob]) -> EmailRequest | None:
        return None

    async def _load(self, job: EmailJob) -> EmailFacts:
        uids = uids_of(job)
        wanted = [
            paths.service(job.service_id),
            paths.staff(job.service_id, job.created_by),
            *(paths.service_user(job.service_id, uid) for uid in uids),
        ]
        if job.template is not None:
            wanted.append(paths.email_template(job.service_id, job.template.name))
        found = await self._store.get_many(wanted, select=_FIELDS)
        service, staff, *rest = [one.fields if one is not None else None for one in found]
        template = rest[-1] if job.template is not None else None
        role = staff.get("role") if staff is not None else None
        return EmailFacts(
            service=service,
            role=await self._bans.role_of_author(job.created_by, role, written_at=job.created_at),
            people=dict(zip(uids, rest, strict=False)),
            template=template,
            partials=await load_partials(self._store, job.service_id, template, self._slow),
            is_local=self._is_local,
        )

    async def _load_files(self, job: EmailJob) -> list[MailFile]:
        attachments = (job.message.attachments if job.message else None) or []
        checked = []
        inline = 0
        for place, attachment in enumerate(attachments):
            of = f"message.attachments[{place}]"
            content = b""
            if attachment.path is not None:
                check_file_path(attachment.path, job.service_id, of)
            else:
                content = decode_content(attachment.content or "", attachment.encoding, of)
                inline += len(content)
            kind = content_type_of(attachment.filename, attachment.content_type, of)
            checked.append((attachment, MailFile(attachment.filename, kind, content), of))
        if inline > limits.EMAIL_CONTENT_BYTES:
            raise InvalidEmail(
                f"message.attachments: their content has {inline} bytes together, and the limit is "
                f"{limits.EMAIL_CONTENT_BYTES}; upload the files and name their path"
            )
        return await self._read_stored(checked, inline)

    async def _read_stored(
        self, checked: Sequence[tuple[EmailAttachment, MailFile, str]], size: int
    ) -> list[MailFile]:
        if not self._holds_files and any(attachment.path for attachment, _, _ in checked):
            await self._held.enter_async_context(self._with_files)
            self._holds_files = True
        files = []
        for attachment, file, of in checked:
            if attachment.path is not None:
                content = await self._read(attachment.path, of, limits.EMAIL_FILES_BYTES - size)
                size += len(content)
                file = MailFile(file.name, file.content_type, content)
            files.append(file)
        return files

    async def _read(self, path: str, of: str, most: int) -> bytes:
        content = bytearray()
        try:
            async for chunk in self._files.open(path):
                content += chunk
                if len(content) > most:
                    raise InvalidEmail(
                        f"{of}.path: the files of the email have more than "
                        f"{limits.EMAIL_FILES_BYTES} bytes together; send a link to them instead"
                    )
        except FileMissing as error:
            raise InvalidEmail(f"{of}.path: {error}") from error
        return bytes(content)


def _is_small(job: EmailJob, files: Sequence[MailFile]) -> bool:
    """Return whether an email is made so fast that nobody waits for it."""
    if job.template is not None or job.message is None:
        return False
    texts = len(job.message.text or "") + len(job.message.html or "")
    return texts + sum(len(file.content) for file in files) <= _ON_THE_LOOP
