"""Find the campaigns that a person's messages answer, and mark that for the ledger. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from parley.domain.campaigns.results import RESULTS_FOR
from parley.store import DELETE_FIELD, Merge, Write
from schema import ids, paths
from schema.chats import Chat
from schema.replies import AwaitedReply, awaited_fields, reply_marks


@dataclass(frozen=True, slots=True)
class Answers:
    """What the messages of a commit answer.

    ``marks`` are its writes beside the chat's. ``left`` is the chat's new ``awaitingReply``.
    """

    marks: tuple[Write, ...]
    left: Any


def find_answers(chat_id: str, chat: Chat, posts: Iterable[tuple[str, datetime]]) -> Answers | None:
    """Return what posts, given as sender and time, answer; None if they answer nothing.

    The first message by the chat's person after a campaign's own is the answer. One that comes
    after the results are closed ends the waiting, and is not marked.
    """
    people = ids.parse_chat_id(chat_id).uids
    if not chat.awaiting_reply or len(people) != 1:
        return None
    (uid,) = people
    times = [time for sender, time in posts if sender == uid]
    left: dict[str, AwaitedReply] = {}
    marks: list[Write] = []
    for campaign_id, awaited in chat.awaiting_reply.items():
        at = min((time for time in times if time > awaited.at), default=None)
        if at is None:
            left[campaign_id] = awaited
        elif at - awaited.at <= RESULTS_FOR:
            path = paths.reply_marks(campaign_id, awaited.batch_id)
            marks.append(Merge(path, reply_marks({uid: at})))
    if len(left) == len(chat.awaiting_reply):
        return None
    return Answers(tuple(marks), awaited_fields(left) if left else DELETE_FIELD)
