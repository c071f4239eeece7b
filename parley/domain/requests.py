"""What callables are asked, checked before anything is read. Each error names the field."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from schema import limits
from schema.base import Attributes, Model, ServiceId, Title, Topic, Uid, UniqueName


class CreateGroup(Model):
    """``createGroupChat``: the caller becomes its owner, the others members."""

    title: Title
    user_ids: Annotated[list[Uid], Field(max_length=limits.MEMBERS_PER_CALL)]
    topic: Topic | None = None
    unique_name: UniqueName | None = None
    attributes: Attributes | None = None


class OpenDirectChat(Model):
    """``openDirectChat``: with whom."""

    user_id: Uid


class OpenCaseChat(Model):
    """``openCaseChat``: with which dashboard; ``user_id`` when its staff open it."""

    service_id: ServiceId
    user_id: Uid | None = None
