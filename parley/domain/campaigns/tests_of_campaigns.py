"""A test of a campaign: what one person would get, as a job outside of any campaign. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parley.domain.operations_requests import SendTest
from parley.store import MUST_NOT_EXIST, SERVER_TIME, Set
from schema import paths
from schema.base import present
from schema.mass_messages import mass_job_fields
from schema.sms import sms_job_fields


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

    def job(self, author: str) -> Set | None:
        """Return the write of the job; None for somebody who gets nothing."""
        if self.text is None or self.channel is None:
            return None
        if self.channel == "sms":
            fields = sms_job_fields(
                service_id=self.service_id,
                created_by=author,
                created_at=SERVER_TIME,
                uid=self.uid,
                body=self.text,
                purpose=self.purpose,
            )
            return Set(paths.non_chat_sms(self.job_id), fields, MUST_NOT_EXIST)
        fields = mass_job_fields(
            service_id=self.service_id,
            created_by=author,
            created_at=SERVER_TIME,
            user_ids=[self.uid],
            body=self.text,
        )
        return Set(paths.mass_message(self.job_id), fields, MUST_NOT_EXIST)

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
