"""Requests about people and services, validated before anything is read."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, Field, Strict, model_validator
from pydantic_core import PydanticCustomError

from parley.domain.request_fields import AskedTime, Change, NewAttributes, Note
from schema import limits
from schema.base import (
    Channel,
    DrawnId,
    Length,
    Matches,
    MaybeDouble,
    Model,
    NewName,
    Purpose,
    ServiceId,
    Shown,
    Uid,
)
from schema.channel_settings import EmailSettings, SmsSettings
from schema.sending_window import SendingWindow
from schema.services import (
    PERSON_SIGN,
    AddPolicy,
    Budgets,
    CasePolicy,
    FrequencyCap,
    PushSettings,
    ServiceLimits,
)

Tag = Annotated[str, Length(1, limits.TAG), Shown()]


def _not_marked_as_person(name: str) -> str:
    if PERSON_SIGN in name:
        raise PydanticCustomError(
            "person_sign", "must not hold {sign}, which marks people", {"sign": PERSON_SIGN}
        )
    return name


NewServiceName = Annotated[NewName, AfterValidator(_not_marked_as_person)]
RetentionDays = Annotated[int, Strict(), Field(ge=1, le=limits.RETENTION_DAYS), MaybeDouble]
Webhook = Annotated[
    str, Length(1, limits.WEBHOOK), Matches(r"^https://[^\s]+$", "an address that begins https://")
]


def _check_bytes(text: str) -> str:
    """Refuse a file that is too large for an argument."""
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > limits.IMPORT_ARGUMENT_BYTES:
        raise PydanticCustomError(
            "too_large",
            "must be at most {maximum} bytes and is {size}; upload the file and name its path",
            {"maximum": limits.IMPORT_ARGUMENT_BYTES, "size": size},
        )
    return text


class UpdateServiceUser(Change):
    """``updateServiceUser``: a named map or list replaces the stored one."""

    service_id: ServiceId
    user_id: Uid
    attributes: NewAttributes | None = None
    tags: Annotated[list[Tag], Field(max_length=limits.USER_TAGS)] | None = None


class BanUser(Model):
    """``banUser``: ``until`` ends the ban, which is for good without it."""

    user_id: Uid
    until: AskedTime | None = None
    reason: Note


class UnbanUser(Model):
    """``unbanUser``."""

    user_id: Uid


class DevicesOf(Model):
    """``devicesOf``: on what a person of the service gets pushes."""

    service_id: ServiceId
    user_id: Uid


class UpdateService(Change):
    """``updateService``: settings of a service; null removes one, except the name."""

    clearable = frozenset(
        {
            "webhook",
            "window",
            "retention_days",
            "frequency_cap",
            "budgets",
            "sms",
            "email",
            "push",
            "case_policy",
            "limits",
            "add_policy",
        }
    )

    service_id: ServiceId
    name: NewServiceName | None = None
    webhook: Webhook | None = None
    window: SendingWindow | None = None
    retention_days: RetentionDays | None = None
    frequency_cap: FrequencyCap | None = None
    budgets: Budgets | None = None
    sms: SmsSettings | None = None
    email: EmailSettings | None = None
    push: PushSettings | None = None
    case_policy: CasePolicy | None = None
    limits: ServiceLimits | None = None
    add_policy: AddPolicy | None = None


class UpdateConsent(Model):
    """``updateConsent``: an answer about one purpose on one channel; staff name the person."""

    service_id: ServiceId
    channel: Channel
    purpose: Purpose
    granted: Annotated[bool, Strict()]
    user_id: Uid | None = None


class ImportPeople(Model):
    """``importPeople``: a CSV file as a text, or by its path in Storage.

    ``mapping`` gives the field of a column by its title; an empty field leaves the column out.
    """

    service_id: ServiceId
    csv: Annotated[str, AfterValidator(_check_bytes)] | None = None
    path: Annotated[str, Length(1, limits.IMPORT_PATH)] | None = None
    mapping: Annotated[dict[str, str], Field(max_length=limits.IMPORT_COLUMNS)] | None = None
    dry_run: Annotated[bool, Strict()] = False
    list_id: DrawnId | None = None

    @model_validator(mode="after")
    def _is_one_file(self) -> Self:
        if (self.csv is None) == (self.path is None):
            raise PydanticCustomError("one_file", "must name either csv or path")
        if self.path is not None:
            prefix = f"imports/{self.service_id}/"
            parts = self.path.removeprefix(prefix).split("/")
            if not self.path.startswith(prefix) or {"", ".", ".."} & set(parts):
                raise PydanticCustomError(
                    "import_path", "path must be a file under {prefix}", {"prefix": prefix}
                )
        return self
