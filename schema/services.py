"""Services: isolated silos, their staff and their distribution lists."""

from __future__ import annotations

from typing import Literal

from schema.base import ClosedDocument, DisplayName, Document, Time
from schema.filters import Filter
from schema.sending_window import SendingWindow

StaffRole = Literal["owner", "admin", "agent", "viewer"]


class Service(Document):
    """``services/{serviceId}``: the server's; callables change it. ``limits`` override ours."""

    name: DisplayName
    kind: Literal["default", "dashboard"]
    webhook: str | None = None
    window: SendingWindow | None = None
    retention_days: int | None = None
    sms_sender: str | None = None
    limits: dict[str, int] | None = None
    created_at: Time | None = None


class Staff(Document):
    """``services/{serviceId}/staff/{uid}``: a person who works the service's dashboard."""

    role: StaffRole
    display_name: DisplayName


class DistributionList(ClosedDocument):
    """``services/{serviceId}/distributionLists/{listId}``: a filter, or ``members`` below it."""

    name: DisplayName
    where: Filter | None = None
    created_at: Time


class ListMember(Document):
    """``.../distributionLists/{listId}/members/{uid}``."""

    added_at: Time
