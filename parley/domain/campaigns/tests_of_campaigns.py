"""A test of a campaign: what one person would get, as a job outside of any campaign. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parley.domain.operations_requests import SendTest
from schema import paths
from schema.base import present
from schema.campaigns import job_for_people
from schema.mass_messages import mass_job_fields
from schema.sms import sms_job_fields


@dataclass(frozen=True, slots=True)
class TestJob:
    """A document to write."""

    path: str
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Test:
    """One person's text and channel, or the reason why there is none."""

    uid: str
    job_id: str
    service_id: str
    purpose: str
    channel: str | None
    text: str | None
    reason: str | None
    detail: str | None

    @classmethod
    def of(cls, request: SendTest, sample: Mapping[str, Any], number: int) -> Test:
        """Return the test of a preview's sample; ``number`` is its place in the request."""
        return cls(
            uid=sample["userId"],
            job_id=f"{request.test_id}-{number}",
            service_id=str(request.job.get("serviceId")),
            purpose=str(request.job.get("purpose", "transactional")),
            channel=sample.get("channel"),
            text=sample.get("text"),
            reason=sample.get("reason"),
            detail=sample.get("detail"),
        )

    def job(self, author: str, created_at: Any) -> TestJob | None:
        """Return the job to write; None for somebody who gets nothing."""
        if self.text is None or self.channel is None:
            return None
        if self.channel == "sms":
            fields = sms_job_fields(
                service_id=self.service_id,
                created_by=author,
                created_at=created_at,
                uid=self.uid,
                body=self.text,
                purpose=self.purpose,
            )
            return TestJob(paths.non_chat_sms(self.job_id), fields)
        fields = mass_job_fields(
            service_id=self.service_id,
            created_by=author,
            created_at=created_at,
            user_ids=[self.uid],
            body=self.text,
        )
        return TestJob(paths.mass_message(self.job_id), fields)

    def answer(self) -> dict[str, Any]:
        """Return the test as callables answer it; the job ``jobId`` tells what became of it."""
        is_sent = self.text is not None and self.channel is not None
        return present(
            user_id=self.uid,
            channel=self.channel,
            text=self.text,
            reason=self.reason,
            detail=self.detail,
            job_id=self.job_id if is_sent else None,
        )


def tested_job(job: Mapping[str, Any], uids: Sequence[str]) -> dict[str, Any]:
    """Return a campaign's job for these people alone, now."""
    return job_for_people(job, uids)
