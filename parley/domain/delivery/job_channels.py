"""What a channel gives to the delivery engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from parley.domain.delivery.job_answers import Lost, Refused, Temporary
from parley.domain.delivery.jobs import DeliveryRules
from parley.domain.ports import JobLookUp, JobPreparation, JobSender
from schema.base import Document
from schema.explain import explain

Draft = TypeVar("Draft")
Request = TypeVar("Request")
DocumentT = TypeVar("DocumentT", bound=Document)


@dataclass(frozen=True, slots=True)
class Job(Generic[Draft]):
    """A well-formed job document. It is not sent from ``expire_at`` on."""

    draft: Draft
    expire_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Invalid:
    """A job document that can never be sent. ``message``: the field, its value and its limit."""

    message: str


@dataclass(frozen=True, slots=True)
class JobChannel(Generic[Draft, Request]):
    """One channel: how its documents are read, prepared, sent, and answered.

    ``parse`` reads a document without its ``delivery``. ``preparation`` makes of it what the
    ``sender`` gets, or says why it is not sent (``SendAsWritten`` where the document is enough).
    ``classify`` is the channel's error table, for what ``sender`` raises; an error that the table
    does not know is ``Lost``.
    """

    name: str
    rules: DeliveryRules
    parse: Callable[[Mapping[str, Any]], Job[Draft] | Invalid]
    preparation: JobPreparation[Draft, Request]
    sender: JobSender[Request]
    classify: Callable[[Exception], Temporary | Refused | Lost]
    look_up: JobLookUp[Request] | None = None


def parse_job(model: type[DocumentT], fields: Mapping[str, Any]) -> Job[DocumentT] | Invalid:
    """Read a job document by its model; an ``expire_at`` of the model is obeyed."""
    try:
        job = model.parse(fields)
    except ValidationError as error:
        return Invalid(explain(error, with_values=True))
    return Job(job, getattr(job, "expire_at", None))
