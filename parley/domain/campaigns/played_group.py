"""The chat of a group campaign as a preview plays it: it grows, and nothing is written. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from parley.domain.campaigns.campaign import Campaign
from parley.domain.campaigns.costs import Cost, counting_cost
from parley.domain.campaigns.kinds import Person, SharedChat
from parley.store import Snapshot
from schema import ids, limits, paths
from schema.chats import chat_fields
from schema.messages import campaign_message_fields


class PlayedGroup:
    """Stands in for the chat and the message while batches are composed."""

    def __init__(
        self, campaign: Campaign, found: SharedChat, now: datetime, *, is_posted: bool
    ) -> None:
        self._is_posted = is_posted
        self._has_uncounted = False
        chat_id = campaign.kind.shared_chat_id(campaign) or ""
        service = ids.service_member(campaign.service_id)
        self._path = paths.chat(chat_id)
        self._now = now
        self._fields: dict[str, Any] = (
            dict(found.chat.fields)
            if found.chat is not None
            else chat_fields(
                service_id=campaign.service_id,
                kind="group",
                created_by=service,
                created_at=now,
                member_ids=[service],
                member_count=1,
                message_count=1,
            )
        )
        message = campaign_message_fields(
            service_id=campaign.service_id, campaign_id=campaign.id, created_at=now
        )
        path = paths.message(chat_id, ids.group_message_id(campaign.id))
        self._message = found.message or Snapshot(path, message, now)

    @property
    def cost(self) -> Cost:
        """The cost of reading the chat with its new message, and of counting its members."""
        members = int(self._fields.get("memberCount") or 0)
        posted = Cost(reads=2 if self._is_posted else 0)
        return posted + counting_cost(members, is_changed=self._has_uncounted)

    @property
    def shared(self) -> SharedChat:
        """The chat as it stands, with the message in it."""
        return SharedChat(Snapshot(self._path, self._fields, self._now), self._message)

    def add(self, people: Iterable[Person]) -> None:
        """Let those join who are no members yet."""
        new = [person.uid for person in people if person.member is None]
        # The chat of a large group is not written when somebody joins.
        self._has_uncounted |= bool(self._fields.get("large") and new)
        count = int(self._fields.get("memberCount") or 0) + len(new)
        listed = [*(self._fields.get("memberIds") or ()), *new]
        is_large = bool(self._fields.get("large")) or count > limits.SMALL_GROUP
        self._fields |= {"memberCount": count, "large": is_large, "memberIds": listed}
        if is_large:
            del self._fields["memberIds"]
